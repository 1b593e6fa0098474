//! What the benchmarks of the pure parts share: updates as Telegram writes them, routers of any
//! size, and requests that need no server.

pub mod counting;

use std::{hint::black_box, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt;
use ostankino::{
    Bot, Reply, Request, Router, Update, UpdateKind, config::TelegramConfig, dialogue::Scope,
};
use tower::Service;

const FROM: &str = r#""from":{"id":123456789,"is_bot":false,"first_name":"Анна","last_name":"Иванова","username":"anna_ivanova","language_code":"ru","is_premium":true}"#;
const CHAT: &str = r#""chat":{"id":123456789,"first_name":"Анна","last_name":"Иванова","username":"anna_ivanova","type":"private"}"#;
const SUPERGROUP: &str = r#""chat":{"id":-1001234567890,"title":"Клуб любителей кофе","username":"coffee_club","type":"supergroup","is_forum":true}"#;

/// The kinds of updates that a bot gets most, and those that cost it most.
#[derive(Clone, Copy, Debug)]
pub enum Sample {
    /// A short text in a private chat: what most updates are.
    Text,
    /// A reply to another message in a topic of a group, with entities.
    GroupReply,
    /// A photo in four sizes, with a caption.
    Photo,
    /// A pressed button, with the message it was under.
    Press,
    /// A user has blocked the bot.
    Blocked,
    /// A kind whose payload is not decoded.
    Reaction,
    /// A text of the greatest length, with escapes throughout.
    Long,
}

impl Sample {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("group_reply", Self::GroupReply),
        ("photo", Self::Photo),
        ("press", Self::Press),
        ("blocked", Self::Blocked),
        ("reaction", Self::Reaction),
        ("long", Self::Long),
    ];

    /// The update as an element of what `getUpdates` returns.
    #[must_use]
    pub fn json(self) -> Bytes {
        let (kind, payload) = match self {
            Self::Text => ("message", text("/start@bench_bot campaign_42")),
            Self::GroupReply => ("message", group_reply()),
            Self::Photo => ("message", photo()),
            Self::Press => ("callback_query", press()),
            Self::Blocked => ("my_chat_member", blocked()),
            Self::Reaction => ("message_reaction", reaction()),
            Self::Long => (
                "message",
                text(&r#"Да — \"нет\" \ud83d\ude00\n"#.repeat(128)),
            ),
        };
        Bytes::from(format!(r#"{{"update_id":827759070,"{kind}":{payload}}}"#))
    }
}

fn text(text: &str) -> String {
    format!(r#"{{"message_id":4242,{FROM},{CHAT},"date":1790000000,"text":"{text}"}}"#)
}

fn group_reply() -> String {
    format!(
        r#"{{"message_id":4242,"message_thread_id":17,"is_topic_message":true,{FROM},{SUPERGROUP},"date":1790000000,
        "reply_to_message":{{"message_id":4200,"message_thread_id":17,{FROM},{SUPERGROUP},"date":1789999000,"text":"Кто завтра идёт?"}},
        "text":"@bench_bot напомни в 10:00, ссылка https://example.com/a?b=c",
        "entities":[{{"offset":0,"length":10,"type":"mention"}},{{"offset":35,"length":25,"type":"url"}}]}}"#
    )
}

fn photo() -> String {
    let sizes: Vec<_> = [(90, 67), (320, 240), (800, 600), (1280, 960)]
        .map(|(width, height)| {
            format!(
                r#"{{"file_id":"AgACAgIAAxkBAAIBZmVhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5emFiY2RlZg{width}","file_unique_id":"AQADZ8cxG{width}","file_size":{},"width":{width},"height":{height}}}"#,
                width * height / 10
            )
        })
        .into();
    format!(
        r#"{{"message_id":4242,{FROM},{CHAT},"date":1790000000,"photo":[{}],"caption":"Чек за вчера"}}"#,
        sizes.join(",")
    )
}

fn press() -> String {
    format!(
        r#"{{"id":"530123456789012345",{FROM},"message":{},"chat_instance":"-1234567890123456789","data":"form:pay:1234567"}}"#,
        text("Оплатить заказ 1234567?")
    )
}

fn blocked() -> String {
    let bot =
        r#""user":{"id":7000000001,"is_bot":true,"first_name":"Bench","username":"bench_bot"}"#;
    format!(
        r#"{{{CHAT},{FROM},"date":1790000000,"old_chat_member":{{{bot},"status":"member"}},"new_chat_member":{{{bot},"status":"kicked","until_date":0}}}}"#
    )
}

fn reaction() -> String {
    let user = FROM.replacen("from", "user", 1);
    format!(
        r#"{{{SUPERGROUP},"message_id":4242,{user},"date":1790000000,"old_reaction":[],"new_reaction":[{{"type":"emoji","emoji":"👍"}}]}}"#
    )
}

/// A router of that many routes, of which a text takes the last: commands, buttons and kinds, in
/// turn, as a bot of many features has them.
pub fn router(routes: usize) -> Router {
    let mut router = Router::new();
    for n in 1..routes {
        router = match n % 2 {
            0 => router.command(format!("command_{n:04}"), handled),
            _ => router.callback(format!("feature:{n:04}:"), handled),
        };
    }
    router.on(UpdateKind::Message, handled)
}

async fn handled() -> Reply {
    Reply::none()
}

/// A request as the worker makes it.
#[must_use]
pub fn request(sample: Sample) -> Request {
    let config = TelegramConfig {
        token: "7000000001:AA".into(),
        api_url: "http://127.0.0.1:1".into(),
        ..TelegramConfig::default()
    };
    let update = Update::decode(sample.json()).expect("a sample is an update");
    Request::new(update, Bot::new(&config))
}

/// Routes a request to its handler. Nothing is waited for on the way.
///
/// # Panics
///
/// If the router waits for something, or fails.
pub fn route(router: &mut Router, request: Request) -> Reply {
    let routed = router.call(black_box(request)).now_or_never();
    routed
        .expect("no route asks for a state")
        .expect("a handler that cannot fail")
}

/// A scope that has all there is.
#[must_use]
pub fn scope() -> Scope {
    Scope {
        bot: 7_000_000_001,
        user: Some(123_456_789),
        chat: Some(-1_001_234_567_890),
        thread: Some(17),
        business: Some("AbC/d+E=_x".into()),
    }
}

/// What a person may write: with nothing to escape, and with much of it.
pub const TEXTS: [(&str, &str); 2] = [
    (
        "plain",
        "Подскажите, пожалуйста, когда привезут мой заказ? Жду со вчерашнего вечера.",
    ),
    (
        "marked",
        "<b>a < b && b > c</b> — \"кавычки\", <3, R&D & <i>x</i> \"да\" & \"нет\" <br>",
    ),
];

/// How long the benchmarks by time take for each: a table in half a minute.
pub const MEASURED: Duration = Duration::from_millis(700);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_what_it_says() {
        for (name, sample) in Sample::ALL {
            let update = Update::decode(sample.json()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(update.user_id(), Some(123_456_789), "{name}");
            assert_ne!(update.kind, UpdateKind::Unknown, "{name}");
        }
    }

    #[test]
    fn the_last_of_many_routes_is_taken() {
        for routes in [1, 10, 100] {
            let mut router = router(routes);
            assert_eq!(route(&mut router, request(Sample::Text)), Reply::none());
            assert_eq!(
                router.update_kinds().contains(&UpdateKind::CallbackQuery),
                routes > 1
            );
        }
    }
}
