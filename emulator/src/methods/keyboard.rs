//! `reply_markup`: keyboards of every kind, checked in Telegram's order.

use serde_json::Value;

use crate::protocol::{Params, Refusal, links};

/// The `reply_markup` of any kind; `None` when it is not there, or comes to nothing.
pub(super) fn reply_markup(params: &Params) -> Result<Option<Value>, Refusal> {
    let Some(given) = params.json("reply_markup") else {
        return Ok(None);
    };
    let mut markup =
        given.map_err(|_| Refusal::bad_request("can't parse reply keyboard markup JSON object"))?;
    if !markup.is_object() {
        return Err(Refusal::bad_request("object expected as reply markup"));
    }
    let text = "field \"keyboard\" must be an Array of Arrays";
    let has_keyboard = rows(&markup, "keyboard", text, check_button)?;
    let text = "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
    let has_inline_keyboard = rows(&markup, "inline_keyboard", text, check_inline_button)?;
    let says = |field: &str| markup.get(field).and_then(Value::as_bool) == Some(true);
    let counts =
        has_keyboard || has_inline_keyboard || says("remove_keyboard") || says("force_reply");
    for field in ["keyboard", "inline_keyboard"] {
        if let Some(rows) = markup.get_mut(field).and_then(Value::as_array_mut) {
            rows.retain(|row| row.as_array().is_none_or(|row| !row.is_empty()));
        }
    }
    Ok(counts.then_some(markup))
}

/// The `reply_markup` of an edit, which can only be an inline keyboard.
pub(super) fn inline_markup(params: &Params) -> Result<Option<Value>, Refusal> {
    match reply_markup(params)? {
        Some(markup) if markup.get("inline_keyboard").is_none() => {
            Err(Refusal::bad_request("inline keyboard expected"))
        }
        markup => Ok(markup),
    }
}

/// Whether a keyboard has a button that pays, and whether that is its first one, as it must be.
pub(super) fn pays(markup: Option<&Value>) -> Option<bool> {
    let rows = markup?.get("inline_keyboard")?.as_array()?;
    let pays = |button: &Value| button["pay"] == true;
    let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
    let first = pays(buttons.next()?);
    (first || buttons.any(pays)).then_some(first)
}

/// Checks every button of a field's rows; says whether there is any.
fn rows(
    markup: &Value,
    field: &str,
    not_rows: &str,
    check: fn(&Value) -> Result<(), Refusal>,
) -> Result<bool, Refusal> {
    let Some(rows) = markup.get(field).filter(|rows| !rows.is_null()) else {
        return Ok(false);
    };
    let rows = rows
        .as_array()
        .ok_or_else(|| Refusal::bad_request(&format!("field \"{field}\" must be of type Array")))?;
    let mut any = false;
    for row in rows {
        let buttons = row
            .as_array()
            .ok_or_else(|| Refusal::bad_request(not_rows))?;
        for button in buttons {
            check(button)?;
            any = true;
        }
    }
    Ok(any)
}

fn check_button(button: &Value) -> Result<(), Refusal> {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse keyboard button: {why}"));
    match button {
        Value::String(_) => Ok(()),
        Value::Object(_) => {
            text(button).map_err(|why| cannot_parse(&why))?;
            check_style(button).map_err(|why| cannot_parse(&why))
        }
        _ => Err(cannot_parse("KeyboardButton must be a String or an Object")),
    }
}

fn check_inline_button(button: &Value) -> Result<(), Refusal> {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse inline keyboard button: {why}"));
    if !button.is_object() {
        return Err(cannot_parse("InlineKeyboardButton must be an Object"));
    }
    if text(button).map_err(|why| cannot_parse(&why))?.is_empty() {
        return Err(cannot_parse("button text must be non-empty"));
    }
    let string = |field: &str| match button.get(field) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(cannot_parse(&format!(
            "Field \"{field}\" must be of type String"
        ))),
    };
    check_style(button).map_err(|why| cannot_parse(&why))?;
    if let Some(copy) = button.get("copy_text") {
        let text = copy.get("text").and_then(Value::as_str).unwrap_or("");
        if !(1..=256).contains(&text.chars().count()) {
            return Err(Refusal::bad_request("BUTTON_COPY_TEXT_INVALID"));
        }
    }
    let (url, data) = (string("url")?, string("callback_data")?);
    if !url.is_empty() {
        return links::check(url).map_err(|why| {
            let text = format!("inline keyboard button URL '{url}' is invalid: {why}");
            Refusal::bad_request(&text)
        });
    }
    if data.len() > 64 {
        return Err(Refusal::bad_request("BUTTON_DATA_INVALID"));
    }
    if let Some(web_app) = button.get("web_app") {
        let url = web_app.get("url").and_then(Value::as_str).unwrap_or("");
        if !url.starts_with("https://") {
            let text = format!(
                "inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
            );
            return Err(Refusal::bad_request(&text));
        }
    }
    let others = [
        "callback_game",
        "pay",
        "switch_inline_query",
        "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat",
        "login_url",
        "web_app",
        "copy_text",
    ];
    // An empty callback_data is as good as none, on the real server too.
    let has = |field: &&str| {
        button
            .get(*field)
            .is_some_and(|value| *value != Value::Bool(false))
    };
    if data.is_empty() && !others.iter().any(has) {
        return Err(cannot_parse(
            "Text buttons are unallowed in the inline keyboard",
        ));
    }
    Ok(())
}

/// The colour of a button, if it has one.
fn check_style(button: &Value) -> Result<(), String> {
    match button.get("style") {
        None => Ok(()),
        Some(Value::String(style)) => match style.as_str() {
            "" | "danger" | "success" | "primary" => Ok(()),
            _ => Err("invalid button style specified".to_owned()),
        },
        Some(_) => Err("Field \"style\" must be of type String".to_owned()),
    }
}

/// The text of a button that is an object.
fn text(button: &Value) -> Result<&str, String> {
    match button.get("text") {
        None => Err("Can't find field \"text\"".to_owned()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err("Field \"text\" must be of type String".to_owned()),
    }
}
