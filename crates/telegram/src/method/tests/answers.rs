//! Typed calls of the emulator: what it answers is of the type that the method names.

use telegram_emulator::Emulator;

use crate::{ApiError, Bot, Settings, methods::*, types::*};

fn bot_of(tg: &Emulator) -> Bot {
    Bot::new(Settings {
        api_url: tg.url(),
        max_retries: 0,
        ..Settings::new(tg.token())
    })
}

#[tokio::test]
async fn a_typed_call_gives_its_typed_answer() {
    let tg = Emulator::start().await;
    let person = tg.person("Анна");
    person.says("/start");
    let (bot, chat) = (bot_of(&tg), person.id());
    let me: User = bot.send(&GetMeParams {}).await.expect("me");
    assert_eq!(me.username.as_deref(), Some(tg.username()));
    let text = SendMessageParams::builder()
        .chat_id(chat)
        .text("<b>a</b>")
        .build();
    let sent: Message = bot.send(&text).await.expect("a message");
    assert_eq!(sent.text.as_deref(), Some("a"));
    let edit = EditMessageTextParams::builder();
    let edit = edit
        .chat_id(chat)
        .message_id(sent.message_id)
        .text("b")
        .build();
    let edited: MessageOrBool = bot.send(&edit).await.expect("an edit");
    assert!(
        matches!(edited, MessageOrBool::Message(message) if message.text.as_deref() == Some("b"))
    );
    let copy = CopyMessageParams::builder()
        .chat_id(chat)
        .from_chat_id(chat);
    let copy: MessageId = bot
        .send(&copy.message_id(sent.message_id).build())
        .await
        .expect("a copy");
    assert!(copy.message_id > sent.message_id);
    let media = |url: &str| {
        InputMediaPhoto::builder()
            .media(url.to_owned())
            .build()
            .into()
    };
    let album = vec![
        media("https://example.org/a.jpg"),
        media("https://example.org/b.jpg"),
    ];
    let album = SendMediaGroupParams::builder()
        .chat_id(chat)
        .media(album)
        .build();
    let album: Vec<Message> = bot.send(&album).await.expect("an album");
    assert_eq!(album.len(), 2);
    let info = GetChatParams::builder().chat_id(chat).build();
    let info: ChatFullInfo = bot.send(&info).await.expect("a chat");
    assert_eq!(info.first_name.as_deref(), Some("Анна"));
    let delete = DeleteMessageParams::builder().chat_id(chat);
    let delete = delete.message_id(sent.message_id).build();
    assert!(bot.send(&delete).await.expect("deleted"));
    let stars: StarTransactions = bot
        .send(&GetStarTransactionsParams::builder().limit(10).build())
        .await
        .expect("transactions");
    assert_eq!(stars.transactions, []);
    let balance: StarAmount = bot
        .send(&GetMyStarBalanceParams {})
        .await
        .expect("a balance");
    assert_eq!(balance.amount, 0);
    let updates: Vec<Update> = bot
        .send(&GetUpdatesParams::builder().build())
        .await
        .expect("updates");
    assert_eq!(updates.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_an_error_and_no_answer() {
    let tg = Emulator::start().await;
    let count = GetChatMemberCountParams::builder().chat_id(-100).build();
    let refused = bot_of(&tg).send(&count).await;
    assert!(
        matches!(refused, Err(ApiError::Api { code: 400, .. })),
        "{refused:?}"
    );
}
