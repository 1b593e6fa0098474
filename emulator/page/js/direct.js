// Direct messages of a channel: a chat of their own with a topic for each writer, who sees no other.
import { html } from "./html.js";
import { control } from "./control.js";
import { attempt, open, store } from "./store.js";
import { fullName, group, isAdministrator, messagesOf, person } from "./world.js";
import { t } from "./words.js";

// The channel whose direct messages a chat has, if it has any.
export function channelOf(chat) {
  const one = group(chat);
  return one?.direct && one.type !== "channel" ? group(one.direct) : null;
}

// Whoever runs the channel sees all topics.
export const answersDirectly = (chat) => isAdministrator(channelOf(chat) ?? { administrators: [] });

export const directTopicOf = (message) => message.direct_messages_topic?.topic_id ?? null;

// Those who have written, by their topics.
export function writers(chat) {
  const topics = new Set(messagesOf(chat).map(directTopicOf).filter((id) => id !== null));
  return Object.fromEntries([...topics].map((id) => [id, { name: fullName(person(id)) || String(id) }]));
}

export const enable = attempt(async (channel) => {
  const { id } = await control("groups/direct", { group: channel });
  open(id);
});

// Leads from the channel to its direct messages.
export function WriteButton({ channel }) {
  if (!channel.direct) return null;
  const label = isAdministrator(channel) ? t("Личные сообщения канала") : t("Написать каналу");
  return html`<button class="plain link direct" onClick=${() => open(channel.direct)}>${label}</button>`;
}
