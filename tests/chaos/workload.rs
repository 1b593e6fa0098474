//! The people and what they do: some talk, each about everything, and some only leave and return.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use fastrand::Rng;
use telegram_emulator::{Emulator, Group, Person};
use tokio::sync::mpsc;

use crate::{
    dialog::BUTTONS,
    ledger::{Entry, Kind},
    options::Options,
    progress::Progress,
    scene::{Play, Scene},
    support::DEADLINE,
};

/// Updates that wait for their handler at the most.
pub(crate) const WINDOW: usize = 48;

/// The groups in which they talk.
const GROUPS: usize = 3;

/// The id of the first of them.
const FIRST_USER: i64 = 5_000_000_000;

/// After so long without an acknowledged update the run is stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(45);

pub(crate) struct People {
    pub(crate) talkers: Vec<Person>,
    /// Everybody who talks is in one of them.
    pub(crate) groups: Vec<Group>,
    /// Updates of floods that may wait besides.
    flooded: AtomicUsize,
    /// They block and unblock the bot in turn, and say nothing.
    pub(crate) leavers: Vec<Person>,
    /// They press the buttons of a dialog, and say nothing.
    pub(crate) pressers: Vec<Person>,
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
        let pressers: Vec<_> = (options.users..)
            .map(|number| {
                let person = tg.person(&format!("User {number}"));
                let number = i64::try_from(number).expect("few");
                let person = person.with_id(FIRST_USER + number);
                person.says(&format!("/{}", Kind::Dialog.name()));
                person
            })
            .take(options.users / 6)
            .collect();
        let is_greeted = |person: &Person| !person.messages().is_empty();
        let greeted = tg.holds_within(DEADLINE, |_| {
            talkers.iter().chain(&pressers).all(is_greeted)
        });
        assert!(greeted.await, "everybody is greeted");
        let leavers = talkers.split_off(options.users - options.users / 8 - 1);
        let groups: Vec<_> = (0..GROUPS)
            .map(|n| tg.group(&format!("Group {n}")))
            .collect();
        let people = Self {
            talkers,
            groups,
            flooded: AtomicUsize::new(0),
            leavers,
            pressers,
        };
        for person in &people.talkers {
            people.group_of(person).adds(person);
        }
        people
    }

    /// The group in which somebody talks.
    pub(crate) fn group_of(&self, person: &Person) -> &Group {
        let number = usize::try_from(person.id() - FIRST_USER).expect("they are numbered");
        &self.groups[number % self.groups.len()]
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Person> {
        let others = self.leavers.iter().chain(&self.pressers);
        self.talkers.iter().chain(others)
    }

    /// Whoever has a dialog presses a button of it once more.
    pub(crate) async fn press_once_more(&self, sent: &mut Vec<Entry>) {
        for person in &self.pressers {
            sent.push(press(person, BUTTONS[0]).await);
        }
    }

    /// Everybody does their part, not faster than it is handled. What was sent; and whether it came
    /// to an end.
    pub(crate) async fn act(
        &self,
        mut rng: Rng,
        updates: usize,
        progress: &Progress,
        mut scenes: mpsc::UnboundedReceiver<Scene>,
        partitions: u16,
    ) -> (Vec<Entry>, bool) {
        let (mut done, mut allowed) = (progress.done(), progress.allowed());
        let before = *done.borrow();
        let mut sent = Vec::with_capacity(updates);
        // Of its own: when scenes are played must not change what is said besides.
        let mut of_scenes = rng.fork();
        let mut are_away = vec![false; self.leavers.len()];
        // Where a flood ends that others need not wait for.
        let mut flood_end = 0;
        let mut number = 0;
        while number < updates {
            let (count, flooded) = (sent.len(), self.flooded.load(Ordering::Relaxed));
            let room = async {
                let _ = allowed
                    .wait_for(|allowed| count < allowed.saturating_add(flooded))
                    .await;
                let _ = done
                    .wait_for(|done| {
                        let over = done - before >= flood_end;
                        let extra = if over { 0 } else { flooded };
                        count + before < done + WINDOW + extra
                    })
                    .await;
            };
            let scene = tokio::select! {
                biased;
                Some(scene) = scenes.recv() => Some(scene),
                () = room => None,
                () = progress.stalls(PATIENCE) => return (sent, false),
            };
            if let Some(Scene { play, told }) = scene {
                let played = self.play(play, &mut of_scenes, partitions, &mut sent);
                if let Play::Flood(more) = play {
                    self.flooded.fetch_add(more, Ordering::Relaxed);
                    flood_end = sent.len();
                }
                // Who asked may have given up.
                let _ = told.send(played);
                continue;
            }
            number += 1;
            sent.push(if rng.u8(..100) < 6 {
                let index = rng.usize(..self.leavers.len());
                move_out_or_in(&self.leavers[index], &mut are_away[index])
            } else if rng.u8(..100) < 15 {
                let person = &self.pressers[rng.usize(..self.pressers.len())];
                press(person, BUTTONS[usize::from(rng.bool())]).await
            } else {
                let person = &self.talkers[rng.usize(..self.talkers.len())];
                if rng.u8(..100) < 15 {
                    talk_in(self.group_of(person), person, number, &mut rng)
                } else {
                    talk(person, number, &mut rng).await
                }
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
        chat: person.id(),
        kind,
    }
}

/// A button of the dialog that somebody sees.
async fn press(person: &Person, button: &str) -> Entry {
    Entry {
        update_id: person.presses(button).await.update_id,
        user: person.id(),
        chat: person.id(),
        kind: Kind::Dialog,
    }
}

/// Several talk in one group, each with a dialogue of their own.
fn talk_in(group: &Group, person: &Person, number: usize, rng: &mut Rng) -> Entry {
    let kind = match rng.u8(..4) {
        0 => Kind::Say,
        1 => Kind::Count,
        _ => Kind::GroupStep,
    };
    Entry {
        update_id: person.says_in(group, &format!("/{} {number}", kind.name())),
        user: person.id(),
        chat: group.id(),
        kind,
    }
}

async fn talk(person: &Person, number: usize, rng: &mut Rng) -> Entry {
    let kind = match rng.u8(..13) {
        0..3 => Kind::Count,
        3..6 => Kind::Step,
        6..8 => Kind::Solo,
        8 => Kind::Say,
        9 => Kind::Maybe,
        10 => Kind::Remind,
        11 => Kind::Note,
        _ => Kind::Press,
    };
    let update_id = if kind == Kind::Press {
        person.presses_data(kind.name()).await.update_id
    } else {
        let pace = match rng.u16(..600) {
            0..6 => " block",
            6..18 => " slow",
            18 => " hang",
            _ => "",
        };
        person.says(&format!("/{} {number}{pace}", kind.name()))
    };
    Entry {
        update_id,
        user: person.id(),
        chat: person.id(),
        kind,
    }
}
