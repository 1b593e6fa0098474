//! Commands that anybody may give: /start, /help, /cancel, and what is said to an unknown one.

use ostankino::{CommandArgs, Fsm, Html, Reply, Result, Router, Update, UpdateKind, User};
use ostankino_dialogs::Dialogs;

use crate::Texts;

pub(super) fn router() -> Router {
    Router::new()
        .command("start", start)
        .in_menu(Texts::cmd_start)
        .command("help", help)
        .in_menu(Texts::cmd_help)
        .command("cancel", cancel)
        .in_menu(Texts::cmd_cancel)
}

/// What no other route takes of what is said in the private chat. To be merged last.
pub(super) fn unknown() -> Router {
    Router::new()
        .text(not_understood)
        .on(UpdateKind::Message, not_a_text)
}

/// `/start`, or `/start <payload>` from a deep link `t.me/<bot>?start=<payload>`.
async fn start(t: Texts, user: Option<User>, CommandArgs(payload): CommandArgs) -> Html {
    // Nobody knows the name of an anonymous administrator.
    let hello = match user {
        Some(user) => t.hello(user.first_name),
        None => t.hello_stranger(),
    };
    let link = (!payload.is_empty()).then(|| t.came_by_link(payload));
    let lines = [Some(hello), link, Some(t.what_i_can())];
    Html::join(lines.into_iter().flatten(), "\n")
}

async fn help(t: Texts) -> Html {
    let commands = [
        ("start", t.cmd_start()),
        ("form", t.cmd_form()),
        ("remind", t.cmd_remind()),
        ("report", t.cmd_report()),
        ("cancel", t.cmd_cancel()),
        ("language", t.cmd_language()),
        ("help", t.cmd_help()),
    ];
    let lines = commands.map(|(command, does)| t.command_line(command, does.0.to_lowercase()));
    Html::join([t.commands()].into_iter().chain(lines), "\n")
}

async fn cancel(t: Texts, fsm: Fsm, dialogs: Dialogs) -> Result<Reply> {
    if fsm.state().await?.is_none() {
        return Ok(Reply::text(t.nothing_to_cancel()));
    }
    let over = dialogs.close().await?;
    fsm.clear();
    Ok(over.and(Reply::text(t.cancelled())))
}

/// A command that nobody takes, and any other text. In a group most of what is said is not said to
/// the bot.
async fn not_understood(t: Texts, update: Update) -> Reply {
    if !update.is_private() {
        Reply::none()
    } else if update.command().is_some() {
        Reply::text(t.no_such_command())
    } else {
        Reply::text(t.what_i_can())
    }
}

/// A photo, a voice, a sticker, …: whoever sends one waits for a word. Telegram's own messages about
/// the chat are nobody's.
async fn not_a_text(t: Texts, update: Update) -> Reply {
    let is_sent = update
        .message()
        .is_some_and(|message| message.text_or_caption().is_none() && message.is_said());
    if is_sent && update.is_private() {
        Reply::text(t.not_a_text())
    } else {
        Reply::none()
    }
}
