//! Commands that anybody may give: /start, /help, /cancel, and what is said to an unknown one.

use ostankino::{CommandArgs, Fsm, Html, Reply, Router, Update, UpdateKind, User, html};

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
    let name = user.map_or_else(String::new, |user| format!(", {}", user.first_name));
    let from = match payload.as_str() {
        "" => Html::new(),
        payload => html!("\nВы пришли по ссылке: <code>{payload}</code>"),
    };
    Reply::text(html!("Здравствуйте{name}!{from}\nЧто я умею: /help"))
}

async fn help() -> Html {
    let lines = MENU.map(|(command, does)| html!("/{command} — {}", does.to_lowercase()));
    html!("<b>Команды</b>\n{}", Html::join(lines, "\n"))
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
