//! Every reply is a call that its method takes: all that it says fits the typed parameters, and
//! nothing of it is lost there.

use serde::de::DeserializeOwned;

use super::*;
use crate::{
    telegram::Method,
    types::{
        ButtonStyle, ChatAction, ForceReply, InlineQueryResultCachedSticker,
        KeyboardButtonRequestChat, KeyboardButtonRequestManagedBot, KeyboardButtonRequestUsers,
        LoginUrl, PollType, SwitchInlineQueryChosenChat,
    },
};

/// What is said to a pressed button fits the parameters of the method.
fn fits<M: Method + DeserializeOwned>(reply: Reply) {
    let reply = reply.into_reply().expect("no mistake");
    let (method, params) = calls(reply, &press()).remove(0);
    assert_eq!(method, M::NAME);
    let typed: M = serde_json::from_value(params.clone())
        .unwrap_or_else(|error| panic!("{method}: {error} in {params}"));
    assert_eq!(
        serde_json::to_value(typed).expect("JSON"),
        params,
        "{method}"
    );
}

/// With every option that a message may have.
fn dressed(reply: Reply) -> Reply {
    let keyboard = ReplyKeyboard::new().row(["a"]);
    reply
        .silent()
        .protect()
        .topic(3)
        .effect("5")
        .reply_to()
        .keyboard(keyboard)
}

#[test]
fn what_is_sent() {
    use crate::methods::*;

    fits::<SendMessageParams>(dressed(Reply::text("a")).no_preview());
    fits::<SendMessageParams>(dressed(Reply::long("a")));
    fits::<SendPhotoParams>(dressed(Reply::photo("AgAC")).caption("a").spoiler());
    fits::<SendVideoParams>(
        dressed(Reply::video("https://a.b/c"))
            .caption("a")
            .spoiler(),
    );
    fits::<SendAnimationParams>(dressed(Reply::animation("CgAC")).caption("a").spoiler());
    fits::<SendLivePhotoParams>(
        dressed(Reply::live_photo("BAAC", "AgAC"))
            .caption("a")
            .spoiler(),
    );
    fits::<SendAudioParams>(dressed(Reply::audio("CQAC")).caption("a"));
    fits::<SendVoiceParams>(dressed(Reply::voice("AwAC")).caption("a"));
    fits::<SendDocumentParams>(dressed(Reply::document("BQAC")).caption("a"));
    fits::<SendVideoNoteParams>(dressed(Reply::video_note("DQAC")));
    fits::<SendStickerParams>(dressed(Reply::sticker("CAAC")));
    fits::<SendPollParams>(dressed(Reply::poll("?", ["a", "b"])));
    fits::<SendPollParams>(dressed(Reply::quiz("?", ["a", "b"], 1)));
    fits::<SendLocationParams>(dressed(Reply::location(55.75, 37.61)));
    fits::<SendVenueParams>(dressed(Reply::venue(55.75, 37.61, "a", "b")));
    fits::<SendContactParams>(dressed(Reply::contact("+7900", "a")));
    fits::<SendDiceParams>(dressed(Reply::dice("🎲")));
    fits::<SendChatActionParams>(Reply::action(ChatAction::Typing).topic(3));
    let items = [
        Media::photo("AgAC").caption("a").spoiler(),
        Media::video("BAAC"),
        Media::live_photo("BAAC", "AgAC"),
    ];
    fits::<SendMediaGroupParams>(
        Reply::album(items)
            .silent()
            .protect()
            .effect("5")
            .reply_to(),
    );
    fits::<SendMediaGroupParams>(Reply::album([Media::audio("CQAC"), Media::audio("CQAC")]));
    fits::<SendMediaGroupParams>(Reply::album([
        Media::document("BQAC"),
        Media::document("BQAC"),
    ]));
    let invoice = Invoice::new("a", "b", "c")
        .provider("1:TEST:2")
        .currency("RUB")
        .price("a", 100);
    let keyboard = InlineKeyboard::new().row([Button::pay("Заплатить")]);
    fits::<SendInvoiceParams>(Reply::invoice(invoice).silent().keyboard(keyboard));
    fits::<ForwardMessageParams>(Reply::forward(7, 3).silent().protect().effect("5"));
    fits::<CopyMessageParams>(dressed(Reply::copy("@news", 3)).caption("a"));
    fits::<ForwardMessageParams>(Reply::forward_to(7));
    fits::<CopyMessageParams>(Reply::copy_to(7));
}

#[test]
fn what_is_changed() {
    use crate::methods::*;

    fits::<EditMessageTextParams>(Reply::edit("a").no_preview().button("b", "1"));
    fits::<EditMessageCaptionParams>(Reply::edit_caption("a").link("b", "https://a.b"));
    fits::<EditMessageMediaParams>(
        Reply::edit_media(Media::animation("CgAC"))
            .caption("a")
            .button("b", "1"),
    );
    fits::<EditMessageReplyMarkupParams>(Reply::edit_keyboard(InlineKeyboard::new()));
    fits::<DeleteMessageParams>(Reply::delete());
    fits::<PinChatMessageParams>(Reply::pin().silent());
    fits::<UnpinChatMessageParams>(Reply::unpin());
    fits::<SetMessageReactionParams>(Reply::react("👍"));
    fits::<SetMessageReactionParams>(Reply::unreact());
    fits::<AnswerCallbackQueryParams>(Reply::toast("a"));
}

#[test]
fn what_answers_a_query() {
    use crate::methods::*;

    let keyboard = InlineKeyboard::new().row([Button::new("a", "1")]);
    let article = Article::new("1", "a", "b")
        .description("c")
        .thumbnail("https://a.b/c.jpg")
        .keyboard(keyboard);
    let sticker = InlineQueryResultCachedSticker::builder();
    let sticker = sticker.id("2").sticker_file_id("CAAC").build();
    let results = [InlineResult::from(article.clone()), sticker.into()];
    fits::<AnswerInlineQueryParams>(
        Reply::inline(results)
            .param("inline_query_id", "7")
            .param("cache_time", 0),
    );
    fits::<AnswerGuestQueryParams>(Reply::guest(article).param("guest_query_id", "7"));
}

#[test]
fn keyboards_and_their_buttons() {
    use crate::methods::SendMessageParams;

    let says = |keyboard: Keyboard| fits::<SendMessageParams>(Reply::text("a").keyboard(keyboard));
    let chats = SwitchInlineQueryChosenChat::builder()
        .query("a")
        .allow_group_chats(true)
        .build();
    let login = LoginUrl::builder()
        .url("https://a.b")
        .request_write_access(true)
        .build();
    let buttons = InlineKeyboard::new()
        .row([
            Button::new("a", "1").primary(),
            Button::url("b", "tg://user?id=7").success(),
        ])
        .row([
            Button::web_app("c", "https://a.b").danger(),
            Button::login("d", &login),
        ])
        .row([
            Button::switch_inline("e", ""),
            Button::switch_inline_here("f", "x"),
        ])
        .row([
            Button::switch_inline_chosen("g", &chats),
            Button::copy("h", "x").icon("5"),
        ])
        .row([Button::disabled("i").style(ButtonStyle::Primary)])
        .force_reply();
    says(buttons.into());
    let game = InlineKeyboard::new().row([Button::game("Играть")]);
    fits::<crate::methods::SendGameParams>(
        Reply::call(Call::new("sendGame").param("game_short_name", "g")).keyboard(game),
    );
    let users = KeyboardButtonRequestUsers::builder()
        .request_id(1)
        .max_quantity(3)
        .build();
    let chat = KeyboardButtonRequestChat::builder()
        .request_id(2)
        .chat_is_channel(false)
        .build();
    let bot = KeyboardButtonRequestManagedBot::builder()
        .request_id(3)
        .build();
    let keys = ReplyKeyboard::new()
        .row(["a", "b"])
        .row([
            Key::contact("c"),
            Key::location("d"),
            Key::from("e").icon("5"),
        ])
        .row([Key::poll("f", None), Key::poll("g", Some(PollType::Quiz))])
        .row([
            Key::users("h", &users),
            Key::chat("i", &chat),
            Key::managed_bot("j", &bot),
        ])
        .row([Key::web_app("k", "https://a.b").style(ButtonStyle::Danger)])
        .full_height()
        .one_time()
        .persistent()
        .selective()
        .force_reply()
        .placeholder("l");
    says(keys.into());
    says(Keyboard::remove());
    says(Keyboard::force_reply());
    says(
        ForceReply::builder()
            .force_reply(true)
            .input_field_placeholder("a")
            .build()
            .into(),
    );
}
