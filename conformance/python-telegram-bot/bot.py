"""The bot of ../README.md, in python-telegram-bot."""

import asyncio
import hashlib
import logging
import os
from html import escape
from pathlib import Path

from telegram import (
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    Defaults,
    MessageHandler,
    filters,
)

PICTURE = Path(__file__).parent.parent / "files" / "picture.png"
BLOCKED = "blocked_by"

Context = ContextTypes.DEFAULT_TYPE


def keyboard(count: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Ещё", callback_data=f"more:{count}")],
            [
                InlineKeyboardButton("Тост", callback_data="toast"),
                InlineKeyboardButton("Окно", callback_data="alert"),
                InlineKeyboardButton("То же", callback_data="same"),
            ],
        ]
    )


async def on_startup(application: Application) -> None:
    application.bot_data[BLOCKED] = set()
    await application.bot.set_my_commands([("start", "Начать"), ("help", "Помощь")])


async def start(update: Update, context: Context) -> None:
    name = escape(update.effective_user.first_name)
    await update.message.reply_text(
        f"Здравствуйте, <b>{name}</b>! Пишет <i>@{context.bot.username}</i>.", reply_markup=keyboard(1)
    )


async def more(update: Update, context: Context) -> None:
    query = update.callback_query
    count = int(context.match.group(1))
    await query.edit_message_text(f"Нажато: {count}", reply_markup=keyboard(count + 1))
    await query.answer()


async def toast(update: Update, context: Context) -> None:
    await update.callback_query.answer("Сохранено")


async def alert(update: Update, context: Context) -> None:
    await update.callback_query.answer("Внимание!", show_alert=True)


async def same(update: Update, context: Context) -> None:
    query = update.callback_query
    try:
        await query.edit_message_text(query.message.text, reply_markup=query.message.reply_markup)
    except BadRequest as error:
        await query.answer(error.message[:200])


async def markdown(update: Update, context: Context) -> None:
    await update.message.reply_text(
        r"*Жирный* _курсив_ ||тайна|| [ссылка](https://example.com/) `a_b` \(1\.5\)",
        parse_mode=ParseMode.MARKDOWN_V2,
    )


async def ask(update: Update, context: Context) -> None:
    markup = ReplyKeyboardMarkup([["Чай", "Кофе"]], resize_keyboard=True, one_time_keyboard=True)
    await update.message.reply_text("Чай или кофе?", reply_markup=markup)


async def chosen(update: Update, context: Context) -> None:
    message = update.message
    await message.reply_text(f"Выбрано: {message.text}", reply_markup=ReplyKeyboardRemove(), do_quote=True)


async def send_document(update: Update, context: Context) -> None:
    file = InputFile(bytes(range(256)) * 400, filename="отчёт 1.bin")
    await update.message.reply_document(file, caption="Отчёт, <b>весь</b>")


async def send_photo(update: Update, context: Context) -> None:
    sent = await update.message.reply_photo(PICTURE, caption="Впервые")
    await update.message.reply_photo(sent.photo[-1].file_id, caption="Ещё раз")


async def send_album(update: Update, context: Context) -> None:
    content = PICTURE.read_bytes()
    photos = [InputMediaPhoto(content, caption="<i>Альбом</i>"), InputMediaPhoto(content)]
    sent = await update.message.reply_media_group(photos)
    await update.message.reply_text(f"В альбоме: {len(sent)}")


async def tour(update: Update, context: Context) -> None:
    message = update.message
    await message.reply_chat_action(ChatAction.TYPING)
    await message.set_reaction("👍")
    await message.forward(message.chat_id)
    await message.copy(message.chat_id)
    await message.reply_location(55.75, 37.62)
    await message.reply_venue(55.75, 37.62, "Кремль", "Москва")
    await message.reply_contact("+79990000000", "Иван")
    await message.reply_poll("Да?", ["Да", "Нет"])
    await message.reply_dice()
    pinned = await message.reply_text("Главное")
    await pinned.pin(disable_notification=True)
    extra = await message.reply_text("Лишнее")
    await extra.delete()
    await message.reply_text("Готово", do_quote=True)


async def about_chat(update: Update, context: Context) -> None:
    chat = await context.bot.get_chat(update.effective_chat.id)
    members = await chat.get_member_count()
    author = await chat.get_member(update.effective_user.id)
    administrators = await chat.get_administrators()
    text = f"{chat.type} «{chat.title}»: {members}, вы {author.status}, правят {len(administrators)}"
    await update.message.reply_text(text, do_quote=True)


async def send_to(update: Update, context: Context) -> None:
    try:
        await context.bot.send_message(int(context.args[0]), "Привет")
        await update.message.reply_text("Отправлено")
    except Forbidden as error:
        await update.message.reply_text(f"Запрещено: {error.message}", parse_mode=None)


async def later(update: Update, context: Context) -> None:
    try:
        await update.message.reply_text("Позже")
    except RetryAfter as error:
        wait = error.retry_after
        await asyncio.sleep(wait if isinstance(wait, (int, float)) else wait.total_seconds())
        await update.message.reply_text("Позже")


async def who_blocked(update: Update, context: Context) -> None:
    await update.message.reply_text(f"Заблокировали: {sorted(context.bot_data[BLOCKED])}")


async def chat_member(update: Update, context: Context) -> None:
    change = update.my_chat_member
    if change.new_chat_member.status == ChatMember.BANNED:
        context.bot_data[BLOCKED].add(change.from_user.id)
    elif change.old_chat_member.status == ChatMember.BANNED:
        context.bot_data[BLOCKED].discard(change.from_user.id)
        await update.effective_chat.send_message("С возвращением!")


async def received(update: Update, context: Context) -> None:
    attachment = update.message.document or update.message.photo[-1]
    file = await attachment.get_file()
    content = await file.download_as_bytearray()
    await update.message.reply_text(f"sha256 {hashlib.sha256(content).hexdigest()}", do_quote=True)


async def place(update: Update, context: Context) -> None:
    location = update.message.location
    await update.message.reply_text(f"Место: {location.latitude:.2f} {location.longitude:.2f}")


async def contact(update: Update, context: Context) -> None:
    contact = update.message.contact
    await update.message.reply_text(f"Контакт: {contact.phone_number} {contact.first_name}")


def main() -> None:
    url = os.environ["BOT_API_URL"]
    application = (
        Application.builder()
        .token(os.environ["BOT_TOKEN"])
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .defaults(Defaults(parse_mode=ParseMode.HTML))
        .post_init(on_startup)
        .build()
    )
    commands = {
        "start": start,
        "markdown": markdown,
        "keyboard": ask,
        "document": send_document,
        "photo": send_photo,
        "album": send_album,
        "tour": tour,
        "chat": about_chat,
        "send": send_to,
        "later": later,
        "blocked": who_blocked,
    }
    for name, handler in commands.items():
        application.add_handler(CommandHandler(name, handler))
    application.add_handler(CallbackQueryHandler(more, r"^more:(\d+)$"))
    application.add_handler(CallbackQueryHandler(toast, "^toast$"))
    application.add_handler(CallbackQueryHandler(alert, "^alert$"))
    application.add_handler(CallbackQueryHandler(same, "^same$"))
    application.add_handler(ChatMemberHandler(chat_member, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(filters.Text(["Чай", "Кофе"]), chosen))
    application.add_handler(MessageHandler(filters.Document.ALL | filters.PHOTO, received))
    application.add_handler(MessageHandler(filters.LOCATION, place))
    application.add_handler(MessageHandler(filters.CONTACT, contact))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    main()
