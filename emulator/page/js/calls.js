// What the bot's calls tell beyond messages: chat actions, and answers to presses.
import { refreshAsides } from "./asides.js";
import { changed, store } from "./store.js";
import { refreshStreams } from "./streams.js";
import { t } from "./words.js";

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
  sendMessageDraft: () => refreshStreams(),
};

export function learn(call) {
  if (call.status !== 200) return;
  if (call.method.includes("Ephemeral") || call.params?.ephemeral_message_parameters) refreshAsides();
  if (Object.hasOwn(learners, call.method)) learners[call.method](call.params ?? {}, call);
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
  return shown && shown.until > Date.now() ? t(ACTIONS[shown.action] ?? "что-то отправляет") + "…" : null;
}
