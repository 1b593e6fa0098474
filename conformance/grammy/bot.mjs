// The bot of ../README.md, in grammY.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { autoRetry } from "@grammyjs/auto-retry";
import { hydrateFiles } from "@grammyjs/files";
import { Bot, GrammyError, InlineKeyboard, InlineQueryResultBuilder, InputFile, InputMediaBuilder, Keyboard } from "grammy";

const PICTURE = fileURLToPath(new URL("../files/picture.png", import.meta.url));
const { BOT_TOKEN: token, BOT_API_URL: apiRoot } = process.env;

const bot = new Bot(token, { client: { apiRoot } });
bot.api.config.use(autoRetry());
bot.api.config.use(hydrateFiles(token, { apiRoot }));

const blockedBy = new Set();
const HTML = { parse_mode: "HTML" };
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const quoting = (ctx) => ({ reply_parameters: { message_id: ctx.msg.message_id } });

const keyboard = (count) =>
  new InlineKeyboard().text("Ещё", `more:${count}`).row().text("Тост", "toast").text("Окно", "alert").text("То же", "same");

bot.command("start", (ctx) =>
  ctx.reply(`Здравствуйте, <b>${escape(ctx.from.first_name)}</b>! Пишет <i>@${ctx.me.username}</i>.`, {
    ...HTML,
    reply_markup: keyboard(1),
  }),
);

bot.callbackQuery(/^more:(\d+)$/, async (ctx) => {
  const count = Number(ctx.match[1]);
  await ctx.editMessageText(`Нажато: ${count}`, { reply_markup: keyboard(count + 1) });
  await ctx.answerCallbackQuery();
});
bot.callbackQuery("toast", (ctx) => ctx.answerCallbackQuery("Сохранено"));
bot.callbackQuery("alert", (ctx) => ctx.answerCallbackQuery({ text: "Внимание!", show_alert: true }));
bot.callbackQuery("same", async (ctx) => {
  try {
    await ctx.editMessageText(ctx.msg.text, { reply_markup: ctx.msg.reply_markup });
  } catch (error) {
    if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
    await ctx.answerCallbackQuery(error.description.slice(0, 200));
  }
});

bot.command("markdown", (ctx) =>
  ctx.reply("*Жирный* _курсив_ ||тайна|| [ссылка](https://example.com/) `a_b` \\(1\\.5\\)", { parse_mode: "MarkdownV2" }),
);

bot.command("keyboard", (ctx) =>
  ctx.reply("Чай или кофе?", { reply_markup: new Keyboard().text("Чай").text("Кофе").resized().oneTime() }),
);
bot.command("ask", (ctx) => ctx.reply("Как вас зовут?", { reply_markup: { force_reply: true } }));
bot.filter((ctx) => ctx.msg?.reply_to_message?.text === "Как вас зовут?", (ctx) => ctx.reply(`Вас зовут ${ctx.msg.text}`));

bot.command("contact", (ctx) => ctx.reply("Ваш номер?", { reply_markup: new Keyboard().requestContact("Мой номер") }));

bot.command("poll", (ctx) => ctx.replyWithPoll("Чай?", [{ text: "Да" }, { text: "Нет" }], { is_anonymous: false }));
bot.on("poll_answer", ({ api, pollAnswer }) => api.sendMessage(pollAnswer.user.id, `Голос: ${pollAnswer.option_ids[0]}`));

bot.command("invoice", (ctx) => ctx.replyWithInvoice("Кружка", "Белая", "mug", "XTR", [{ label: "Кружка", amount: 50 }]));
bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(ctx.preCheckoutQuery.invoice_payload === "mug"));
bot.on(":successful_payment", (ctx) => {
  const { total_amount: amount, currency, invoice_payload: payload, telegram_payment_charge_id: charge } = ctx.msg.successful_payment;
  return ctx.reply(`Оплачено: ${amount} ${currency} ${payload} ${charge}`);
});

bot.on("inline_query", (ctx) => {
  const { query } = ctx.inlineQuery;
  return ctx.answerInlineQuery([InlineQueryResultBuilder.article("1", query).text(`Вы искали: ${query}`)], { cache_time: 0 });
});
bot.on("chosen_inline_result", (ctx) => ctx.api.sendMessage(ctx.from.id, `Выбрано: ${ctx.chosenInlineResult.query}`));

bot.chatType("supergroup").on("my_chat_member", (ctx) => ctx.reply(`Теперь я ${ctx.myChatMember.new_chat_member.status}`));

bot.on("message:new_chat_members", (ctx) => ctx.reply(`Добро пожаловать, ${ctx.msg.new_chat_members[0].first_name}!`));
bot.on("message:left_chat_member", (ctx) => ctx.reply(`Прощайте, ${ctx.msg.left_chat_member.first_name}!`));
bot.on("chat_join_request", async (ctx) => {
  await ctx.approveChatJoinRequest(ctx.from.id);
  await ctx.reply(`Впускаю: ${ctx.from.first_name}`);
});
bot.on("business_message:text", (ctx) => ctx.reply(`Хозяин прочтёт: ${ctx.msg.text}`));

bot.hears(["Чай", "Кофе"], (ctx) =>
  ctx.reply(`Выбрано: ${ctx.msg.text}`, { ...quoting(ctx), reply_markup: { remove_keyboard: true } }),
);

bot.command("document", (ctx) => {
  const content = Buffer.from(Array.from({ length: 256 * 400 }, (_, i) => i % 256));
  return ctx.replyWithDocument(new InputFile(content, "отчёт 1.bin"), { ...HTML, caption: "Отчёт, <b>весь</b>" });
});

bot.command("photo", async (ctx) => {
  const sent = await ctx.replyWithPhoto(new InputFile(PICTURE), { caption: "Впервые" });
  await ctx.replyWithPhoto(sent.photo.at(-1).file_id, { caption: "Ещё раз" });
});

bot.command("album", async (ctx) => {
  const sent = await ctx.replyWithMediaGroup([
    InputMediaBuilder.photo(new InputFile(PICTURE), { ...HTML, caption: "<i>Альбом</i>" }),
    InputMediaBuilder.photo(new InputFile(await readFile(PICTURE))),
  ]);
  await ctx.reply(`В альбоме: ${sent.length}`);
});

bot.command("tour", async (ctx) => {
  await ctx.replyWithChatAction("typing");
  await ctx.react("👍");
  await ctx.forwardMessage(ctx.chat.id);
  await ctx.copyMessage(ctx.chat.id);
  await ctx.replyWithLocation(55.75, 37.62);
  await ctx.replyWithVenue(55.75, 37.62, "Кремль", "Москва");
  await ctx.replyWithContact("+79990000000", "Иван");
  await ctx.replyWithPoll("Да?", [{ text: "Да" }, { text: "Нет" }]);
  await ctx.replyWithDice("🎲");
  const pinned = await ctx.reply("Главное");
  await ctx.api.pinChatMessage(ctx.chat.id, pinned.message_id, { disable_notification: true });
  const extra = await ctx.reply("Лишнее");
  await ctx.api.deleteMessage(ctx.chat.id, extra.message_id);
  await ctx.reply("Готово", quoting(ctx));
});

bot.command("chat", async (ctx) => {
  const chat = await ctx.getChat();
  const members = await ctx.getChatMemberCount();
  const author = await ctx.getAuthor();
  const administrators = await ctx.getChatAdministrators();
  await ctx.reply(
    `${chat.type} «${chat.title}»: ${members}, вы ${author.status}, правят ${administrators.length}`,
    quoting(ctx),
  );
});

bot.command("send", async (ctx) => {
  try {
    await ctx.api.sendMessage(Number(ctx.match), "Привет");
    await ctx.reply("Отправлено");
  } catch (error) {
    if (!(error instanceof GrammyError && error.error_code === 403)) throw error;
    await ctx.reply(`Запрещено: ${error.description}`);
  }
});

// The plugin waits as long as retry_after says, and tries again.
bot.command("later", (ctx) => ctx.reply("Позже"));

bot.command("blocked", (ctx) => ctx.reply(`Заблокировали: [${[...blockedBy].join(", ")}]`));
bot.on("my_chat_member", async (ctx) => {
  const { old_chat_member: before, new_chat_member: after } = ctx.myChatMember;
  if (after.status === "kicked") {
    blockedBy.add(ctx.from.id);
  } else if (before.status === "kicked") {
    blockedBy.delete(ctx.from.id);
    await ctx.reply("С возвращением!");
  }
});

bot.on([":document", ":photo"], async (ctx) => {
  const file = await ctx.getFile();
  // The plugin's own download() speaks HTTPS only.
  const content = await (await fetch(file.getUrl())).arrayBuffer();
  await ctx.reply(`sha256 ${createHash("sha256").update(Buffer.from(content)).digest("hex")}`, quoting(ctx));
});

bot.on(":location", (ctx) => {
  const { latitude, longitude } = ctx.msg.location;
  return ctx.reply(`Место: ${latitude.toFixed(2)} ${longitude.toFixed(2)}`);
});
bot.on(":contact", (ctx) => ctx.reply(`Контакт: ${ctx.msg.contact.phone_number} ${ctx.msg.contact.first_name}`));

bot.catch(({ error, ctx }) => console.error("update", ctx.update.update_id, "failed:", error));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => bot.stop());

await bot.api.setMyCommands([
  { command: "start", description: "Начать" },
  { command: "help", description: "Помощь" },
]);
await bot.start({ onStart: (me) => console.log("polling as", me.username) });
