//! Checklists: people mark tasks as done and add tasks; the bot hears of it by service messages.

use serde_json::{Value, json};

use super::{Draft, State};
use crate::protocol::{
    objects::{Content, Message},
    text,
};

/// The most tasks of one.
const MAX_TASKS: usize = 30;

impl State {
    /// A person marks tasks as done, or as not done; returns the update's id.
    pub(crate) fn person_marks_tasks(
        &mut self,
        person: i64,
        place: (i64, i64),
        done: &[i64],
        not_done: &[i64],
    ) -> Result<i64, String> {
        let (now, user) = (self.now(), self.person(person).user.clone());
        self.check_checklist(person, place, "others_can_mark_tasks_as_done")?;
        self.change_tasks(place, |tasks| {
            for (ids, is_done) in [(done, true), (not_done, false)] {
                for id in ids {
                    let task = tasks.iter_mut().find(|task| task["id"] == *id);
                    let task = task.and_then(Value::as_object_mut);
                    let task = task.ok_or("there is no such task")?;
                    if is_done {
                        task.insert("completed_by_user".to_owned(), json!(user));
                        task.insert("completion_date".to_owned(), json!(now));
                    } else {
                        task.remove("completed_by_user");
                        task.remove("completion_date");
                    }
                }
            }
            Ok(())
        })?;
        let mut what = json!({"checklist_message": self.shallow(place)});
        if !done.is_empty() {
            what["marked_as_done_task_ids"] = json!(done);
        }
        if !not_done.is_empty() {
            what["marked_as_not_done_task_ids"] = json!(not_done);
        }
        Ok(self.note_of_checklist(person, place.0, "checklist_tasks_done", what))
    }

    /// A person adds tasks; returns the update's id.
    pub(crate) fn person_adds_tasks(
        &mut self,
        person: i64,
        place: (i64, i64),
        texts: &[&str],
    ) -> Result<i64, String> {
        self.check_checklist(person, place, "others_can_add_tasks")?;
        let texts: Option<Vec<String>> = texts.iter().map(|words| text::plain(words)).collect();
        let texts = texts.filter(|texts| !texts.is_empty());
        let texts = texts.ok_or("text must be non-empty")?;
        let mut added = vec![];
        self.change_tasks(place, |tasks| {
            if tasks.len() + texts.len() > MAX_TASKS {
                return Err(format!("a checklist has at most {MAX_TASKS} tasks"));
            }
            let last = tasks.iter().filter_map(|task| task["id"].as_i64()).max();
            for (id, words) in (last.unwrap_or(0) + 1..).zip(texts) {
                let mut task = json!({"id": id, "text": words});
                let entities = text::found(&words, &[]);
                if !entities.is_empty() {
                    task["text_entities"] = json!(entities);
                }
                added.push(task.clone());
                tasks.push(task);
            }
            Ok(())
        })?;
        let what = json!({"checklist_message": self.shallow(place), "tasks": added});
        Ok(self.note_of_checklist(person, place.0, "checklist_tasks_added", what))
    }

    fn check_checklist(
        &self,
        person: i64,
        (chat_id, message_id): (i64, i64),
        right: &str,
    ) -> Result<(), String> {
        let stored = self.message(chat_id, message_id);
        let message = &stored.ok_or("there is no such message")?.message;
        let checklist = message.content.parts.get("checklist");
        let checklist = checklist.ok_or("the message is no checklist")?;
        let is_own = message.from.as_ref().is_some_and(|from| from.id == person);
        (is_own || checklist[right] == true)
            .then_some(())
            .ok_or_else(|| "the checklist is not for others to change".to_owned())
    }

    fn change_tasks(
        &mut self,
        (chat_id, message_id): (i64, i64),
        change: impl FnOnce(&mut Vec<Value>) -> Result<(), String>,
    ) -> Result<(), String> {
        let stored = self.message_mut(chat_id, message_id);
        let parts = stored.map(|stored| &mut stored.message.content.parts);
        let tasks = parts.and_then(|parts| parts.get_mut("checklist")?["tasks"].as_array_mut());
        change(tasks.ok_or("the message is no checklist")?)
    }

    fn shallow(&self, (chat_id, message_id): (i64, i64)) -> Option<Message> {
        let stored = self.message(chat_id, message_id)?;
        Some(Message {
            reply_to_message: None,
            ..stored.message.clone()
        })
    }

    fn note_of_checklist(&mut self, person: i64, chat_id: i64, field: &str, what: Value) -> i64 {
        let draft = Draft {
            content: Content::of_part(field, what),
            ..Draft::default()
        };
        self.send_draft(person, chat_id, draft)
    }
}
