// A message as Telegram shows it.
import { html } from "./html.js";
import { fullName } from "./store.js";
import { formatted } from "./entities.js";
import { media, money, summary } from "./media.js";
import { InlineKeyboard } from "./keyboards.js";
import { Avatar } from "./avatar.js";
import { Actions } from "./actions.js";

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });

export const elementId = (chat, id) => `m${chat}_${id}`;

function jump(chat, id) {
  const target = document.getElementById(elementId(chat, id));
  target?.scrollIntoView({ block: "center", behavior: "smooth" });
  target?.animate({ opacity: [0.3, 1] }, 700);
}

// A channel's post has nobody but the channel; who hides is the group.
const author = (message) => message.sender_chat?.title ?? fullName(message.from);

function Reply({ message, chat }) {
  return html`<button class="plain reply" onClick=${() => jump(chat, message.message_id)}>
    <b>${author(message)}</b><span>${summary(message)}</span></button>`;
}

function Reactions({ message }) {
  const people = Object.values(message.reactions_of_people ?? {}).flat();
  const shown = [...(message.reactions ?? []), ...people].map((one) => one.emoji ?? "★");
  if (!shown.length) return null;
  return html`<div class="reactions" aria-label="Реакции">${shown.map((emoji) => html`<span>${emoji}</span>`)}</div>`;
}

const SERVICE = {
  new_chat_members: (users) => `В группе теперь ${users.map(fullName).join(", ")}`,
  left_chat_member: (user) => `${fullName(user)} больше не в группе`,
  pinned_message: (message) => `Закреплено: ${summary(message)}`,
  new_chat_title: (title) => `Группа теперь называется «${title}»`,
  group_chat_created: () => "Группа создана",
  supergroup_chat_created: () => "Группа создана",
  migrate_to_chat_id: () => "Группа стала супергруппой",
  forum_topic_created: (topic) => `Открыта тема «${topic.name}»`,
  forum_topic_edited: (topic) => (topic.name ? `Тема теперь называется «${topic.name}»` : "У темы другой значок"),
  forum_topic_closed: () => "Тема закрыта",
  forum_topic_reopened: () => "Тема снова открыта",
  general_forum_topic_hidden: () => "Общая тема скрыта",
  general_forum_topic_unhidden: () => "Общая тема снова видна",
  users_shared: ({ users }) => `Передано людей: ${users.length}`,
  chat_shared: (chat) => `Передан чат ${chat.title ?? chat.chat_id}`,
  web_app_data: ({ button_text: text }) => `Данные из «${text}» переданы боту`,
  successful_payment: (paid) => `Оплачено ${money(paid.total_amount, paid.currency)}`,
  refunded_payment: (paid) => `Возвращено ${money(paid.total_amount, paid.currency)}`,
  migrate_from_chat_id: () => "Супергруппа продолжает группу",
};

export function service(message) {
  const kind = Object.keys(SERVICE).find((field) => message[field]);
  return kind && SERVICE[kind](message[kind]);
}

// One message, or the messages of an album.
export function Bubble({ messages, me }) {
  const [first] = messages;
  const chat = first.chat.id;
  const mine = first.from?.id === me;
  const said = messages.find((message) => message.text ?? message.caption) ?? first;
  const last = messages.at(-1);
  const inGroup = chat < 0 && !mine;
  const shows = messages.map(media).filter(Boolean);
  return html`<article id=${elementId(chat, first.message_id)} class=${"bubble" + (mine ? " mine" : "")}
      aria-label=${`${author(first)}, ${clock(first.date)}`}>
    ${inGroup && html`<${Avatar} id=${first.sender_chat?.id ?? first.from?.id} name=${author(first)} />`}
    <div class="body">
      ${inGroup && html`<b class="author">${author(first)}${first.author_signature && html` <small>${first.author_signature}</small>`}</b>`}
      ${first.forward_origin && html`<small class="forwarded">Переслано</small>`}
      ${first.via_bot && html`<small class="forwarded">через @${first.via_bot.username}</small>`}
      ${first.reply_to_message && html`<${Reply} message=${first.reply_to_message} chat=${chat} />`}
      ${shows.length > 1 ? html`<div class="album">${shows}</div>` : shows}
      <div class="text">${formatted(said.text ?? said.caption, said.entities ?? said.caption_entities)}</div>
      <footer>
        <${Reactions} message=${first} />
        <small>${messages.some((m) => m.edit_date) && html`<span class="edited">изменено</span>`} ${clock(last.date)}</small>
      </footer>
    </div>
    <${Actions} message=${first} />
    <${InlineKeyboard} message=${last} />
  </article>`;
}
