//! Compares what people sent with what is found in the stores, and counts the differences.

use std::collections::{HashMap, HashSet};

use telegram_emulator::Group;

use crate::{
    bot::OWED,
    dialog::shown,
    figures::Figures,
    ledger::{Entry, Kind},
    stores::{Applied, Stores},
    support::APOLOGY,
    workload::People,
};

/// Looks into all stores once everything has come to rest.
pub(crate) async fn judge(stores: &Stores, people: &People, sent: &[Entry], figures: &mut Figures) {
    let mut evidence = Evidence::default();
    for entry in sent {
        evidence.sent.insert(entry.update_id, *entry);
    }
    evidence.dead = stores.dead_letters().await.into_iter().collect();
    figures.updates = sent.len();
    figures.traced = sent.iter().filter(|entry| entry.kind.is_kept()).count();
    figures.dead_letters = evidence.dead.len();

    let log = stores.log().await;
    in_order(&log, figures);
    in_step(&log, figures);
    for row in &log {
        *evidence.applied.entry(row.update_id).or_default() += 1;
    }
    let steps = stores.counts(Kind::Step).await;
    let group_steps = stores.counts(Kind::GroupStep).await;
    for person in &people.talkers {
        let (step, solo) = stores.dialogues(person.id(), person.id()).await;
        let (group_step, _) = stores
            .dialogues(person.id(), people.group_of(person).id())
            .await;
        for (step, steps) in [(step, &steps), (group_step, &group_steps)] {
            let counted = steps.get(&person.id()).copied().unwrap_or_default();
            if step != counted {
                figures.fsm_mismatches += 1;
                figures.note(format!(
                    "user {}: the dialogue is at step {step}, the database at {counted}",
                    person.id()
                ));
            }
        }
        let overtaken = solo.windows(2).filter(|pair| pair[0] > pair[1]).count();
        figures.out_of_order += overtaken;
        for update_id in solo {
            *evidence.applied.entry(update_id).or_default() += 1;
        }
    }
    reminders(stores, figures).await;
    obligations(stores, people, figures).await;
    names(stores, people, figures).await;
    dialogs(stores, people, figures).await;
    evidence.replies(people);
    figures.log = log;
    evidence.sum_up(people, figures);
    active(stores, people, sent, figures).await;
}

/// The updates of a user are applied in the order in which they were sent.
fn in_order(log: &[Applied], figures: &mut Figures) {
    let mut last = HashMap::new();
    for row in log {
        let last = last.entry(row.user).or_insert(row.update_id);
        if row.update_id < *last {
            figures.out_of_order += 1;
            figures.note(format!("update {} came after {last}", row.update_id));
        }
        *last = row.update_id.max(*last);
    }
}

/// A step moves the dialogue by one, and so the counter.
fn in_step(log: &[Applied], figures: &mut Figures) {
    let mut known = HashSet::new();
    for row in log {
        let Some(seen) = row.seen.filter(|seen| seen + 1 != row.became) else {
            continue;
        };
        figures.wrong_states += 1;
        // Later ones of that user follow from the first.
        if known.insert(row.user) {
            figures.note(format!(
                "user {}: update {} saw step {seen}, and made the counter {}",
                row.user, row.update_id, row.became
            ));
        }
    }
}

/// Each timer that was asked for happens once, and no other.
async fn reminders(stores: &Stores, figures: &mut Figures) {
    for (update_id, times) in stores.reminders().await {
        figures.reminders += 1;
        match times {
            0 => figures.reminders_lost += 1,
            1 => continue,
            _ => figures.reminders_doubled += 1,
        }
        figures.note(format!(
            "the timer of update {update_id} happened {times} times"
        ));
    }
    let unasked = stores.unasked_reminders().await;
    if unasked > 0 {
        figures.reminders_doubled += 1;
        figures.note(format!("{unasked} timers happened for which nobody asked"));
    }
}

/// What is owed for each timer that happened was said at least once.
async fn obligations(stores: &Stores, people: &People, figures: &mut Figures) {
    let mut said: HashMap<String, usize> = HashMap::new();
    for message in people.all().flat_map(|person| person.messages()) {
        if message.text.starts_with(OWED) {
            *said.entry(message.text).or_default() += 1;
        }
    }
    for (update_id, happened) in stores.reminders().await {
        let owed = usize::from(happened > 0);
        figures.obligations += owed;
        let times = said.get(&format!("{OWED}{update_id}")).copied();
        match times.unwrap_or_default() {
            0 if owed > 0 => {
                figures.unmet += 1;
                figures.note(format!("what is owed for update {update_id} was not said"));
            }
            times => figures.repeated_obligations += times.saturating_sub(1),
        }
    }
}

/// The message of that name shows what was written into it last.
async fn names(stores: &Stores, people: &People, figures: &mut Figures) {
    let messages: HashMap<_, _> = people
        .all()
        .flat_map(|person| person.messages())
        .map(|message| ((message.chat_id, message.message_id), message.text))
        .collect();
    for (chat, message, update_id) in stores.noted().await {
        figures.noted += 1;
        let shown = message.and_then(|message| messages.get(&(chat, message)));
        let begin = format!("✓ {update_id} ");
        if !shown.is_some_and(|text| text.starts_with(&begin)) {
            figures.wrong_edits += 1;
            figures.note(format!(
                "chat {chat}: the message {message:?} shows {shown:?}, not update {update_id}"
            ));
        }
    }
}

/// A dialog is where the database is, and the message shows it.
async fn dialogs(stores: &Stores, people: &People, figures: &mut Figures) {
    let counted = stores.counts(Kind::Dialog).await;
    figures.dialog_presses = counted.values().sum();
    for person in &people.pressers {
        figures.dialogs += 1;
        let id = person.id();
        let counted = counted.get(&id).copied().unwrap_or_default();
        let is_at = stores.dialog(id).await;
        if is_at != Some(counted) {
            figures.dialog_mismatches += 1;
            figures.note(format!(
                "user {id}: the dialog is at {is_at:?}, the database at {counted}"
            ));
        }
        let messages = person.messages();
        let has_buttons = |markup: &serde_json::Value| {
            let rows = markup["inline_keyboard"].as_array();
            rows.is_some_and(|rows| !rows.is_empty())
        };
        let mut with_buttons = messages
            .iter()
            .filter(|it| it.reply_markup.as_ref().is_some_and(has_buttons));
        let seen = with_buttons.next_back().map(|it| &*it.text);
        let expected = shown(counted);
        if seen != Some(&*expected) {
            figures.wrong_pictures += 1;
            figures.note(format!("user {id}: sees {seen:?}, not {expected}"));
        }
    }
}

/// Whoever left last is inactive.
async fn active(stores: &Stores, people: &People, sent: &[Entry], figures: &mut Figures) {
    let found = stores.users().await;
    for person in people.all() {
        let last = sent.iter().rfind(|entry| entry.user == person.id());
        let expected = last.is_none_or(|entry| entry.kind != Kind::Block);
        if found.get(&person.id()) != Some(&expected) {
            figures.wrong_active += 1;
            figures.note(format!("user {}: is_active is not {expected}", person.id()));
        }
    }
}

/// What is known of each update, by its id.
#[derive(Default)]
struct Evidence {
    sent: HashMap<i64, Entry>,
    dead: HashSet<i64>,
    applied: HashMap<i64, usize>,
    replies: HashMap<i64, usize>,
    /// Of handlers, in words of theirs.
    refusals: HashSet<i64>,
    /// By chat.
    apologies: HashMap<i64, usize>,
}

impl Evidence {
    /// What people read: answers with the id of their update, and apologies.
    fn replies(&mut self, people: &People) {
        let private = people.all().flat_map(|person| person.messages());
        let groups = people.groups.iter().flat_map(Group::messages);
        for message in private.chain(groups) {
            let mut words = message.text.split(' ');
            let is_refusal = words.next() == Some("✗");
            let id = words.next().map(str::parse);
            if message.text == APOLOGY {
                *self.apologies.entry(message.chat_id).or_default() += 1;
            } else if let Some(Ok(update_id)) = id {
                if is_refusal {
                    self.refusals.insert(update_id);
                } else {
                    *self.replies.entry(update_id).or_default() += 1;
                }
            }
        }
    }

    fn sum_up(&self, people: &People, figures: &mut Figures) {
        for (update_id, times) in &self.applied {
            figures.applied += 1;
            if *times > 1 {
                figures.doubled += times - 1;
                figures.note(format!("update {update_id} was applied {times} times"));
            }
            if !self.sent.contains_key(update_id) {
                figures.note(format!("update {update_id} was never sent"));
                figures.doubled += 1;
            }
        }
        figures.replies = self.replies.values().sum();
        figures.repeated_replies = figures.replies - self.replies.len();
        figures.apologies = self.apologies.values().sum();
        figures.refusals = self.refusals.len();
        for update_id in self.applied.keys() {
            if self.refusals.contains(update_id) {
                figures.reversed += 1;
                figures.note(format!("update {update_id} was refused, and applied"));
            }
            if self.dead.contains(update_id) {
                figures.dead_though_applied += 1;
                figures.note(format!("update {update_id} is a dead letter, and applied"));
            }
        }
        for person in people.all() {
            self.of_chat(person.id(), figures);
        }
        for group in &people.groups {
            self.of_chat(group.id(), figures);
        }
    }

    /// An apology does not say which update it is for: there must be enough of them.
    fn of_chat(&self, chat: i64, figures: &mut Figures) {
        let mut own: Vec<_> = self
            .sent
            .values()
            .filter(|sent| sent.chat == chat)
            .collect();
        own.sort_unstable_by_key(|sent| sent.update_id);
        let (mut lost, mut unanswered) = (Vec::new(), Vec::new());
        for entry in own.into_iter().filter(|entry| entry.kind.is_answered()) {
            let id = entry.update_id;
            if self.replies.contains_key(&id) {
                if entry.kind.is_kept() && !self.applied.contains_key(&id) {
                    figures.unfounded += 1;
                    figures.note(format!("update {id} was answered and not applied"));
                }
            } else if self.refusals.contains(&id) {
                // It is answered.
            } else if self.applied.contains_key(&id) {
                unanswered.push(id);
            } else if !self.dead.contains(&id) {
                lost.push(id);
            }
        }
        let apologies = self.apologies.get(&chat).copied().unwrap_or_default();
        figures.refused += lost.len().min(apologies);
        let left = apologies.saturating_sub(lost.len());
        if lost.len() > apologies {
            figures.lost += lost.len() - apologies;
            figures.note(format!(
                "chat {chat}: {apologies} apologies for {lost:?}, not applied"
            ));
        }
        figures.unanswered.extend(&unanswered);
        if unanswered.len() > left {
            figures.silent += unanswered.len() - left;
            figures.note(format!(
                "chat {chat}: {unanswered:?} were applied and not answered"
            ));
        }
    }
}
