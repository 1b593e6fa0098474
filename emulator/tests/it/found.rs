//! What Telegram finds in texts by itself, in people's and in the bot's alike.

use serde_json::{Value, json};

use crate::support::{Bot, start};

/// The kinds found in a text with the pieces of text they cover.
fn found(message: &Value) -> Vec<(String, String)> {
    let units: Vec<u16> = message["text"].as_str().unwrap().encode_utf16().collect();
    let entities = message["entities"].as_array().cloned().unwrap_or_default();
    let place = |entity: &Value, field: &str| usize::try_from(entity[field].as_u64().unwrap());
    let covered = |entity: &Value| {
        let begin = place(entity, "offset").unwrap();
        let end = begin + place(entity, "length").unwrap();
        String::from_utf16(&units[begin..end]).unwrap()
    };
    let named = |entity: &Value| entity["type"].as_str().unwrap().to_owned();
    entities
        .iter()
        .map(|entity| (named(entity), covered(entity)))
        .collect()
}

async fn sent(bot: &Bot, chat_id: i64, text: &str) -> Value {
    bot.says(chat_id, text).await
}

const CASES: [(&str, &[(&str, &str)]); 22] = [
    ("да #привет_мир1 #1 a#b #c#", &[("hashtag", "#привет_мир1")]),
    ("$TON $ton $TOOLONGTAG x$USD", &[("cashtag", "$TON")]),
    ("пиши на me@example.com!", &[("email", "me@example.com")]),
    ("mailto:me@example.com", &[("email", "me@example.com")]),
    ("сайт example.com, вот", &[("url", "example.com")]),
    (
        "https://example.com/a?b.",
        &[("url", "https://example.com/a?b")],
    ),
    (
        "HTTPS://EXAMPLE.COM/Путь",
        &[("url", "HTTPS://EXAMPLE.COM/Путь")],
    ),
    (
        "ftp://files.example.org/x",
        &[("url", "ftp://files.example.org/x")],
    ),
    (
        "tg://resolve?domain=a ton://transfer/x",
        &[
            ("url", "tg://resolve?domain=a"),
            ("url", "ton://transfer/x"),
        ],
    ),
    (
        "(см. example.com/a_(b)) дальше",
        &[("url", "example.com/a_(b)")],
    ),
    (
        "http://1.2.3.4:8080/x и 1.2.3.4",
        &[("url", "http://1.2.3.4:8080/x"), ("url", "1.2.3.4")],
    ),
    ("файл main.zzqq и версия 1.2", &[]),
    ("конец.Начало", &[]),
    (
        "+7 999 123-45-67 и 12345",
        &[("phone_number", "+7 999 123-45-67")],
    ),
    (
        "карта 4242 4242 4242 4242.",
        &[("bank_card", "4242 4242 4242 4242")],
    ),
    ("не карта 4242 4242 4242 4241", &[]),
    ("<b>текст</b> a </b>", &[]),
    ("/start </b> /a/b x/c", &[("bot_command", "/start")]),
    (
        "@gif @vid @abc @abcd",
        &[
            ("mention", "@gif"),
            ("mention", "@vid"),
            ("mention", "@abcd"),
        ],
    ),
    ("http://localhost:8080/x", &[]),
    ("_http://пример.рф/а", &[("url", "http://пример.рф/а")]),
    (
        "/help@our_bot! и /x@ab",
        &[("bot_command", "/help@our_bot")],
    ),
];

#[tokio::test]
async fn what_telegram_finds_is_found_in_the_bots_and_in_peoples_texts() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for (text, expected) in CASES {
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(kind, piece)| ((*kind).to_owned(), (*piece).to_owned()))
            .collect();
        assert_eq!(
            found(&sent(&bot, alice.id(), text).await),
            expected,
            "{text}"
        );
        let id = alice.says(text);
        let updates = bot.updates(id).await;
        assert_eq!(found(&updates[0]["message"]), expected, "{text}");
    }
}

#[tokio::test]
async fn given_entities_are_checked_and_found_ones_are_found_anew() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |entities: Value| {
        let params =
            json!({"chat_id": alice.id(), "text": "слово example.com #тег", "entities": entities});
        bot.call("sendMessage", params).await
    };
    for entities in [
        json!([{"type": "nonsense", "offset": 0, "length": 5}]),
        json!([{"type": 7, "offset": 0, "length": 5}]),
        json!([7]),
        json!({"type": "bold"}),
        json!([{"type": "bold", "offset": 0}]),
        json!([{"type": "text_link", "offset": 0, "length": 5}]),
    ] {
        let reply = send(entities.clone()).await;
        assert_eq!(reply.status, 400, "{entities}: {}", reply.body);
        assert!(
            reply.description().starts_with("Bad Request: "),
            "{}",
            reply.body
        );
    }
    // What a bot claims to be a link is none unless it is one, and a link is one whatever the bot says of it.
    let claimed = json!([{"type": "url", "offset": 0, "length": 5}, {"type": "bold", "offset": 0, "length": 5}]);
    let expected = [
        ("bold", "слово"),
        ("url", "example.com"),
        ("hashtag", "#тег"),
    ]
    .map(|(kind, piece)| (kind.to_owned(), piece.to_owned()));
    assert_eq!(found(send(claimed).await.result()), expected);
}
