"""The bot of ../README.md, in aiogram."""

import asyncio
import hashlib
import logging
import os
from html import escape
from pathlib import Path

from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.filters import IS_MEMBER, IS_NOT_MEMBER, ChatMemberUpdatedFilter, Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ChatJoinRequest,
    ChatMemberUpdated,
    ChosenInlineResult,
    ForceReply,
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputPollOption,
    InputTextMessageContent,
    KeyboardButton,
    LabeledPrice,
    Message,
    PollAnswer,
    PreCheckoutQuery,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

PICTURE = Path(__file__).parent.parent / "files" / "picture.png"

dispatcher = Dispatcher()
blocked_by: set[int] = set()


def keyboard(count: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="Ещё", callback_data=f"more:{count}")],
            [
                InlineKeyboardButton(text="Тост", callback_data="toast"),
                InlineKeyboardButton(text="Окно", callback_data="alert"),
                InlineKeyboardButton(text="То же", callback_data="same"),
            ],
        ]
    )


@dispatcher.startup()
async def on_startup(bot: Bot) -> None:
    await bot.set_my_commands(
        [BotCommand(command="start", description="Начать"), BotCommand(command="help", description="Помощь")]
    )


@dispatcher.message(CommandStart())
async def start(message: Message, bot: Bot) -> None:
    me = await bot.me()
    await message.answer(
        f"Здравствуйте, <b>{escape(message.from_user.first_name)}</b>! Пишет <i>@{me.username}</i>.",
        reply_markup=keyboard(1),
    )


@dispatcher.callback_query(F.data.startswith("more:"))
async def more(query: CallbackQuery) -> None:
    count = int(query.data.partition(":")[2])
    await query.message.edit_text(f"Нажато: {count}", reply_markup=keyboard(count + 1))
    await query.answer()


@dispatcher.callback_query(F.data == "toast")
async def toast(query: CallbackQuery) -> None:
    await query.answer("Сохранено")


@dispatcher.callback_query(F.data == "alert")
async def alert(query: CallbackQuery) -> None:
    await query.answer("Внимание!", show_alert=True)


@dispatcher.callback_query(F.data == "same")
async def same(query: CallbackQuery) -> None:
    try:
        await query.message.edit_text(query.message.text, reply_markup=query.message.reply_markup)
    except TelegramBadRequest as error:
        await query.answer(error.message[:200])


@dispatcher.message(Command("markdown"))
async def markdown(message: Message) -> None:
    await message.answer(
        r"*Жирный* _курсив_ ||тайна|| [ссылка](https://example.com/) `a_b` \(1\.5\)",
        parse_mode=ParseMode.MARKDOWN_V2,
    )


@dispatcher.message(Command("keyboard"))
async def ask(message: Message) -> None:
    buttons = [[KeyboardButton(text="Чай"), KeyboardButton(text="Кофе")]]
    await message.answer(
        "Чай или кофе?",
        reply_markup=ReplyKeyboardMarkup(keyboard=buttons, resize_keyboard=True, one_time_keyboard=True),
    )


@dispatcher.message(Command("ask"))
async def ask_name(message: Message) -> None:
    await message.answer("Как вас зовут?", reply_markup=ForceReply())


@dispatcher.message(F.reply_to_message.text == "Как вас зовут?")
async def named(message: Message) -> None:
    await message.answer(f"Вас зовут {escape(message.text)}")


@dispatcher.message(Command("contact"))
async def ask_contact(message: Message) -> None:
    buttons = [[KeyboardButton(text="Мой номер", request_contact=True)]]
    await message.answer("Ваш номер?", reply_markup=ReplyKeyboardMarkup(keyboard=buttons))


@dispatcher.message(Command("poll"))
async def ask_all(message: Message) -> None:
    await message.answer_poll("Чай?", [InputPollOption(text="Да"), InputPollOption(text="Нет")], is_anonymous=False)


@dispatcher.poll_answer()
async def voted(answer: PollAnswer, bot: Bot) -> None:
    await bot.send_message(answer.user.id, f"Голос: {answer.option_ids[0]}")


@dispatcher.message(Command("invoice"))
async def sell(message: Message) -> None:
    await message.answer_invoice(
        "Кружка", "Белая", payload="mug", currency="XTR", prices=[LabeledPrice(label="Кружка", amount=50)]
    )


@dispatcher.pre_checkout_query()
async def check_out(query: PreCheckoutQuery) -> None:
    await query.answer(ok=query.invoice_payload == "mug")


@dispatcher.message(F.successful_payment)
async def paid(message: Message) -> None:
    payment = message.successful_payment
    charge = payment.telegram_payment_charge_id
    await message.answer(f"Оплачено: {payment.total_amount} {payment.currency} {payment.invoice_payload} {charge}")


@dispatcher.inline_query()
async def offer(query: InlineQuery) -> None:
    content = InputTextMessageContent(message_text=f"Вы искали: {escape(query.query)}")
    result = InlineQueryResultArticle(id="1", title=query.query, input_message_content=content)
    await query.answer([result], cache_time=0)


@dispatcher.chosen_inline_result()
async def was_chosen(result: ChosenInlineResult, bot: Bot) -> None:
    await bot.send_message(result.from_user.id, f"Выбрано: {escape(result.query)}")


@dispatcher.my_chat_member(F.chat.type == "supergroup")
async def governs(update: ChatMemberUpdated, bot: Bot) -> None:
    await bot.send_message(update.chat.id, f"Теперь я {update.new_chat_member.status}")


@dispatcher.message(F.new_chat_members)
async def welcome(message: Message) -> None:
    await message.answer(f"Добро пожаловать, {escape(message.new_chat_members[0].first_name)}!")


@dispatcher.message(F.left_chat_member)
async def farewell(message: Message) -> None:
    await message.answer(f"Прощайте, {escape(message.left_chat_member.first_name)}!")


@dispatcher.chat_join_request()
async def let_in(request: ChatJoinRequest, bot: Bot) -> None:
    await request.approve()
    await bot.send_message(request.chat.id, f"Впускаю: {escape(request.from_user.first_name)}")


@dispatcher.business_message(F.text)
async def for_the_owner(message: Message) -> None:
    await message.answer(f"Хозяин прочтёт: {escape(message.text)}")


@dispatcher.message(F.text.in_({"Чай", "Кофе"}))
async def chosen(message: Message) -> None:
    await message.reply(f"Выбрано: {message.text}", reply_markup=ReplyKeyboardRemove())


@dispatcher.message(Command("document"))
async def send_document(message: Message) -> None:
    file = BufferedInputFile(bytes(range(256)) * 400, filename="отчёт 1.bin")
    await message.answer_document(file, caption="Отчёт, <b>весь</b>")


@dispatcher.message(Command("photo"))
async def send_photo(message: Message) -> None:
    sent = await message.answer_photo(FSInputFile(PICTURE), caption="Впервые")
    await message.answer_photo(sent.photo[-1].file_id, caption="Ещё раз")


@dispatcher.message(Command("album"))
async def send_album(message: Message) -> None:
    photos = [InputMediaPhoto(media=FSInputFile(PICTURE), caption="<i>Альбом</i>"), InputMediaPhoto(media=FSInputFile(PICTURE))]
    sent = await message.answer_media_group(photos)
    await message.answer(f"В альбоме: {len(sent)}")


@dispatcher.message(Command("tour"))
async def tour(message: Message, bot: Bot) -> None:
    chat = message.chat.id
    await bot.send_chat_action(chat, ChatAction.TYPING)
    await message.react([ReactionTypeEmoji(emoji="👍")])
    await message.forward(chat)
    await message.copy_to(chat)
    await message.answer_location(55.75, 37.62)
    await message.answer_venue(55.75, 37.62, "Кремль", "Москва")
    await message.answer_contact("+79990000000", "Иван")
    await message.answer_poll("Да?", [InputPollOption(text="Да"), InputPollOption(text="Нет")])
    await message.answer_dice()
    pinned = await message.answer("Главное")
    await pinned.pin(disable_notification=True)
    extra = await message.answer("Лишнее")
    await extra.delete()
    await message.answer("Готово", reply_parameters=ReplyParameters(message_id=message.message_id))


@dispatcher.message(Command("chat"))
async def about_chat(message: Message, bot: Bot) -> None:
    chat = await bot.get_chat(message.chat.id)
    members = await bot.get_chat_member_count(chat.id)
    author = await bot.get_chat_member(chat.id, message.from_user.id)
    administrators = await bot.get_chat_administrators(chat.id)
    await message.reply(f"{chat.type} «{chat.title}»: {members}, вы {author.status}, правят {len(administrators)}")


@dispatcher.message(Command("send"))
async def send_to(message: Message, command: CommandObject, bot: Bot) -> None:
    try:
        await bot.send_message(int(command.args), "Привет")
        await message.answer("Отправлено")
    except TelegramForbiddenError as error:
        await message.answer(f"Запрещено: {error.message}", parse_mode=None)


@dispatcher.message(Command("later"))
async def later(message: Message) -> None:
    try:
        await message.answer("Позже")
    except TelegramRetryAfter as error:
        await asyncio.sleep(error.retry_after)
        await message.answer("Позже")


@dispatcher.message(Command("blocked"))
async def who_blocked(message: Message) -> None:
    await message.answer(f"Заблокировали: {sorted(blocked_by)}")


@dispatcher.my_chat_member(ChatMemberUpdatedFilter(IS_MEMBER >> IS_NOT_MEMBER))
async def blocked(update: ChatMemberUpdated) -> None:
    blocked_by.add(update.from_user.id)


@dispatcher.my_chat_member(ChatMemberUpdatedFilter(IS_NOT_MEMBER >> IS_MEMBER))
async def unblocked(update: ChatMemberUpdated) -> None:
    blocked_by.discard(update.from_user.id)
    await update.answer("С возвращением!")


@dispatcher.message(F.document | F.photo)
async def received(message: Message, bot: Bot) -> None:
    file = await bot.download(message.document or message.photo[-1])
    await message.reply(f"sha256 {hashlib.sha256(file.read()).hexdigest()}")


@dispatcher.message(F.location)
async def place(message: Message) -> None:
    await message.answer(f"Место: {message.location.latitude:.2f} {message.location.longitude:.2f}")


@dispatcher.message(F.contact)
async def contact(message: Message) -> None:
    await message.answer(f"Контакт: {message.contact.phone_number} {message.contact.first_name}")


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    properties = DefaultBotProperties(parse_mode=ParseMode.HTML)
    bot = Bot(os.environ["BOT_TOKEN"], session=session, default=properties)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
