//! Compares what people got of mailings with what is found in the tables.

use std::collections::{HashMap, HashSet};

use crate::{
    figures::Figures,
    fleet::IN_HAND,
    post::{MAILED, Post, is_at_most_once},
    stores::{Mailing, Stores},
    workload::People,
};

/// Looks at all of them once they are done and all processes have ended.
pub(crate) async fn judge(
    stores: &Stores,
    people: &People,
    post: &Post<'_>,
    figures: &mut Figures,
) {
    let mut got: HashMap<(u32, i64), usize> = HashMap::new();
    for person in people.all().chain(post.readers()) {
        for message in person.messages() {
            if let Some(Ok(number)) = message.text.strip_prefix(MAILED).map(str::parse) {
                *got.entry((number, person.id())).or_default() += 1;
                figures.mailed += 1;
            }
        }
    }
    // Others come and go: whether it was their turn meanwhile, nobody knows.
    let steady = people.talkers.iter().chain(&people.pressers);
    let steady: HashSet<_> = steady.chain(post.readers()).map(|it| it.id()).collect();
    for mailing in stores.mailings().await {
        figures.mailings += 1;
        judge_one(&mailing, &got, &steady, figures);
    }
    if figures.unknown > most_unknown(figures) {
        figures.too_many_unknown = figures.unknown - most_unknown(figures);
    }
}

fn judge_one(
    mailing: &Mailing,
    got: &HashMap<(u32, i64), usize>,
    steady: &HashSet<i64>,
    figures: &mut Figures,
) {
    let Mailing { number, rows, .. } = mailing;
    let is_at_most_once = is_at_most_once(*number);
    let mut counted: HashMap<&str, i64> = HashMap::new();
    for (user, state) in rows {
        *counted.entry(state).or_default() += 1;
        let times = got.get(&(*number, *user)).copied().unwrap_or_default();
        if is_at_most_once && times > 1 {
            figures.mailed_twice += 1;
            figures.note(format!(
                "mailing {number}: user {user} got it {times} times"
            ));
        }
        figures.mailed_again += times.saturating_sub(1);
        let is_right = match &**state {
            "sent" => times > 0,
            "unknown" => is_at_most_once || !steady.contains(user),
            // What comes again may find the user gone.
            "blocked" => (times == 0 || !is_at_most_once) && !steady.contains(user),
            "skipped" => times == 0 && !steady.contains(user),
            _ => false,
        };
        if !is_right {
            figures.wrong_sends += 1;
            figures.note(format!(
                "mailing {number}: user {user} is {state}, and got it {times} times"
            ));
        }
    }
    let unclaimed = got.keys().filter(|(of, _)| of == number);
    let unclaimed = unclaimed.filter(|(_, user)| !rows.iter().any(|(claimed, _)| claimed == user));
    let missing = steady
        .iter()
        .filter(|user| !rows.iter().any(|(it, _)| it == *user));
    for (user, what) in unclaimed
        .map(|(_, user)| (user, "got it, and was not claimed"))
        .chain(missing.map(|user| (user, "was passed over")))
    {
        figures.passed_over += 1;
        figures.note(format!("mailing {number}: user {user} {what}"));
    }
    figures.unknown += counted.get("unknown").copied().unwrap_or_default();
    let all = rows.len().try_into().unwrap_or(i64::MAX);
    for (what, sum) in &mailing.sums {
        let expected = match &**what {
            "claimed" => all,
            state => counted.get(state).copied().unwrap_or_default(),
        };
        if *sum != expected {
            figures.wrong_sums += 1;
            figures.note(format!(
                "mailing {number}: {what} is {sum}, of {expected} rows"
            ));
        }
    }
}

/// A process that is killed leaves no more unknown than it had in hand; whatever else happens may hit what each of them had.
fn most_unknown(figures: &Figures) -> i64 {
    let others = figures.happened_besides_kills() * figures.processes;
    (i64::from(figures.restarts) + others) * IN_HAND
}
