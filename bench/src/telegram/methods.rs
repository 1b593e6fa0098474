//! The few methods of the Bot API that the measured bots call.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{
    Delays, Supply,
    supply::Answer,
    updates::{self, FIRST_USER},
};

const OK: &str = "200 OK";
const ME: &str = r#"{"id":7000000001,"is_bot":true,"first_name":"Bench","username":"bench_bot","can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false,"can_connect_to_business":false,"has_main_web_app":false}"#;

/// The answer to a call.
pub(super) struct Response {
    pub(super) status: &'static str,
    pub(super) body: String,
}

#[derive(Debug, Deserialize)]
struct SendMessage {
    chat_id: i64,
    text: String,
}

#[derive(Debug, Deserialize)]
struct GetUpdates {
    #[serde(default)]
    offset: i64,
    limit: Option<usize>,
    #[serde(default)]
    timeout: u64,
}

/// Answers a call, and takes its time for it. Telegram does not tell methods apart by case.
pub(super) async fn answer(method: &str, body: &[u8], supply: &Supply, delays: Delays) -> Response {
    let is = |name: &str| method.eq_ignore_ascii_case(name);
    if is("getUpdates") {
        return match read(body) {
            Some(asked) => get_updates(&asked, supply, delays.poll).await,
            None => refusal(
                "400 Bad Request",
                400,
                "Bad Request: the parameters are no JSON",
            ),
        };
    }
    let response = if is("sendMessage") || is("editMessageText") {
        let user = match updates::index_in(body) {
            Some(index) => {
                // Before it counts as answered: the next update of the user may go out then.
                supply.shown(updates::user_in(body).unwrap_or_default(), body);
                supply.answer(index).unwrap_or_default()
            }
            None => without_update(body, supply),
        };
        ok(&message(user))
    } else if is("getMe") {
        ok(ME)
    } else if is("getWebhookInfo") {
        ok(r#"{"url":"","has_custom_certificate":false,"pending_update_count":0}"#)
    } else if ["setMyCommands", "deleteWebhook", "answerCallbackQuery"]
        .into_iter()
        .any(is)
    {
        ok("true")
    } else {
        refusal(
            "404 Not Found",
            404,
            "Not Found: this server has few methods",
        )
    };
    if !delays.call.is_zero() {
        tokio::time::sleep(delays.call).await;
    }
    response
}

/// What a message of a mailing begins with.
const MAILED: &str = "<b>Новости</b>";

/// Takes a message that answers no update: of a mailing, or an apology, which names only whose chat it is for. Gives its user.
fn without_update(body: &[u8], supply: &Supply) -> usize {
    let said = serde_json::from_slice(body).unwrap_or(SendMessage {
        chat_id: 0,
        text: "(unreadable)".into(),
    });
    match said.text.starts_with(MAILED) {
        true => supply.mail(said.chat_id),
        false => supply.apologise(said.chat_id, &said.text),
    }
    usize::try_from(said.chat_id - FIRST_USER).unwrap_or_default()
}

fn read(body: &[u8]) -> Option<GetUpdates> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).ok()
}

/// Holds the poll until something is due.
async fn get_updates(asked: &GetUpdates, supply: &Supply, delay: Duration) -> Response {
    let poll = supply.begin_poll();
    // The longest that Telegram holds a poll.
    let end = Instant::now() + Duration::from_secs(asked.timeout.min(50));
    loop {
        let mut changed = std::pin::pin!(supply.changed.notified());
        changed.as_mut().enable();
        let due = match supply.fetch(poll, asked.offset, asked.limit.unwrap_or(100)) {
            Answer::Updates(updates) => {
                if !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                return ok(&format!("[{updates}]"));
            }
            Answer::Conflict => {
                return refusal(
                    "409 Conflict",
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                );
            }
            Answer::Wait(due) => due,
        };
        if Instant::now() >= end {
            return ok("[]");
        }
        let until = due.map_or(end, |due| due.min(end));
        tokio::select! {
            () = changed => {}
            () = tokio::time::sleep_until(until.into()) => {}
        }
    }
}

fn ok(result: &str) -> Response {
    let body = format!(r#"{{"ok":true,"result":{result}}}"#);
    Response { status: OK, body }
}

fn refusal(status: &'static str, code: u16, description: &str) -> Response {
    let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{description}"}}"#);
    Response { status, body }
}

/// The message that was sent, as Telegram describes it.
fn message(user: usize) -> String {
    let chat = FIRST_USER + i64::try_from(user).expect("a small number");
    format!(
        "{{\"message_id\":1,\"from\":{ME},\"chat\":{{\"id\":{chat},\"first_name\":\"Пользователь\",\
         \"type\":\"private\"}},\"date\":1790000000,\"text\":\"x\"}}"
    )
}
