// What the person does.
import { control } from "./control.js";
import { attempt, changed, store, toast } from "./store.js";

const PATIENCE = 30_000;
// Buttons that wait for their answer.
export const pressing = new Set();

const say = (text) => control("say", { user: store.me, chat: store.chat, text });

export const act = {
  say: attempt(say),
  start: attempt((payload = "") => control("say", { user: store.me, text: `/start ${payload}`.trim() })),
  block: attempt(() => control("block", { user: store.me })),
  unblock: attempt(() => control("unblock", { user: store.me })),

  send: attempt((kind, file, caption) => {
    const form = new FormData();
    form.set("user", store.me);
    form.set("chat", store.chat);
    if (caption) form.set("caption", caption);
    form.set(kind, file);
    return control("send", form);
  }),

  press: attempt(async (message, data, key) => {
    if (pressing.has(key)) return;
    pressing.add(key);
    changed();
    try {
      const { message_id, chat } = message;
      const given = { user: store.me, chat: chat.id, message_id, data, timeout_ms: 0 };
      const { id } = await control("press", given);
      shown(await answered(id));
    } finally {
      pressing.delete(key);
      changed();
    }
  }),
};

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
    toast(String(text ?? "Бот предлагает открыть ссылку"), url);
  }
}
