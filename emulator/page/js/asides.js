// What the bot and one member of a group say to each other there and nobody else sees. It is not among the events: it is asked for.
import { asker } from "./asking.js";
import { control } from "./control.js";
import { changed, store } from "./store.js";

const place = () => `${store.me}:${store.chat}`;

export const refreshAsides = asker(async () => {
  const asked = place();
  const messages = store.chat < 0 ? await control("ephemeral?" + new URLSearchParams({ user: store.me, chat: store.chat })) : [];
  store.asides = { place: asked, messages };
  changed();
});

export const isAside = (message) => message.ephemeral_message_id !== undefined;

// The messages of the chat with those, where they were said or in the place of what they replace.
export function withAsides(messages) {
  const { place: where, messages: asides } = store.asides;
  if (where !== place() || !asides.length) return messages;
  const replaced = new Set(asides.map(({ replaces }) => replaces));
  const rest = asides.filter(({ replaces }) => replaces === undefined);
  const shown = messages.map((one) => (replaced.has(one.message_id) ? asides.find(({ replaces }) => replaces === one.message_id) : one));
  return [...shown, ...rest].toSorted((a, b) => a.date - b.date);
}
