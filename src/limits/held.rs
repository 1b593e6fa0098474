//! The turns of this process that Redis gave: one that is kept for long, since its call is repeated or uploads a file, is told
//! to be under way still, for what Redis hears nothing of counts no more.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use super::common::{Common, LEASE};

/// How often it is told of each; most calls are answered long before.
const EVERY: Duration = LEASE.checked_div(4).expect("4 is not 0");

/// What is held.
#[derive(Debug, Default)]
pub(super) struct Held(HashMap<u64, Turn>);

#[derive(Debug)]
struct Turn {
    chat: Option<i64>,
    /// When Redis was told of it last.
    told: Instant,
}

impl Held {
    pub(super) fn begin(&mut self, name: u64, chat: Option<i64>) {
        let told = Instant::now();
        self.0.insert(name, Turn { chat, told });
    }

    pub(super) fn end(&mut self, name: u64) {
        self.0.remove(&name);
    }

    /// Tells of those of which it was not told lately.
    pub(super) async fn tell(&mut self, common: &Common) {
        for (name, turn) in &mut self.0 {
            if turn.told.elapsed() >= EVERY {
                common.under_way(*name, turn.chat).await;
                turn.told = Instant::now();
            }
        }
    }
}
