//! sendChecklist, editMessageChecklist: only on behalf of a business account.

use serde_json::{Value, json};

use super::{
    Outcome,
    delivery::Delivery,
    edit,
    texts::{self, Fields},
};
use crate::{
    protocol::{Answer, Params, Refusal, objects::Content, text::Formatted},
    world::{State, World},
};

const MAX_TITLE: usize = 255;
const MAX_TASKS: usize = 30;
const MAX_TASK: usize = 100;

/// What a checklist keeps of formatting: quotes nowhere, and in tasks no mentions by id.
const NOT_IN_TITLES: [&str; 2] = ["blockquote", "expandable_blockquote"];
const NOT_IN_TASKS: [&str; 3] = ["blockquote", "expandable_blockquote", "text_mention"];

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let given = input(params)?;
    world.change(|state| {
        check_account(state)?;
        let content = content(state, &given, None)?;
        let delivery = Delivery::of(state, params)?;
        Ok(Answer::of(&delivery.post(state, content)))
    })
}

/// Tasks that stay, by their ids, stay done.
pub(super) fn edit(world: &World, params: &Params) -> Outcome {
    let given = input(params)?;
    world.change(|state| {
        check_account(state)?;
        let (old, markup) = edit::editable(state, params)?;
        let Some(checklist) = old.content.parts.get("checklist") else {
            return Err(Refusal::bad_request(
                "there is no checklist in the message to edit",
            ));
        };
        let content = content(state, &given, Some(checklist))?;
        edit::edit(state, params, &old, content, markup)
    })
}

fn check_account(state: &State) -> Result<(), Refusal> {
    state
        .present_connection()
        .map(|_| ())
        .ok_or_else(|| Refusal::bad_request("business connection not found"))
}

fn input(params: &Params) -> Result<Params, Refusal> {
    match params.json("checklist") {
        None => Err(Refusal::bad_request("checklist must be non-empty")),
        Some(Ok(Value::Object(given))) => Ok(Params::of(given)),
        Some(Ok(_)) => Err(Refusal::bad_request("object expected as checklist")),
        Some(Err(_)) => Err(Refusal::bad_request("can't parse checklist JSON object")),
    }
}

fn content(state: &State, given: &Params, old: Option<&Value>) -> Result<Content, Refusal> {
    let refuse = |why: String| Err(Refusal::bad_request(&why));
    let title = text(state, given, &["title", "title_entities"], &NOT_IN_TITLES)?;
    if title.text.chars().count() > MAX_TITLE {
        return refuse(format!(
            "checklist title length must not exceed {MAX_TITLE}"
        ));
    }
    let tasks = match given.json("tasks") {
        Some(Ok(Value::Array(tasks))) => tasks,
        _ => vec![],
    };
    let mut shown = vec![];
    for task in tasks {
        let Value::Object(task) = task else {
            return refuse("expected an Object as checklist task".to_owned());
        };
        shown.push(read_task(state, &Params::of(task), old)?);
    }
    if shown.is_empty() {
        return refuse("checklist must have at least 1 task".to_owned());
    }
    if shown.len() > MAX_TASKS {
        return refuse(format!("checklist must have at most {MAX_TASKS} tasks"));
    }
    let mut ids: Vec<i64> = shown
        .iter()
        .filter_map(|task| task["id"].as_i64())
        .collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return refuse("TODO_ITEM_DUPLICATE".to_owned());
    }
    let mut checklist = json!({"title": title.text, "tasks": shown});
    if !title.entities.is_empty() {
        checklist["title_entities"] = json!(title.entities);
    }
    for may in ["others_can_add_tasks", "others_can_mark_tasks_as_done"] {
        if given.flag(may) {
            checklist[may] = json!(true);
        }
    }
    Ok(Content::of_part("checklist", checklist))
}

fn read_task(state: &State, task: &Params, old: Option<&Value>) -> Result<Value, Refusal> {
    let words = text(state, task, &["text", "text_entities"], &NOT_IN_TASKS)?;
    if words.text.chars().count() > MAX_TASK {
        let text = format!("checklist task text length must not exceed {MAX_TASK}");
        return Err(Refusal::bad_request(&text));
    }
    let id = task.integer("id").unwrap_or(0);
    if id <= 0 {
        let text = "checklist task identifier must be positive";
        return Err(Refusal::bad_request(text));
    }
    let mut shown = json!({"id": id, "text": words.text.replace('\n', " ")});
    if !words.entities.is_empty() {
        shown["text_entities"] = json!(words.entities);
    }
    let before = old.and_then(|old| old["tasks"].as_array()?.iter().find(|one| one["id"] == id));
    for field in ["completed_by_user", "completed_by_chat", "completion_date"] {
        if let Some(value) = before.and_then(|before| before.get(field)) {
            shown[field] = value.clone();
        }
    }
    Ok(shown)
}

fn text(
    state: &State,
    given: &Params,
    [text, entities]: &[&str; 2],
    unwanted: &[&str],
) -> Result<Formatted, Refusal> {
    let fields = Fields {
        text,
        mode: "parse_mode",
        entities,
    };
    let mut formatted = texts::formatted(state, given, &fields)?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad_request("text must be non-empty"));
    }
    formatted
        .entities
        .retain(|entity| !unwanted.contains(&entity.kind.as_str()));
    Ok(formatted)
}
