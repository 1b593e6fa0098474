//! The bot of ../README.md, in teloxide.

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    path::Path,
    sync::{Arc, Mutex},
};

use sha2::{Digest, Sha256};
use teloxide::{
    ApiError, RequestError,
    adaptors::DefaultParseMode,
    net::Download,
    prelude::*,
    sugar::{bot::BotMessagesExt, request::RequestReplyExt},
    types::{
        BotCommand, ButtonRequest, ChatAction, ChatJoinRequest, ChatMemberUpdated, FileId,
        ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryResult,
        InlineQueryResultArticle, InputFile, InputMedia, InputMediaPhoto, InputMessageContent,
        InputMessageContentText, InputPollOption, KeyboardButton, KeyboardMarkup, KeyboardRemove,
        LabeledPrice, Me, MessageKind, ParseMode, PollAnswer, PreCheckoutQuery, ReactionType,
        SuccessfulPayment, User,
    },
    utils::{command::BotCommands, html},
};

type Bot = DefaultParseMode<teloxide::Bot>;
type Outcome = Result<(), Box<dyn Error + Send + Sync>>;
type BlockedBy = Arc<Mutex<BTreeSet<UserId>>>;

#[derive(BotCommands, Clone)]
#[command(rename_rule = "lowercase")]
enum Command {
    Start,
    Markdown,
    Keyboard,
    Document,
    Photo,
    Album,
    Tour,
    Chat,
    Send(i64),
    Later,
    Blocked,
    Ask,
    Contact,
    Poll,
    Invoice,
}

#[tokio::main]
async fn main() -> Outcome {
    env_logger::init();
    let bot = teloxide::Bot::new(env::var("BOT_TOKEN")?)
        .set_api_url(env::var("BOT_API_URL")?.parse()?)
        .parse_mode(ParseMode::Html);
    bot.set_my_commands([
        BotCommand::new("start", "Начать"),
        BotCommand::new("help", "Помощь"),
    ])
    .await?;
    let messages = Update::filter_message()
        .branch(
            dptree::entry()
                .filter_command::<Command>()
                .endpoint(command),
        )
        .branch(dptree::filter(|message: Message| answers_question(&message)).endpoint(named))
        .branch(Message::filter_text().endpoint(chosen))
        .branch(Message::filter_new_chat_members().endpoint(welcome))
        .branch(Message::filter_left_chat_member().endpoint(farewell))
        .branch(Message::filter_successful_payment().endpoint(paid))
        .branch(Message::filter_document().endpoint(received))
        .branch(Message::filter_photo().endpoint(received))
        .endpoint(place_or_contact);
    let handler = dptree::entry()
        .branch(messages)
        .branch(Update::filter_callback_query().endpoint(pressed))
        .branch(Update::filter_my_chat_member().endpoint(chat_member))
        .branch(Update::filter_chat_join_request().endpoint(let_in))
        .branch(Update::filter_business_message().endpoint(for_the_owner))
        .branch(Update::filter_poll_answer().endpoint(voted))
        .branch(Update::filter_pre_checkout_query().endpoint(check_out))
        .branch(Update::filter_inline_query().endpoint(offer))
        .branch(Update::filter_chosen_inline_result().endpoint(was_chosen));
    Dispatcher::builder(bot, handler)
        .dependencies(dptree::deps![BlockedBy::default()])
        .default_handler(|_| async {})
        .enable_ctrlc_handler()
        .build()
        .dispatch()
        .await;
    Ok(())
}

fn keyboard(count: u32) -> InlineKeyboardMarkup {
    let button = InlineKeyboardButton::callback::<&str, String>;
    InlineKeyboardMarkup::new([
        vec![button("Ещё", format!("more:{count}"))],
        vec![
            button("Тост", "toast".to_owned()),
            button("Окно", "alert".to_owned()),
            button("То же", "same".to_owned()),
        ],
    ])
}

fn picture() -> InputFile {
    InputFile::file(Path::new(env!("CARGO_MANIFEST_DIR")).join("../files/picture.png"))
}

async fn command(
    bot: Bot,
    me: Me,
    message: Message,
    command: Command,
    blocked: BlockedBy,
) -> Outcome {
    let chat = message.chat.id;
    match command {
        Command::Start => {
            let name = message.from.as_ref().map_or("", |from| &from.first_name);
            let text = format!(
                "Здравствуйте, <b>{}</b>! Пишет <i>@{}</i>.",
                html::escape(name),
                me.username()
            );
            bot.send_message(chat, text)
                .reply_markup(keyboard(1))
                .await?;
        }
        Command::Markdown => {
            let text = r"*Жирный* _курсив_ ||тайна|| [ссылка](https://example.com/) `a_b` \(1\.5\)";
            bot.send_message(chat, text)
                .parse_mode(ParseMode::MarkdownV2)
                .await?;
        }
        Command::Keyboard => {
            let buttons = [["Чай", "Кофе"].map(KeyboardButton::new)];
            let markup = KeyboardMarkup::new(buttons)
                .resize_keyboard()
                .one_time_keyboard();
            bot.send_message(chat, "Чай или кофе?")
                .reply_markup(markup)
                .await?;
        }
        Command::Document => {
            let content: Vec<u8> = (0..=255).cycle().take(256 * 400).collect();
            let file = InputFile::memory(content).file_name("отчёт 1.bin");
            bot.send_document(chat, file)
                .caption("Отчёт, <b>весь</b>")
                .await?;
        }
        Command::Photo => {
            let sent = bot.send_photo(chat, picture()).caption("Впервые").await?;
            let size = sent.photo().and_then(<[_]>::last).ok_or("no photo")?;
            let again = InputFile::file_id(size.file.id.clone());
            bot.send_photo(chat, again).caption("Ещё раз").await?;
        }
        Command::Album => {
            let first = InputMediaPhoto::new(picture())
                .caption("<i>Альбом</i>")
                .parse_mode(ParseMode::Html);
            let photos = [first, InputMediaPhoto::new(picture())].map(InputMedia::Photo);
            let sent = bot.send_media_group(chat, photos).await?;
            bot.send_message(chat, format!("В альбоме: {}", sent.len()))
                .await?;
        }
        Command::Tour => tour(&bot, &message).await?,
        Command::Chat => {
            let found = bot.get_chat(chat).await?;
            let members = bot.get_chat_member_count(chat).await?;
            let from = message.from.as_ref().ok_or("from nobody")?;
            let author = bot.get_chat_member(chat, from.id).await?;
            let kind = if found.is_supergroup() {
                "supergroup"
            } else {
                "other"
            };
            let status = if author.is_privileged() {
                "administrator"
            } else {
                "member"
            };
            let administrators = bot.get_chat_administrators(chat).await?.len();
            let title = found.title().unwrap_or_default();
            let text = format!("{kind} «{title}»: {members}, вы {status}, правят {administrators}");
            bot.send_message(chat, text).reply_to(&message).await?;
        }
        Command::Send(id) => {
            let text = match bot.send_message(ChatId(id), "Привет").await {
                Ok(_) => "Отправлено".to_owned(),
                Err(RequestError::Api(
                    error @ (ApiError::BotBlocked | ApiError::UserDeactivated),
                )) => {
                    format!("Запрещено: {error}")
                }
                Err(error) => return Err(error.into()),
            };
            bot.send_message(chat, text).await?;
        }
        Command::Later => match bot.send_message(chat, "Позже").await {
            Err(RequestError::RetryAfter(seconds)) => {
                tokio::time::sleep(seconds.duration()).await;
                bot.send_message(chat, "Позже").await?;
            }
            other => drop(other?),
        },
        Command::Ask => {
            bot.send_message(chat, QUESTION)
                .reply_markup(ForceReply::new())
                .await?;
        }
        Command::Contact => {
            let button = KeyboardButton::new("Мой номер").request(ButtonRequest::Contact);
            bot.send_message(chat, "Ваш номер?")
                .reply_markup(KeyboardMarkup::new([[button]]))
                .await?;
        }
        Command::Poll => {
            let options = ["Да", "Нет"].map(InputPollOption::new);
            bot.send_poll(chat, "Чай?", options)
                .is_anonymous(false)
                .await?;
        }
        Command::Invoice => {
            let prices = [LabeledPrice::new("Кружка", 50)];
            bot.send_invoice(chat, "Кружка", "Белая", "mug", "XTR", prices)
                .await?;
        }
        Command::Blocked => {
            let ids: Vec<u64> = {
                let blocked = blocked.lock().expect("nobody panics with it");
                blocked.iter().map(|id| id.0).collect()
            };
            bot.send_message(chat, format!("Заблокировали: {ids:?}"))
                .await?;
        }
    }
    Ok(())
}

const QUESTION: &str = "Как вас зовут?";

fn answers_question(message: &Message) -> bool {
    let asked = message.reply_to_message().and_then(|asked| asked.text());
    asked == Some(QUESTION)
}

async fn named(bot: Bot, message: Message) -> Outcome {
    let name = html::escape(message.text().unwrap_or_default());
    bot.send_message(message.chat.id, format!("Вас зовут {name}"))
        .await?;
    Ok(())
}

async fn welcome(bot: Bot, message: Message, new: Vec<User>) -> Outcome {
    let name = html::escape(new.first().map_or("", |user| &user.first_name));
    bot.send_message(message.chat.id, format!("Добро пожаловать, {name}!"))
        .await?;
    Ok(())
}

async fn farewell(bot: Bot, message: Message, left: User) -> Outcome {
    let name = html::escape(&left.first_name);
    bot.send_message(message.chat.id, format!("Прощайте, {name}!"))
        .await?;
    Ok(())
}

async fn let_in(bot: Bot, request: ChatJoinRequest) -> Outcome {
    bot.approve_chat_join_request(request.chat.id, request.from.id)
        .await?;
    let name = html::escape(&request.from.first_name);
    bot.send_message(request.chat.id, format!("Впускаю: {name}"))
        .await?;
    Ok(())
}

async fn for_the_owner(bot: Bot, message: Message) -> Outcome {
    let text = html::escape(message.text().unwrap_or_default());
    let MessageKind::Common(said) = message.kind.clone() else {
        return Err("not a message that somebody wrote".into());
    };
    let connection = said.business_connection_id.ok_or("no connection")?;
    bot.send_message(message.chat.id, format!("Хозяин прочтёт: {text}"))
        .business_connection_id(connection)
        .await?;
    Ok(())
}

async fn voted(bot: Bot, answer: PollAnswer) -> Outcome {
    let user = answer.voter.user().ok_or("an anonymous voter")?;
    let option = answer.option_ids.first().ok_or("no option")?;
    bot.send_message(user.id, format!("Голос: {option}"))
        .await?;
    Ok(())
}

async fn check_out(bot: Bot, query: PreCheckoutQuery) -> Outcome {
    bot.answer_pre_checkout_query(query.id, query.invoice_payload == "mug")
        .await?;
    Ok(())
}

async fn paid(bot: Bot, message: Message, payment: SuccessfulPayment) -> Outcome {
    let SuccessfulPayment {
        total_amount,
        currency,
        invoice_payload,
        telegram_payment_charge_id: charge,
        ..
    } = payment;
    let text = format!("Оплачено: {total_amount} {currency} {invoice_payload} {charge}");
    bot.send_message(message.chat.id, text).await?;
    Ok(())
}

async fn offer(bot: Bot, query: InlineQuery) -> Outcome {
    let text = InputMessageContentText::new(format!("Вы искали: {}", html::escape(&query.query)));
    let result = InlineQueryResultArticle::new("1", query.query, InputMessageContent::Text(text));
    bot.answer_inline_query(query.id, [InlineQueryResult::Article(result)])
        .cache_time(0)
        .await?;
    Ok(())
}

async fn was_chosen(bot: Bot, result: ChosenInlineResult) -> Outcome {
    let text = format!("Выбрано: {}", html::escape(&result.query));
    bot.send_message(result.from.id, text).await?;
    Ok(())
}

async fn tour(bot: &Bot, message: &Message) -> Outcome {
    let chat = message.chat.id;
    bot.send_chat_action(chat, ChatAction::Typing).await?;
    let emoji = "👍".to_owned();
    bot.set_reaction(message)
        .reaction([ReactionType::Emoji { emoji }])
        .await?;
    bot.forward(chat, message).await?;
    bot.copy(chat, message).await?;
    bot.send_location(chat, 55.75, 37.62).await?;
    bot.send_venue(chat, 55.75, 37.62, "Кремль", "Москва")
        .await?;
    bot.send_contact(chat, "+79990000000", "Иван").await?;
    let options = ["Да", "Нет"].map(InputPollOption::new);
    bot.send_poll(chat, "Да?", options).await?;
    bot.send_dice(chat).await?;
    let pinned = bot.send_message(chat, "Главное").await?;
    bot.pin(&pinned).disable_notification(true).await?;
    let extra = bot.send_message(chat, "Лишнее").await?;
    bot.delete(&extra).await?;
    bot.send_message(chat, "Готово").reply_to(message).await?;
    Ok(())
}

async fn pressed(bot: Bot, query: CallbackQuery) -> Outcome {
    let data = query.data.as_deref().ok_or("no data")?;
    let message = query.regular_message().ok_or("no message")?;
    let answer = bot.answer_callback_query(query.id.clone());
    match data {
        "toast" => answer.text("Сохранено").await?,
        "alert" => answer.text("Внимание!").show_alert(true).await?,
        "same" => {
            let edit = bot.edit_text(message, message.text().ok_or("no text")?);
            let markup = message.reply_markup().ok_or("no keyboard")?.clone();
            match edit.reply_markup(markup).await {
                Err(RequestError::Api(error @ ApiError::MessageNotModified)) => {
                    let text: String = error.to_string().chars().take(200).collect();
                    answer.text(text).await?
                }
                other => return other.map(drop).map_err(Into::into),
            }
        }
        _ => {
            let count = data.strip_prefix("more:").ok_or("an unknown button")?;
            let count: u32 = count.parse()?;
            bot.edit_text(message, format!("Нажато: {count}"))
                .reply_markup(keyboard(count + 1))
                .await?;
            answer.await?
        }
    };
    Ok(())
}

async fn chosen(bot: Bot, message: Message, text: String) -> Outcome {
    if ["Чай", "Кофе"].contains(&text.as_str()) {
        bot.send_message(message.chat.id, format!("Выбрано: {text}"))
            .reply_to(&message)
            .reply_markup(KeyboardRemove::new())
            .await?;
    }
    Ok(())
}

async fn received(bot: Bot, message: Message) -> Outcome {
    let document = message.document().map(|document| &document.file);
    let photo = || Some(&message.photo()?.last()?.file);
    let id: FileId = document.or_else(photo).ok_or("no file")?.id.clone();
    let file = bot.get_file(id).await?;
    let mut content = Vec::new();
    bot.inner().download_file(&file.path, &mut content).await?;
    let sum = Sha256::digest(&content);
    bot.send_message(message.chat.id, format!("sha256 {sum:x}"))
        .reply_to(&message)
        .await?;
    Ok(())
}

async fn place_or_contact(bot: Bot, message: Message) -> Outcome {
    let text = match (message.location(), message.contact()) {
        (Some(place), _) => format!("Место: {:.2} {:.2}", place.latitude, place.longitude),
        (_, Some(contact)) => format!("Контакт: {} {}", contact.phone_number, contact.first_name),
        _ => return Ok(()),
    };
    bot.send_message(message.chat.id, text).await?;
    Ok(())
}

async fn chat_member(bot: Bot, change: ChatMemberUpdated, blocked: BlockedBy) -> Outcome {
    if change.chat.is_supergroup() {
        let status = if change.new_chat_member.is_administrator() {
            "administrator"
        } else {
            "other"
        };
        bot.send_message(change.chat.id, format!("Теперь я {status}"))
            .await?;
    } else if change.new_chat_member.is_banned() {
        blocked
            .lock()
            .expect("nobody panics with it")
            .insert(change.from.id);
    } else if change.old_chat_member.is_banned() {
        blocked
            .lock()
            .expect("nobody panics with it")
            .remove(&change.from.id);
        bot.send_message(change.chat.id, "С возвращением!").await?;
    }
    Ok(())
}
