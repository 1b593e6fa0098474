// What the bot's calls tell beyond messages: chat actions, answers to presses, pinned messages, reactions.
import { changed, store } from "./store.js";

// Parameters of forms are text.
const parsed = (value) => {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const learners = {
  sendChatAction({ chat_id, action }, call) {
    const until = call.at_ms + 5000;
    if (until <= Date.now() || action === "cancel") return;
    store.actions.set(Number(chat_id), { action, until });
    setTimeout(changed, until - Date.now() + 20);
  },
  answerCallbackQuery(params) {
    const id = String(params.callback_query_id);
    if (!store.answers.has(id)) store.answers.set(id, params);
  },
  setMessageReaction({ chat_id, message_id, reaction }) {
    const emoji = (parsed(reaction) ?? []).map((one) => one.emoji ?? "★");
    store.reactions.set(`${chat_id}:${message_id}`, emoji);
  },
  pinChatMessage({ chat_id, message_id }) {
    const pinned = store.pinned.get(Number(chat_id)) ?? [];
    store.pinned.set(Number(chat_id), [...pinned.filter((id) => id !== Number(message_id)), Number(message_id)]);
  },
  unpinChatMessage({ chat_id, message_id }) {
    const pinned = store.pinned.get(Number(chat_id)) ?? [];
    const gone = message_id === undefined ? pinned.at(-1) : Number(message_id);
    store.pinned.set(Number(chat_id), pinned.filter((id) => id !== gone));
  },
  unpinAllChatMessages({ chat_id }) {
    store.pinned.delete(Number(chat_id));
  },
};

export function learn(call) {
  if (call.status === 200 && Object.hasOwn(learners, call.method)) learners[call.method](call.params ?? {}, call);
}

const ACTIONS = {
  typing: "печатает",
  upload_photo: "отправляет фото",
  upload_video: "отправляет видео",
  record_video: "записывает видео",
  record_voice: "записывает голосовое",
  upload_voice: "отправляет голосовое",
  upload_document: "отправляет файл",
  choose_sticker: "выбирает стикер",
  find_location: "ищет место",
};

// What the bot is doing in a chat now, in words.
export function action(chat) {
  const shown = store.actions.get(chat);
  return shown && shown.until > Date.now() ? (ACTIONS[shown.action] ?? "что-то отправляет") + "…" : null;
}
