//! In whose sight the state is: that of a bot, or of an account that a bot is connected to, whose private chats are others.

use std::{mem::swap, sync::Arc};

use super::Account;
use crate::world::{State, World};

impl State {
    /// A number for it: a bot's id, or one below zero of an account.
    pub(in crate::world) fn sight(&self) -> i64 {
        match &self.account {
            Some(account) => account.connection.number,
            None => self.bot.id,
        }
    }

    /// Does something in the sight of a bot or an account.
    pub(in crate::world) fn as_seen<R>(
        &mut self,
        sight: i64,
        act: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let before = self.sight();
        self.turn_to(sight);
        let result = act(self);
        self.turn_to(before);
        result
    }

    /// Does something as another bot sees the world.
    pub(crate) fn as_bot<R>(&mut self, id: i64, act: impl FnOnce(&mut Self) -> R) -> R {
        self.as_seen(id, act)
    }

    /// The accounts of the present bot.
    pub(in crate::world) fn accounts(&self) -> Vec<i64> {
        let others = self.business.values();
        let all = others.chain(self.account.as_deref());
        all.map(|account| account.connection.number).collect()
    }

    /// Turns the state round to a bot, and to an account of it if one is named.
    pub(in crate::world) fn look_as(&mut self, bot: i64, account: Option<&str>) {
        let present = self.present_connection().map(|one| one.id.as_str());
        if self.bot.id == bot && present == account {
            return;
        }
        self.leave_account();
        self.become_bot(bot);
        if let Some(id) = account {
            self.enter_account(id);
        }
    }

    fn turn_to(&mut self, sight: i64) {
        if self.sight() == sight {
            return;
        }
        self.leave_account();
        if sight >= 0 {
            self.become_bot(sight);
            return;
        }
        for bot in self.bots() {
            self.become_bot(bot);
            let mut accounts = self.business.values();
            let found = accounts.find(|account| account.connection.number == sight);
            if let Some(id) = found.map(|account| account.connection.id.clone()) {
                self.enter_account(&id);
                return;
            }
        }
    }

    fn enter_account(&mut self, id: &str) {
        if let Some(account) = self.business.remove(id) {
            self.account = Some(self.changed_places(account));
            self.changes.look_as(self.bot.id, self.sight());
        }
    }

    fn leave_account(&mut self) {
        if let Some(account) = self.account.take() {
            let account = self.changed_places(*account);
            self.business
                .insert(account.connection.id.clone(), *account);
            self.changes.look_as(self.bot.id, self.bot.id);
        }
    }

    fn changed_places(&mut self, mut account: Account) -> Box<Account> {
        swap(&mut self.logs.private, &mut account.private);
        swap(&mut self.pinned.private, &mut account.pinned);
        swap(&mut self.actions, &mut account.actions);
        let next = &mut account.connection.next_message_id;
        swap(&mut self.next_message_id, next);
        Box::new(account)
    }
}

impl World {
    /// The world as the bot sees it in an account that it is connected to.
    pub(crate) fn in_account(&self, id: &str) -> Option<Arc<Self>> {
        self.read(|state| state.connection(id).is_some()).then(|| {
            Arc::new(Self {
                bot: self.bot.clone(),
                account: Some(id.to_owned()),
                deadline: self.deadline,
                shared: Arc::clone(&self.shared),
            })
        })
    }
}
