use std::collections::VecDeque;

use super::*;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn quiet() -> Local {
    Local::new(Rates::from(&LimitsConfig::default()))
}

/// When a call left, and when it was answered.
type Call = (Duration, Duration);

/// Sends as fast as it may for so long, to the chats in turn; each call is answered after its latency.
fn send(
    local: &mut Local,
    share: Share,
    long: Duration,
    latency: impl Fn(usize) -> Duration,
    chat: impl Fn(usize) -> Option<i64>,
) -> Vec<Call> {
    send_beside(local, share, long, latency, chat, |_| 0)
}

/// The same while others talk: so many interactive calls were made up to a moment.
fn send_beside(
    local: &mut Local,
    share: Share,
    long: Duration,
    latency: impl Fn(usize) -> Duration,
    chat: impl Fn(usize) -> Option<i64>,
    talk: impl Fn(Duration) -> u64,
) -> Vec<Call> {
    let (mut sent, mut under_way) = (Vec::new(), VecDeque::new());
    let mut now = Duration::ZERO;
    while now < long {
        under_way.retain(|(chat, ends)| {
            let is_over = *ends <= now;
            if is_over {
                local.end(*chat, now);
            }
            !is_over
        });
        let to = chat(sent.len());
        if local.room(to, share, talk(now), now).is_ok() {
            local.begin(to, share, now, false);
            let ends = now + latency(sent.len());
            under_way.push_back((to, ends));
            sent.push((now, ends));
        }
        now += MS;
    }
    sent
}

/// The most calls that may arrive within a time, whenever between leaving and being answered each of them does.
fn most_within(calls: &[Call], time: Duration) -> usize {
    let arriving = |from: Duration| {
        let fits = |(left, answered): &&Call| *left < from + time && *answered >= from;
        calls.iter().filter(fits).count()
    };
    calls
        .iter()
        .map(|(_, answered)| arriving(*answered))
        .max()
        .unwrap_or(0)
}

fn to_strangers(n: usize) -> Option<i64> {
    Some(1 + n as i64)
}

#[test]
fn the_overall_rate_is_used_and_never_exceeded_however_late_calls_arrive() {
    let mut local = quiet();
    // From 5 to 35 ms, and now and then a second.
    let latency = |n: usize| match n % 100 {
        99 => SECOND,
        n => (5 + n as u32 * 37 % 30) * MS,
    };
    let sent = send(&mut local, Share::WHOLE, 20 * SECOND, latency, to_strangers);
    assert!(most_within(&sent, SECOND) <= 30);
    let count = sent.len();
    assert!(count >= 20 * 27, "within a tenth of 600: {count}");
}

#[test]
fn the_shares_of_all_use_the_rate_and_do_not_exceed_it() {
    let mut all = Vec::new();
    for place in 0..3 {
        let mut local = quiet();
        let share = Share { of: 3, place };
        let latency = |n: usize| (5 + (n as u32 * 37 + place) % 30) * MS;
        all.extend(send(&mut local, share, 20 * SECOND, latency, to_strangers));
    }
    assert!(most_within(&all, SECOND) <= 30);
    assert!(all.len() >= 20 * 27, "within a tenth of 600: {}", all.len());
}

#[test]
fn calls_of_one_second_are_spread_over_it() {
    let mut local = quiet();
    let sent = send(&mut local, Share::WHOLE, SECOND, |_| MS, to_strangers);
    let gaps = sent.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let least = gaps.min().expect("more than one");
    assert!(least >= 30 * MS, "{least:?}");
}

#[test]
fn a_chat_is_sent_one_a_second_and_a_group_twenty_a_minute() {
    let latency = |_| 10 * MS;
    let mut local = quiet();
    let sent = send(&mut local, Share::WHOLE, 10 * SECOND, latency, |_| Some(7));
    assert_eq!(sent.len(), 10);
    let mut local = quiet();
    let sent = send(&mut local, Share::WHOLE, 60 * SECOND, latency, |_| Some(-7));
    assert_eq!(sent.len(), 20);
    assert!(sent.windows(2).all(|pair| pair[1].0 - pair[0].0 >= SECOND));
}

#[test]
fn a_chat_that_is_full_says_so_before_all_are_asked() {
    let mut local = quiet();
    local.begin(Some(7), Share::WHOLE, SECOND, false);
    let blocked = local.room(Some(7), Share::WHOLE, 0, SECOND);
    assert_eq!(blocked, Err(Blocked::Chat(Full::UntilAnAnswer)));
    while local.room(None, Share::WHOLE, 0, SECOND).is_ok() {
        local.begin(None, Share::WHOLE, SECOND, false);
    }
    let blocked = local.room(Some(8), Share::WHOLE, 0, SECOND);
    assert!(matches!(blocked, Err(Blocked::Overall(Full::For(_)))));
    let blocked = local.room(Some(7), Share::WHOLE, 0, SECOND);
    assert_eq!(blocked, Err(Blocked::Chat(Full::UntilAnAnswer)));
}

#[test]
fn interactive_calls_take_their_part_of_the_overall_rate() {
    let room_beside = |talk: u64| {
        let mut local = quiet();
        local.note_talk(talk, 10 * SECOND);
        let mut now = 10 * SECOND + 900 * MS;
        let mut count = 0;
        while local.room(None, Share::WHOLE, talk, now).is_ok() {
            local.begin(None, Share::WHOLE, now, false);
            count += 1;
            now += MS;
            // The spreading is no matter here.
            local.next = Duration::ZERO;
        }
        count
    };
    assert_eq!(room_beside(0), 28, "whoever comes first has room");
    assert_eq!(room_beside(1), 27);
    assert_eq!(room_beside(12), 16);
    assert_eq!(room_beside(500), 1, "bulk traffic goes on");
}

/// People write one after the other, each as long after the one before and answered by the next of so many processes; all of these
/// send as fast as they may.
fn nobody_is_refused(of: u32, every: Duration, begins: Duration) {
    let (long, latency) = (20 * SECOND, |n: usize| (5 + n as u32 * 37 % 30) * MS);
    let talk = (0..).map(|n| begins + every * n);
    let talk: Vec<_> = talk.take_while(|at| *at < long).collect();
    let mut all: Vec<_> = talk.iter().map(|at| (*at, *at + 10 * MS)).collect();
    for place in 0..of {
        let own = talk.iter().skip(place as usize).step_by(of as usize);
        let own: Vec<_> = own.copied().collect();
        let talk = |now: Duration| own.partition_point(|at| *at <= now) as u64;
        let (mut local, share) = (quiet(), Share { of, place });
        let sent = send_beside(&mut local, share, long, latency, to_strangers, talk);
        all.extend(sent);
    }
    let most = most_within(&all, SECOND);
    assert!(most <= 30, "{of}, {every:?}, {begins:?}: {most}");
    // Each leaves room for itself, and there are no halves of a call.
    let least = if of == 1 { 26 } else { 23 };
    assert!(all.len() >= 20 * least, "{of}, {every:?}: {}", all.len());
}

#[test]
fn people_who_begin_to_talk_at_any_moment_are_not_refused() {
    for (every, begins) in [(67, 0), (67, 40), (67, 990), (67, 3_017), (120, 9)] {
        nobody_is_refused(1, every * MS, begins * MS);
        nobody_is_refused(3, every * MS, begins * MS);
    }
    // Of three, each hears of a third of these: so many at once, and one is refused.
    nobody_is_refused(1, 40 * MS, 2_500 * MS);
}

#[test]
fn quiet_chats_are_forgotten() {
    let mut local = quiet();
    let chats = |n: usize| Some(if n.is_multiple_of(2) { 1 } else { -1 } * (1 + n as i64));
    send(&mut local, Share::WHOLE, 600 * SECOND, |_| MS, chats);
    // Some 1,700 are sent in a minute, half of them to groups, of which each is known for one.
    assert!(local.chats.len() <= 4 * 1_700, "{}", local.chats.len());
}

#[test]
fn after_redis_nothing_leaves_by_share_before_what_left_by_its_word_counts_no_more() {
    let mut local = quiet();
    local.begin(None, Share::WHOLE, SECOND, true);
    assert!(!local.went_by_share(SECOND));
    local.go_by_share(5 * SECOND);
    local.go_by_share(5 * SECOND + 900 * MS);
    let room = |local: &mut Local, now| local.room(None, Share::WHOLE, 0, now);
    assert!(room(&mut local, 6 * SECOND - MS).is_err());
    assert_eq!(room(&mut local, 6 * SECOND), Ok(()));
    local.begin(None, Share::WHOLE, 6 * SECOND, false);
    assert!(local.went_by_share(7 * SECOND));
    assert!(!local.went_by_share(8 * SECOND));
}
