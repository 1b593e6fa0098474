//! The people and what they do: some talk, each about everything, and some only leave and return.

use std::time::Duration;

use fastrand::Rng;
use telegram_emulator::{Emulator, Person};
use tokio::time::timeout;

use crate::{
    ledger::{Entry, Kind},
    options::Options,
    progress::Progress,
    support::DEADLINE,
};

/// Updates that wait for their handler at the most.
pub(crate) const WINDOW: usize = 48;

/// The id of the first of them.
const FIRST_USER: i64 = 5_000_000_000;

/// After so long without an acknowledged update the run is stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(45);

pub(crate) struct People {
    pub(crate) talkers: Vec<Person>,
    /// They block and unblock the bot in turn, and say nothing.
    pub(crate) leavers: Vec<Person>,
}

impl People {
    /// Everybody presses Start, and waits for the greeting with its button.
    pub(crate) async fn arrive(tg: &Emulator, options: &Options) -> Self {
        let arrive = |number| {
            let person = tg.person(&format!("User {number}"));
            // The same people in the same partitions, run by run.
            let person = person.with_id(FIRST_USER + number);
            person.says("/start");
            person
        };
        let mut talkers: Vec<_> = (0..).map(arrive).take(options.users).collect();
        let is_greeted = |person: &Person| !person.messages().is_empty();
        let greeted = tg.holds_within(DEADLINE, |_| talkers.iter().all(is_greeted));
        assert!(greeted.await, "everybody is greeted");
        let leavers = talkers.split_off(options.users - options.users / 8 - 1);
        Self { talkers, leavers }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Person> {
        self.talkers.iter().chain(&self.leavers)
    }

    /// Everybody does their part, not faster than it is handled. What was sent; and whether it came
    /// to an end.
    pub(crate) async fn act(
        &self,
        mut rng: Rng,
        updates: usize,
        progress: &Progress,
    ) -> (Vec<Entry>, bool) {
        let (mut done, mut allowed) = (progress.done(), progress.allowed());
        let before = *done.borrow();
        let mut sent = Vec::with_capacity(updates);
        let mut are_away = vec![false; self.leavers.len()];
        for number in 0..updates {
            let room = async {
                let _ = allowed.wait_for(|allowed| sent.len() < *allowed).await;
                let _ = done
                    .wait_for(|done| sent.len() + before < done + WINDOW)
                    .await;
            };
            if timeout(PATIENCE, room).await.is_err() {
                return (sent, false);
            }
            sent.push(if rng.u8(..100) < 6 {
                let index = rng.usize(..self.leavers.len());
                move_out_or_in(&self.leavers[index], &mut are_away[index])
            } else {
                let person = &self.talkers[rng.usize(..self.talkers.len())];
                talk(person, number, &mut rng).await
            });
        }
        (sent, true)
    }
}

fn move_out_or_in(person: &Person, is_away: &mut bool) -> Entry {
    *is_away = !*is_away;
    let (update_id, kind) = if *is_away {
        (person.blocks(), Kind::Block)
    } else {
        (person.unblocks(), Kind::Unblock)
    };
    Entry {
        update_id,
        user: person.id(),
        kind,
    }
}

async fn talk(person: &Person, number: usize, rng: &mut Rng) -> Entry {
    let kind = match rng.u8(..10) {
        0..3 => Kind::Count,
        3..6 => Kind::Step,
        6..8 => Kind::Solo,
        8 => Kind::Say,
        _ => Kind::Press,
    };
    let update_id = if kind == Kind::Press {
        person.presses_data(kind.name()).await.update_id
    } else {
        let pace = match rng.u8(..100) {
            0 => " block",
            1..3 => " slow",
            _ => "",
        };
        person.says(&format!("/{} {number}{pace}", kind.name()))
    };
    Entry {
        update_id,
        user: person.id(),
        kind,
    }
}
