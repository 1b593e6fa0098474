//! Who follows Telegram's clock: programs under test, whose own clocks are to show the same. Each asks for the next move and says
//! which time it knows by now, so that one who moves the clock can wait for all of them.

use std::{collections::BTreeMap, time::Duration};

use super::{State, World, wait};

/// For how long one is waited for that was told of a move and does not ask for the next: it was killed meanwhile, or is frozen.
const PATIENCE: Duration = Duration::from_secs(10);

/// By the names they gave themselves.
#[derive(Debug, Default)]
pub(super) struct Followers {
    known: BTreeMap<String, Follower>,
    /// Counts requests.
    last: u64,
}

#[derive(Debug)]
struct Follower {
    request: u64,
    /// How far ahead it knows the clock to be, once it knows.
    known: Option<i64>,
}

/// A follower's request for the next move. One that is dropped before it was answered takes the follower off: it is gone.
pub(crate) struct Following<'a> {
    world: &'a World,
    name: String,
    request: u64,
    is_answered: bool,
}

impl World {
    /// Enlists one who says that it knows the clock to be so far ahead.
    pub(crate) fn is_followed(&self, name: String, known: Option<i64>) -> Following<'_> {
        let request = self.change(|state| {
            let followers = &mut state.clock.followers;
            followers.last += 1;
            let request = followers.last;
            let follower = Follower { request, known };
            followers.known.insert(name.clone(), follower);
            request
        });
        Following {
            world: self,
            name,
            request,
            is_answered: false,
        }
    }

    /// Waits until all who follow the clock know how it stands. Who does not come back is taken off.
    pub(crate) async fn clock_is_known(&self) {
        let known = || self.read(State::all_know_the_clock).then_some(());
        if wait::within(self, PATIENCE, known).await.is_none() {
            self.change_quietly(|state| {
                let ahead = state.clock.ahead();
                let followers = &mut state.clock.followers.known;
                followers.retain(|_, follower| follower.known == Some(ahead));
            });
        }
    }
}

impl State {
    fn all_know_the_clock(&self) -> bool {
        let mut followers = self.clock.followers.known.values();
        followers.all(|follower| follower.known == Some(self.clock.ahead()))
    }
}

impl Following<'_> {
    /// It is told, and will come back.
    pub(crate) fn answered(mut self) {
        self.is_answered = true;
    }
}

impl Drop for Following<'_> {
    fn drop(&mut self) {
        if self.is_answered {
            return;
        }
        self.world.change(|state| {
            let followers = &mut state.clock.followers.known;
            if followers
                .get(&self.name)
                .is_some_and(|follower| follower.request == self.request)
            {
                followers.remove(&self.name);
            }
        });
    }
}
