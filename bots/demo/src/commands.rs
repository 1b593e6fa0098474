//! Commands that anybody may give: /start, /help, /cancel, and what is said to an unknown one.

use ostankino::{CommandArgs, Fsm, Reply, Router, Update, UpdateKind, User, html};

use super::MENU;

pub(super) fn router() -> Router {
    Router::new()
        .command("start", start)
        .command("help", help)
        .command("cancel", cancel)
}

/// What no other route takes of what is said in the private chat. To be merged last.
pub(super) fn unknown() -> Router {
    Router::new()
        .text(not_understood)
        .on(UpdateKind::Message, not_a_text)
}

/// `/start`, or `/start <payload>` from a deep link `t.me/<bot>?start=<payload>`.
async fn start(user: Option<User>, CommandArgs(payload): CommandArgs) -> Reply {
    // Nobody knows the name of an anonymous administrator.
    let name = user.map_or_else(String::new, |user| {
        format!(", {}", html::escape(&user.first_name))
    });
    let from = match payload.as_str() {
        "" => String::new(),
        payload => format!(
            "\nВы пришли по ссылке: <code>{}</code>",
            html::escape(payload)
        ),
    };
    Reply::text(format!("Здравствуйте{name}!{from}\nЧто я умею: /help"))
}

async fn help() -> String {
    let lines = MENU.map(|(command, does)| format!("/{command} — {}", does.to_lowercase()));
    format!("<b>Команды</b>\n{}", lines.join("\n"))
}

async fn cancel(fsm: Fsm) -> ostankino::Result<&'static str> {
    if fsm.state().await?.is_none() {
        return Ok("Прерывать нечего.");
    }
    fsm.clear();
    Ok("Диалог прерван.")
}

/// A command that nobody takes, and any other text. In a group most of what is said is not said to
/// the bot.
async fn not_understood(update: Update) -> Reply {
    if update.command().is_some() {
        unknown_command(&update)
    } else if update.is_private() {
        Reply::text("Что я умею: /help")
    } else {
        Reply::none()
    }
}

/// A photo, a voice, a sticker, …: whoever sends one waits for a word. Telegram's own messages about
/// the chat are nobody's.
async fn not_a_text(update: Update) -> Reply {
    let is_sent = update
        .message()
        .is_some_and(|message| message.text_or_caption().is_none() && message.is_said());
    if is_sent && update.is_private() {
        Reply::text("Пока я понимаю только текст. Что я умею: /help")
    } else {
        Reply::none()
    }
}

fn unknown_command(update: &Update) -> Reply {
    if update.is_private() {
        Reply::text("Такой команды нет. Что я умею: /help")
    } else {
        Reply::none()
    }
}
