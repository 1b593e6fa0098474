// The bot of ../README.md, in Telegraf.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { Input, Markup, Telegraf, TelegramError } from "telegraf";
import { message } from "telegraf/filters";

const PICTURE = fileURLToPath(new URL("../files/picture.png", import.meta.url));

const bot = new Telegraf(process.env.BOT_TOKEN, { telegram: { apiRoot: process.env.BOT_API_URL } });
const blockedBy = new Set();
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const quoting = (ctx) => ({ reply_parameters: { message_id: ctx.msgId } });

const keyboard = (count) =>
  Markup.inlineKeyboard([
    [Markup.button.callback("Ещё", `more:${count}`)],
    [
      Markup.button.callback("Тост", "toast"),
      Markup.button.callback("Окно", "alert"),
      Markup.button.callback("То же", "same"),
    ],
  ]);

bot.start((ctx) =>
  ctx.replyWithHTML(
    `Здравствуйте, <b>${escape(ctx.from.first_name)}</b>! Пишет <i>@${ctx.me}</i>.`,
    keyboard(1),
  ),
);

bot.action(/^more:(\d+)$/, async (ctx) => {
  const count = Number(ctx.match[1]);
  await ctx.editMessageText(`Нажато: ${count}`, keyboard(count + 1));
  await ctx.answerCbQuery();
});
bot.action("toast", (ctx) => ctx.answerCbQuery("Сохранено"));
bot.action("alert", (ctx) => ctx.answerCbQuery("Внимание!", { show_alert: true }));
bot.action("same", async (ctx) => {
  try {
    await ctx.editMessageText(ctx.msg.text, { reply_markup: ctx.msg.reply_markup });
  } catch (error) {
    if (!(error instanceof TelegramError && error.code === 400)) throw error;
    await ctx.answerCbQuery(error.description.slice(0, 200));
  }
});

bot.command("markdown", (ctx) =>
  ctx.replyWithMarkdownV2("*Жирный* _курсив_ ||тайна|| [ссылка](https://example.com/) `a_b` \\(1\\.5\\)"),
);

bot.command("keyboard", (ctx) =>
  ctx.reply("Чай или кофе?", Markup.keyboard([["Чай", "Кофе"]]).resize().oneTime()),
);
bot.hears(["Чай", "Кофе"], (ctx) =>
  ctx.reply(`Выбрано: ${ctx.msg.text}`, { ...quoting(ctx), ...Markup.removeKeyboard() }),
);

bot.command("document", (ctx) => {
  const content = Buffer.from(Array.from({ length: 256 * 400 }, (_, i) => i % 256));
  return ctx.replyWithDocument(Input.fromBuffer(content, "отчёт 1.bin"), {
    caption: "Отчёт, <b>весь</b>",
    parse_mode: "HTML",
  });
});

bot.command("photo", async (ctx) => {
  const sent = await ctx.replyWithPhoto(Input.fromLocalFile(PICTURE), { caption: "Впервые" });
  await ctx.replyWithPhoto(Input.fromFileId(sent.photo.at(-1).file_id), { caption: "Ещё раз" });
});

bot.command("album", async (ctx) => {
  const sent = await ctx.replyWithMediaGroup([
    { type: "photo", media: Input.fromLocalFile(PICTURE), caption: "<i>Альбом</i>", parse_mode: "HTML" },
    { type: "photo", media: Input.fromLocalFile(PICTURE) },
  ]);
  await ctx.reply(`В альбоме: ${sent.length}`);
});

bot.command("tour", async (ctx) => {
  await ctx.sendChatAction("typing");
  await ctx.react("👍");
  await ctx.forwardMessage(ctx.chat.id);
  await ctx.copyMessage(ctx.chat.id);
  await ctx.replyWithLocation(55.75, 37.62);
  await ctx.replyWithVenue(55.75, 37.62, "Кремль", "Москва");
  await ctx.replyWithContact("+79990000000", "Иван");
  await ctx.replyWithPoll("Да?", ["Да", "Нет"]);
  await ctx.replyWithDice();
  const pinned = await ctx.reply("Главное");
  await ctx.pinChatMessage(pinned.message_id, { disable_notification: true });
  const extra = await ctx.reply("Лишнее");
  await ctx.deleteMessage(extra.message_id);
  await ctx.reply("Готово", quoting(ctx));
});

bot.command("chat", async (ctx) => {
  const chat = await ctx.getChat();
  const members = await ctx.getChatMembersCount();
  const author = await ctx.getChatMember(ctx.from.id);
  const administrators = await ctx.getChatAdministrators();
  await ctx.reply(
    `${chat.type} «${chat.title}»: ${members}, вы ${author.status}, правят ${administrators.length}`,
    quoting(ctx),
  );
});

bot.command("send", async (ctx) => {
  try {
    await ctx.telegram.sendMessage(Number(ctx.args[0]), "Привет");
    await ctx.reply("Отправлено");
  } catch (error) {
    if (!(error instanceof TelegramError && error.code === 403)) throw error;
    await ctx.reply(`Запрещено: ${error.description}`);
  }
});

bot.command("later", async (ctx) => {
  try {
    await ctx.reply("Позже");
  } catch (error) {
    if (!(error instanceof TelegramError && error.code === 429)) throw error;
    await sleep(error.parameters.retry_after * 1000);
    await ctx.reply("Позже");
  }
});

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

const received = async (ctx, fileId) => {
  const link = await ctx.telegram.getFileLink(fileId);
  const content = await (await fetch(link)).arrayBuffer();
  await ctx.reply(`sha256 ${createHash("sha256").update(Buffer.from(content)).digest("hex")}`, quoting(ctx));
};
bot.on(message("document"), (ctx) => received(ctx, ctx.message.document.file_id));
bot.on(message("photo"), (ctx) => received(ctx, ctx.message.photo.at(-1).file_id));

bot.on(message("location"), (ctx) => {
  const { latitude, longitude } = ctx.message.location;
  return ctx.reply(`Место: ${latitude.toFixed(2)} ${longitude.toFixed(2)}`);
});
bot.on(message("contact"), (ctx) =>
  ctx.reply(`Контакт: ${ctx.message.contact.phone_number} ${ctx.message.contact.first_name}`),
);

bot.catch((error, ctx) => console.error("update", ctx.update.update_id, "failed:", error));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => bot.stop(signal));

await bot.telegram.setMyCommands([
  { command: "start", description: "Начать" },
  { command: "help", description: "Помощь" },
]);
await bot.launch(() => console.log("polling as", bot.botInfo.username));
