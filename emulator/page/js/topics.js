// The topics of a forum, or of a channel's direct messages: a bar of them above the messages, and what one can do with the one that is chosen.
import { html } from "./html.js";
import { control } from "./control.js";
import { answersDirectly, channelOf, directTopicOf, writers } from "./direct.js";
import { attempt, changed, dialog, store } from "./store.js";
import { group, isAdministrator } from "./world.js";
import { t } from "./words.js";

// That of a message which is in no other.
const GENERAL = 1;

const topicsOf = (chat) => group(chat)?.topics ?? null;
const threadOf = (message) => directTopicOf(message) ?? (message.is_topic_message ? message.message_thread_id : GENERAL);

// The thread one looks at and writes to; null for all. Who writes to a channel has but their own.
export function topic() {
  const isDirect = channelOf(store.chat) !== null;
  if (isDirect && !answersDirectly(store.chat)) return store.me;
  return isDirect || topicsOf(store.chat) ? (store.topics.get(store.chat) ?? null) : null;
}

export function inTopic(messages) {
  const thread = topic();
  return thread === null ? messages : messages.filter((message) => threadOf(message) === thread);
}

function choose(thread) {
  store.topics.set(store.chat, thread);
  changed();
}

const place = (thread) => ({ user: store.me, group: store.chat, thread });

export const openTopic = attempt(async (name) => {
  const { thread } = await control("topics", { user: store.me, group: store.chat, name });
  choose(thread);
});

export const renameTopic = attempt((thread, name) => control("topics/change", { ...place(thread), name }));

const change = attempt((thread, what) => control("topics/change", { ...place(thread), ...what }));

const remove = attempt(async (thread) => {
  await control("topics/change", { ...place(thread), deleted: true });
  choose(null);
});

function Changes({ thread, shown }) {
  const { is_closed: closed, is_hidden: hidden, name } = shown;
  const offered = [
    [t("Переименовать…"), () => dialog("topic", { thread, name })],
    [closed ? t("Открыть снова") : t("Закрыть"), () => change(thread, { closed: !closed })],
    thread === GENERAL
      ? [hidden ? t("Показать") : t("Скрыть"), () => change(thread, { hidden: !hidden })]
      : [t("Удалить"), () => remove(thread)],
  ];
  const chosen = (event) => {
    offered[event.target.value]?.[1]();
    event.target.value = "";
  };
  return html`<select aria-label=${t("Что сделать с темой")} value="" onChange=${chosen}>
    <option value="">…</option>${offered.map(([name], index) => html`<option value=${index}>${name}</option>`)}</select>`;
}

export function Topics() {
  const isDirect = channelOf(store.chat) !== null;
  if (isDirect && !answersDirectly(store.chat)) return null;
  const known = isDirect ? writers(store.chat) : topicsOf(store.chat);
  if (!known) return null;
  const all = isDirect ? known : { [GENERAL]: { name: t("Общая") }, ...known };
  const current = topic();
  const entries = [[null, { name: t("Все темы") }], ...Object.entries(all).map(([thread, one]) => [Number(thread), one])];
  return html`<nav class="topics" aria-label=${t("Темы")}>
    <div class="chips">${entries.map(([thread, { name, is_closed: closed, is_hidden: hidden }]) => html`<button
        aria-pressed=${thread === current} class=${closed ? "closed" : ""} title=${closed ? t("Тема закрыта") : undefined}
        onClick=${() => choose(thread)}>${thread !== null && !isDirect && "# "}${name}${hidden && ` (${t("скрыта")})`}</button>`)}
      ${!isDirect && html`<button aria-label=${t("Новая тема")} onClick=${() => dialog("topic")}>+</button>`}</div>
    ${!isDirect && current !== null && isAdministrator(group(store.chat)) && html`<${Changes} thread=${current} shown=${all[current] ?? {}} />`}
  </nav>`;
}
