//! What a reply looks like to whoever is sent it, without sending it: for previews.

use serde_json::{Map, Value};

use super::{IntoReply, Reply};
use crate::{Result, telegram::Call};

/// What the calls of a reply look like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// What is above the text: kinds and files, such as `photo AgACAgI`; uploads by their names.
    pub media: Vec<String>,
    /// The text, in Telegram's HTML.
    pub html: String,
    /// The buttons, row by row, whether below the message or in place of the keyboard.
    pub buttons: Vec<Vec<DrawnButton>>,
}

/// A button of a [`Drawn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnButton {
    /// Its label.
    pub label: String,
    /// What it does, if the bot does not hear of it: `url https://example.org`.
    pub opens: Option<String>,
}

impl Drawn {
    /// What this reply looks like: messages that follow each other stand below each other.
    ///
    /// # Errors
    ///
    /// A mistake was made with it.
    pub fn of(reply: Reply) -> Result<Self> {
        let reply = reply.into_reply()?;
        let calls = reply.calls().iter();
        let mut media = Vec::new();
        let mut shown = Self::default();
        for call in calls {
            let params = call.params();
            let file = |file: &Value| file_of(call, file);
            if let Some(items) = params.get("media").and_then(Value::as_array) {
                let item =
                    |item: &Value| format!("{} {}", text(&item["type"]), file(&item["media"]));
                media.extend(items.iter().map(item));
            } else if let Some(kind) = call.method().strip_prefix("send")
                && kind != "Message"
            {
                let kind = kind.to_lowercase();
                let file = params.get(&kind).map(file).unwrap_or_default();
                media.push(format!("{kind} {file}").trim_end().to_owned());
            }
            let written = params.get("text").or(params.get("caption"));
            let written = written.map(text).unwrap_or_default();
            if !shown.html.is_empty() && !written.is_empty() {
                shown.html.push_str("\n\n");
            }
            shown.html.push_str(&written);
            shown.buttons.extend(buttons(params));
        }
        shown.media = media;
        Ok(shown)
    }
}

fn buttons(params: &Map<String, Value>) -> Vec<Vec<DrawnButton>> {
    let markup = params.get("reply_markup");
    let rows = markup.and_then(|it| it.get("inline_keyboard").or(it.get("keyboard")));
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    let button = |button: &Value| {
        let fields = button.as_object().into_iter().flatten();
        let looks = ["text", "callback_data", "style", "icon_custom_emoji_id"];
        let mut does = fields.filter(|(name, _)| !looks.contains(&name.as_str()));
        DrawnButton {
            label: text(&button["text"]),
            opens: does
                .next()
                .map(|(name, what)| format!("{name} {}", text(what))),
        }
    };
    let row = |row: &Value| row.as_array().into_iter().flatten().map(button).collect();
    rows.map(row).collect()
}

/// Which file that is: an upload by its name.
fn file_of(call: &Call, file: &Value) -> String {
    let file = text(file);
    let number = file.strip_prefix("attach://file").map(str::parse::<usize>);
    let upload = number.and_then(|number| call.files().get(number.ok()?));
    upload.map_or(file, |upload| upload.name().to_owned())
}

/// A text as it is, and anything else as JSON.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::{Key, Media, ReplyKeyboard};

    #[test]
    fn messages_stand_below_each_other_with_what_is_above_and_below_them() {
        let first = Reply::media(Media::photo("AgACAgI").caption("<b>Чай</b>")).button("Ещё", "x");
        let keyboard = ReplyKeyboard::new()
            .row(["Да"])
            .row([Key::contact("Телефон")]);
        let second = Reply::text("Ваш?").keyboard(keyboard);
        let drawn = Drawn::of(first.and(second)).expect("no mistake");
        assert_eq!(drawn.media, ["photo AgACAgI"]);
        assert_eq!(drawn.html, "<b>Чай</b>\n\nВаш?");
        let labels: Vec<_> = drawn
            .buttons
            .iter()
            .flatten()
            .map(|it| &*it.label)
            .collect();
        assert_eq!(labels, ["Ещё", "Да", "Телефон"]);
        assert_eq!(
            drawn.buttons[2][0].opens.as_deref(),
            Some("request_contact true")
        );
    }

    #[test]
    fn what_says_nothing_looks_like_nothing_and_a_mistake_is_told() {
        assert_eq!(
            Drawn::of(Reply::none()).expect("no mistake"),
            Drawn::default()
        );
        assert!(Drawn::of(Reply::text("")).is_err());
    }
}
