//! The queue of updates at Telegram's side: what is due, what was confirmed, and who may ask.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::Notify;

use super::{
    ledger::{Account, Faults, Ledger},
    updates::{FIRST_UPDATE, FIRST_USER, Updates, button_in},
};

/// How fast updates come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pace {
    /// All at once: as fast as they are fetched, while there is room in flight.
    Saturation,
    /// So many a second, whatever becomes of those before.
    Rate(f64),
}

/// Shared by the server, which delivers and takes answers, and by whoever feeds and measures.
#[derive(Debug)]
pub(crate) struct Supply {
    begun: Instant,
    /// How many updates may be delivered and not answered, at saturation.
    window: usize,
    state: Mutex<State>,
    /// Something may have become due, or another poller has come.
    pub(super) changed: Notify,
    mailed: Mutex<Mailed>,
    /// An answer or a poll has come, for those who wait outside of the server.
    progressed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    updates: Updates,
    ledger: Ledger,
    /// Of each user, the data of the button that the bot showed last, where users press buttons.
    buttons: Option<HashMap<usize, String>>,
    /// All before this index are confirmed, and gone.
    confirmed: usize,
    /// How many polls there were; the latest is the only one that may wait.
    polls: u64,
    /// Whether `window` holds for what was fed last.
    is_bounded: bool,
    /// A poll waits until so many at most are in flight.
    held: Option<usize>,
    /// Who is told things that answer none of his updates, and how often he was.
    notices: Option<(usize, usize)>,
    /// The text of the first apology.
    apology: Option<String>,
}

/// The messages of a mailing that have come.
#[derive(Debug, Default)]
struct Mailed {
    count: usize,
    /// To each user.
    of_each: Vec<u8>,
    /// To one user at the most.
    most: u8,
}

/// What a poll gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The inside of the array of updates.
    Updates(String),
    /// Nothing yet; ask again by then at the latest, if anything is to become due at all.
    Wait(Option<Instant>),
    /// Another poller has come.
    Conflict,
}

impl Supply {
    pub(crate) fn new(window: usize) -> Self {
        Self {
            begun: Instant::now(),
            window: window.max(1),
            state: Mutex::default(),
            changed: Notify::new(),
            mailed: Mutex::default(),
            progressed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).expect("centuries")
    }

    /// Adds an update of each of these users, and says which ones those are.
    pub(crate) fn feed(&self, users: impl Iterator<Item = usize>, pace: Pace) -> Range<usize> {
        let mut state = self.state();
        state.is_bounded = pace == Pace::Saturation;
        let State {
            updates, ledger, ..
        } = &mut *state;
        let from = updates.len();
        let after = |n: usize| match pace {
            Pace::Saturation => 0.0,
            Pace::Rate(rate) => n as f64 / rate,
        };
        let today = SystemTime::now().duration_since(UNIX_EPOCH);
        let today = today.unwrap_or_default().as_secs();
        for (n, user) in users.enumerate() {
            updates.push(user, today + after(n) as u64);
        }
        let range = from..updates.len();
        // Read last: making them takes time.
        let begin = self.now();
        for n in 0..range.len() {
            ledger.push(begin + (after(n) * 1e9) as u64);
        }
        drop(state);
        self.changed.notify_waiters();
        range
    }

    /// Begins a poll; the number is for [`fetch`](Self::fetch).
    pub(super) fn begin_poll(&self) -> u64 {
        let mut state = self.state();
        state.polls += 1;
        let poll = state.polls;
        drop(state);
        self.changed.notify_waiters();
        self.progressed.notify_all();
        poll
    }

    /// The updates that are due, at most `limit` of 1 to 100. An offset confirms all before it; a
    /// negative one counts from the end.
    pub(super) fn fetch(&self, poll: u64, offset: i64, limit: usize) -> Answer {
        let mut state = self.state();
        if state.polls != poll {
            return Answer::Conflict;
        }
        let now = self.now();
        let end = state.confirmed + state.ledger.due(state.confirmed, now);
        let wanted = match offset {
            0 => 0,
            ..0 => end.saturating_sub(usize::try_from(-offset).unwrap_or(usize::MAX)),
            _ => usize::try_from(offset - FIRST_UPDATE).unwrap_or_default(),
        };
        // An offset beyond the end confirms all there is; one before what is gone brings nothing back.
        state.confirmed = wanted.clamp(state.confirmed, end);
        let begin = state.confirmed;
        if begin == end {
            let next = state.ledger.next_due(begin);
            return Answer::Wait(next.map(|due| self.begun + Duration::from_nanos(due)));
        }
        let window = if state.is_bounded {
            self.window
        } else {
            usize::MAX
        };
        let range = begin..end.min(begin + limit.clamp(1, 100).min(window));
        // Whole polls or nothing: one update for each answer would measure polling.
        let new = range.end.saturating_sub(begin.max(state.ledger.fetched()));
        let most = window - new;
        if state.ledger.in_flight() > most {
            state.held = Some(most);
            return Answer::Wait(None);
        }
        let State {
            updates,
            ledger,
            buttons,
            ..
        } = &mut *state;
        ledger.deliver(range.clone(), |index| updates.user(index), now);
        let Some(buttons) = buttons else {
            return Answer::Updates(updates.slice(range).to_owned());
        };
        let each = range.map(|index| match buttons.get(&updates.user(index)) {
            Some(data) => updates.press(index, data),
            None => updates.slice(index..index + 1).to_owned(),
        });
        Answer::Updates(each.collect::<Vec<_>>().join(","))
    }

    /// A message has come that answers the update of that index. Gives its user.
    pub(super) fn answer(&self, index: usize) -> Option<usize> {
        let now = self.now();
        let mut state = self.state();
        if index >= state.updates.len() {
            state.ledger.strange += 1;
            return None;
        }
        let user = state.updates.user(index);
        state.ledger.answer(index, user, now);
        self.settled(state);
        Some(user)
    }

    /// From now on users press the button that they were shown last, instead of writing.
    pub(crate) fn let_users_press(&self) {
        self.state().buttons.get_or_insert_default();
    }

    /// The bot shows that user a message, with what the body of the call says.
    pub(super) fn shown(&self, user: usize, body: &[u8]) {
        if let Some(buttons) = &mut self.state().buttons
            && let Some(data) = button_in(body)
        {
            buttons.insert(user, data.to_owned());
        }
    }

    /// A message has come to that chat which answers no update.
    pub(super) fn apologise(&self, chat: i64, text: &str) {
        let mut state = self.state();
        match (usize::try_from(chat - FIRST_USER), &mut state.notices) {
            (Ok(user), Some((told, times))) if user == *told => *times += 1,
            (Ok(user), _) => state.ledger.apologise(user),
            (Err(_), _) => state.ledger.strange += 1,
        }
        if state.apology.is_none() {
            state.apology = Some(text.to_owned());
        }
        self.settled(state);
    }

    /// That user may be told what answers none of his updates, and is no apology for one.
    pub(crate) fn let_be_told(&self, user: usize) {
        self.state().notices = Some((user, 0));
    }

    /// How often he was told something.
    pub(crate) fn told(&self) -> usize {
        self.state().notices.map_or(0, |(_, times)| times)
    }

    /// A message of a mailing has come to that chat.
    pub(super) fn mail(&self, chat: i64) {
        let Ok(user) = usize::try_from(chat - FIRST_USER) else {
            return;
        };
        let mut mailed = self.mailed.lock().unwrap_or_else(PoisonError::into_inner);
        mailed.count += 1;
        if mailed.of_each.len() <= user {
            mailed.of_each.resize(user + 1, 0);
        }
        let times = mailed.of_each[user].saturating_add(1);
        mailed.of_each[user] = times;
        mailed.most = mailed.most.max(times);
    }

    /// How many messages of a mailing have come, and to one user at the most.
    pub(crate) fn mailed(&self) -> (usize, u8) {
        let mailed = self.mailed.lock().unwrap_or_else(PoisonError::into_inner);
        (mailed.count, mailed.most)
    }

    /// Tells those who wait for that.
    fn settled(&self, mut state: MutexGuard<'_, State>) {
        let is_last = state.ledger.settled() == state.updates.len();
        let in_flight = state.ledger.in_flight();
        let has_room = state.held.take_if(|most| in_flight <= *most).is_some();
        drop(state);
        if has_room {
            self.changed.notify_waiters();
        }
        if is_last {
            self.progressed.notify_all();
        }
    }

    /// Waits until somebody polls; false if nobody does in time.
    pub(crate) fn wait_for_poll(&self, limit: Duration) -> bool {
        self.wait_until(limit, |state| state.polls > 0)
    }

    /// Waits until all updates are answered or apologised for; false if they are not in time.
    pub(crate) fn wait_for_answers(&self, limit: Duration) -> bool {
        self.wait_until(limit, |state| state.ledger.settled() == state.updates.len())
    }

    /// How many updates were answered or apologised for so far.
    pub(crate) fn settled_count(&self) -> usize {
        self.state().ledger.settled()
    }

    /// How many updates were answered so far.
    pub(crate) fn answered_count(&self) -> usize {
        let state = self.state();
        state.ledger.settled() - state.ledger.faults().apologised
    }

    /// How far it has come, for people.
    pub(crate) fn progress(&self) -> String {
        let state = self.state();
        let (all, fetched) = (state.updates.len(), state.ledger.fetched());
        let apologised = state.ledger.faults().apologised;
        format!(
            "of {all} updates {} were answered, {apologised} apologised for, {} fetched and left, {} not fetched",
            state.ledger.settled() - apologised,
            state.ledger.in_flight(),
            all - fetched,
        )
    }

    /// What the first message said that answered no update.
    pub(crate) fn apology(&self) -> Option<String> {
        self.state().apology.clone()
    }

    fn wait_until(&self, limit: Duration, is_so: impl Fn(&State) -> bool) -> bool {
        let waited = self
            .progressed
            .wait_timeout_while(self.state(), limit, |state| !is_so(state));
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        is_so(&state)
    }

    /// What became of those updates.
    pub(crate) fn account(&self, range: Range<usize>) -> Account {
        self.account_of(&range.collect::<Vec<_>>())
    }

    /// Those in the range that are of other users.
    pub(crate) fn of_others(&self, range: Range<usize>, user: usize) -> Vec<usize> {
        let state = self.state();
        range
            .filter(|index| state.updates.user(*index) != user)
            .collect()
    }

    /// How many of them were answered so far.
    pub(crate) fn answered_of(&self, indexes: &[usize]) -> usize {
        self.state().ledger.answered_of(indexes)
    }

    /// What became of them.
    pub(crate) fn account_of(&self, indexes: &[usize]) -> Account {
        self.state().ledger.account(indexes)
    }

    /// What should not be.
    pub(crate) fn faults(&self) -> Faults {
        self.state().ledger.faults()
    }
}

#[cfg(test)]
mod tests;
