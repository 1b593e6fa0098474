// Questions about the world that the page knows: who and what is there, in which order, and what one may do.
import { account } from "./control.js";
import { store } from "./store.js";

export const person = (id) => store.world.users.find((user) => user.id === id);
export const group = (id) => store.world.groups.find((one) => one.id === id);
export const fullName = (user) => [user?.first_name, user?.last_name].filter(Boolean).join(" ");
export const chatName = (id) => group(id)?.title ?? fullName(person(id));
export const messagesOf = (id) => [...(store.chats.get(id)?.values() ?? [])];
export const isMine = (message) => message.from?.id === store.me;
export const isBots = (message) => message.from?.id === store.world.bot?.id;
export const isAdministrator = (one, id = store.me) => one.administrators.includes(id);

// The connection in whose account's chats one is; the owner's are with others.
export const connection = () => (account ? store.connections.find(({ id }) => id === account) : undefined);
export const isOwner = (id) => connection()?.user.id === id;

const lasts = new WeakMap();

// The newest message of a chat. Messages come in order, and are read far more often than they come.
export function lastOf(id) {
  const chat = store.chats.get(id);
  if (!chat) return undefined;
  const known = lasts.get(chat);
  if (known?.size === chat.size && chat.get(known.id) === known.message) return known.message;
  let message;
  for (message of chat.values());
  lasts.set(chat, { size: chat.size, id: message?.message_id, message });
  return message;
}

export function unread(id) {
  const read = store.read.get(id) ?? 0;
  if ((lastOf(id)?.message_id ?? 0) <= read) return 0;
  return messagesOf(id).filter((message) => message.message_id > read && isBots(message)).length;
}

const date = ({ id }) => lastOf(id)?.date ?? 0;
const newestFirst = (chats) => chats.toSorted((a, b) => date(b) - date(a));

// As the list shows them: where something was said last is above.
export const people = () => newestFirst(store.world.users.filter(({ id }) => !isOwner(id)));
// An account has private chats only.
export const groups = () => (account ? [] : newestFirst(store.world.groups));
export const chatIds = () => [...people(), ...groups()].map(({ id }) => id);

// What keeps a person from writing here: "outside", "reader" or "muted"; null when nothing does.
export function silenced(one, id = store.me) {
  if (one.type !== "channel" && one.direct) return null;
  if (one.type === "channel") return isAdministrator(one, id) ? null : one.members.includes(id) ? "reader" : "outside";
  if (!one.members.includes(id)) return "outside";
  const standing = one.standings?.[id];
  return standing?.status === "restricted" && standing.can_send_messages !== true ? "muted" : null;
}
