//! The faults that lie in wait.

use super::Fault;

/// Faults in the order they were scripted.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The fault of this call, which may be to a chat, counted down.
    pub(crate) fn of(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        let matches = |fault: &Fault| {
            let is_of_method = fault.method == "*" || fault.method.eq_ignore_ascii_case(method);
            let is_of_chat = || chat.is_some_and(|chat| fault.chats.contains(&chat));
            is_of_method && (fault.chats.is_empty() || is_of_chat())
        };
        let index = self
            .0
            .iter()
            .position(|fault| matches(fault) && fault.left != Some(0))?;
        if let Some(left) = &mut self.0[index].left {
            *left -= 1;
            if *left == 0 {
                return Some(self.0.remove(index));
            }
        }
        Some(self.0[index].clone())
    }

    /// Forgets those that are meant.
    pub(crate) fn remove(&mut self, is_meant: impl Fn(&Fault) -> bool) {
        self.0.retain(|fault| !is_meant(fault));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}
