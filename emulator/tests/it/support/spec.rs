//! The Bot API as its documentation tells it: every object that the emulator sends is checked against it, in every test.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static SPEC: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../fixtures/bot-api-10.3.json")).unwrap());

/// Fields of before, which the real server still sends for old bots.
const OLD: [&str; 8] = [
    "correct_option_id",
    "forward_date",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_sender_name",
    "forward_signature",
    "thumb",
];

/// All methods, with what they take and answer.
pub(crate) fn methods() -> &'static Map<String, Value> {
    SPEC["methods"].as_object().unwrap()
}

/// Panics unless this is what a method of this name (in any case) answers.
#[track_caller]
pub(crate) fn check_answer(method: &str, result: &Value) {
    let name = method.split(['?', '/']).next().unwrap_or(method);
    let known = methods()
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    let Some((name, method)) = known else { return };
    if let Err(why) = check(method["answer"].as_str().unwrap(), result) {
        panic!("{name} answers what the Bot API does not know: {why}\n{result}");
    }
}

/// Panics unless this is an update.
#[track_caller]
pub(crate) fn check_update(update: &Value) {
    if let Err(why) = check("Update", update) {
        panic!("no update of the Bot API: {why}\n{update}");
    }
}

fn check(kind: &str, value: &Value) -> Result<(), String> {
    // The real server sends it, though nothing tells of it.
    if kind == "MessageEntityType" && value == "bank_card" {
        return Ok(());
    }
    let alternatives: Vec<&str> = kind
        .split('|')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .collect();
    let mut best: Option<String> = None;
    for one in alternatives {
        match check_one(one, value) {
            Ok(()) => return Ok(()),
            // Of several, the one that comes furthest tells most.
            Err(why) if best.as_ref().is_none_or(|best| depth(&why) > depth(best)) => {
                best = Some(why)
            }
            Err(_) => {}
        }
    }
    Err(best.unwrap_or_else(|| format!("{kind} is nothing")))
}

fn depth(why: &str) -> usize {
    why.matches(['.', '[']).count() + usize::from(why.contains("unknown"))
}

fn check_one(kind: &str, value: &Value) -> Result<(), String> {
    let wrong = || Err(format!(": {value} is no {kind}"));
    if let Some(element) = kind.strip_suffix("[]") {
        let Some(elements) = value.as_array() else {
            return wrong();
        };
        return elements.iter().enumerate().try_for_each(|(index, one)| {
            check(element, one).map_err(|why| format!("[{index}]{why}"))
        });
    }
    let fits = match kind {
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "true" => *value == Value::Bool(true),
        "false" => *value == Value::Bool(false),
        literal if literal.starts_with('"') => value
            .as_str()
            .is_some_and(|text| literal.trim_matches('"') == text),
        name => return check_named(name, value),
    };
    if fits { Ok(()) } else { wrong() }
}

fn check_named(name: &str, value: &Value) -> Result<(), String> {
    let known = match &SPEC["types"][name] {
        Value::String(alias) => return check(alias, value),
        Value::Object(fields) => Some(fields),
        // One that has no fields.
        _ => None,
    };
    let Some(object) = value.as_object() else {
        return Err(format!(": {value} is no {name}"));
    };
    for (field, value) in object {
        if OLD.contains(&field.as_str()) {
            continue;
        }
        let kind = known.and_then(|fields| {
            fields
                .get(field)
                .or_else(|| fields.get(&format!("{field}!")))
        });
        let Some(kind) = kind.and_then(Value::as_str) else {
            return Err(format!(".{field} is unknown in a {name}"));
        };
        check(kind, value).map_err(|why| format!(".{field}{why}"))?;
    }
    let missing = known.into_iter().flatten().find_map(|(field, _)| {
        let field = field.strip_suffix('!')?;
        (!object.contains_key(field)).then_some(field)
    });
    match missing {
        Some(field) => Err(format!(": a {name} without its {field}")),
        None => Ok(()),
    }
}
