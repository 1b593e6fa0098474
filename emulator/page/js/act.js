// What the person does.
import { isAside } from "./asides.js";
import { control } from "./control.js";
import { refreshStreams } from "./streams.js";
import { attempt, changed, store, toast } from "./store.js";
import { topic } from "./topics.js";
import { t } from "./words.js";

const PATIENCE = 30_000;
// Buttons that wait for their answer.
export const pressing = new Set();

// What is written answers a message, or takes the place of one, if that was asked for.
function say(text) {
  const { kind, chat, message } = store.draft ?? {};
  const place = { user: store.me, chat: store.chat };
  const manner = { ...(topic() && { thread: topic() }), ...(store.speaker && { as: store.speaker }) };
  if (chat !== store.chat) return control("say", { ...place, ...manner, text });
  store.draft = null;
  changed();
  if (isAside(message)) return control("say", { ...place, reply_to_ephemeral: message.ephemeral_message_id, text });
  if (kind === "edit") return control("edit", { ...place, message_id: message.message_id, text });
  return control("say", { ...place, reply_to: message.message_id, text });
}

// Where all else than text goes, and what it answers if that was asked for. An album answers nothing.
function place(count = 1) {
  const { kind, chat, message } = store.draft ?? {};
  const answers = kind === "reply" && chat === store.chat && count === 1;
  if (answers) store.draft = null;
  return {
    user: store.me, chat: store.chat, ...(topic() && { thread: topic() }), ...(answers && { reply_to: message.message_id }),
  };
}

const at = ({ message_id, chat }) => ({ user: store.me, chat: chat.id, message_id });

export const act = {
  say: attempt(say),
  start: attempt((payload = "") => control("say", { user: store.me, text: `/start ${payload}`.trim() })),
  block: attempt(() => control("block", { user: store.me })),
  unblock: attempt(() => control("unblock", { user: store.me })),
  stop: attempt(async () => {
    await control("drafts/stop", { user: store.me });
    refreshStreams();
  }),

  // Several files go as an album. Tells whether they went.
  send: attempt(async (files, kind, caption) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(place(files.length))) form.set(name, value);
    if (caption) form.set("caption", caption);
    files.forEach((file, index) => form.set(kind + (index + 1), file));
    await control("send", form);
    return true;
  }),
  share: attempt((what) => control("send", { ...place(), ...what })),
  remove: attempt((message) => control("delete", at(message))),
  react: attempt((message, emoji) => control("react", { ...at(message), emoji })),
  forward: attempt(({ message_id, chat }, to) => control("forward", { user: store.me, from_chat: chat.id, message_id, chat: to })),

  press: attempt((message, data, key) => waiting(key, async () => {
    const { message_id, chat } = message;
    // One that is said aside has no number: its button is the newest with the data.
    const given = { user: store.me, chat: chat.id, ...(message_id && { message_id }), data, timeout_ms: 0 };
    const { id } = await control("press", given);
    shown(await answered(id));
  })),

  shareBy: attempt((what) => control("share", { user: store.me, ...what })),

  tasks: attempt((message, what) => control("tasks", { ...at(message), ...what })),
  vote: attempt((message, options) => control("vote", { ...at(message), options: JSON.stringify(options) })),
  choose: attempt((id, result) => control("inline/choose", { user: store.me, chat: store.chat, id, result_id: result })),

  // For a message, or by a link, with what the emulator makes up of the payer.
  // Tells how it ended.
  pay: attempt((what, key) => waiting(key, async () => {
    const { id } = await control("pay", { user: store.me, ...what });
    if (!id) return "paid";
    const { end, error } = await control("checkouts?" + new URLSearchParams({ id, timeout_ms: PATIENCE }));
    if (end === "refused") toast(t("Бот отказал: {}", error));
    if (end === "expired") toast(t("Бот не ответил за 10 секунд"));
    return end === "paid" ? "paid" : "failed";
  })),
};

// A button waits for what it began, and is not pressed again meanwhile.
async function waiting(key, action) {
  if (pressing.has(key)) return undefined;
  pressing.add(key);
  changed();
  try {
    return await action();
  } finally {
    pressing.delete(key);
    changed();
  }
}

// The answer comes as the bot's call; Telegram's apps do not wait for ever either.
function answered(id) {
  const end = Date.now() + PATIENCE;
  return new Promise((resolve) => {
    const look = () => {
      if (store.answers.has(id) || Date.now() > end) resolve(store.answers.get(id));
      else setTimeout(look, 30);
    };
    look();
  });
}

function shown(answer) {
  if (!answer) return;
  const { text, url } = answer;
  if (String(answer.show_alert) === "true" && text) {
    store.alert = String(text);
    changed();
  } else if (text || url) {
    toast(String(text ?? t("Бот предлагает открыть ссылку")), url);
  }
}
