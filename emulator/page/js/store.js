// What the page knows: the world as the events tell it, and what this tab shows of it.
import { useLayoutEffect, useState } from "./html.js";

export const store = {
  online: false,
  ready: false,
  world: { users: [], groups: [], commands: [], faults: [], pinned: {}, bot: null },
  // chat id -> message id -> message
  chats: new Map(),
  // Updates and calls, oldest first.
  log: [],
  // The parameters of answered callback queries, by id.
  answers: new Map(),
  // chat id -> {action, until}
  actions: new Map(),
  // Who one is, where, and up to which message each chat is read.
  me: null,
  chat: null,
  read: new Map(),
  // For a narrow screen: people, chat or inspector.
  pane: "people",
  inspector: localStorage.getItem("inspector") !== "closed" && innerWidth >= 1100,
  toasts: [],
  alert: null,
  dialog: null,
  // What one writes an answer to, or edits: {kind, chat, message}.
  draft: null,
  // What a button puts into the field: {chat, text}.
  typed: null,
};

const listeners = new Set();
let scheduled = null;

// Events come in bursts: one drawing for all of them.
export function changed() {
  scheduled ??= setTimeout(() => {
    scheduled = null;
    for (const listener of listeners) listener();
  }, 10);
}

export function useStore() {
  const [, redraw] = useState(0);
  // At once, not after the first paint: the world may be told before it.
  useLayoutEffect(() => {
    const listener = () => redraw((count) => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return store;
}

export const person = (id) => store.world.users.find((user) => user.id === id);
export const group = (id) => store.world.groups.find((one) => one.id === id);
export const fullName = (user) => [user?.first_name, user?.last_name].filter(Boolean).join(" ");
export const chatName = (id) => group(id)?.title ?? fullName(person(id));
export const messagesOf = (id) => [...(store.chats.get(id)?.values() ?? [])];
export const isMine = (message) => message.from?.id === store.me;
export const isBots = (message) => message.from?.id === store.world.bot?.id;

export function unread(id) {
  const read = store.read.get(id) ?? 0;
  return messagesOf(id).filter((message) => message.message_id > read && isBots(message)).length;
}

export function markRead(id) {
  const last = messagesOf(id).at(-1)?.message_id;
  if (last === undefined || store.read.get(id) === last) return;
  store.read.set(id, last);
  changed();
}

// Who one is must be in the group one looks at; a group just made may not be known yet.
export function settle() {
  const members = group(store.chat)?.members ?? [];
  if (members.length && !members.includes(store.me)) store.me = members[0];
}

// Chooses a person's own chat, or a group, which one enters as the person one is (or its first member).
export function open(id, pane = "chat") {
  store.chat = id;
  store.pane = pane;
  if (id > 0) store.me = id;
  settle();
  sessionStorage.setItem("place", JSON.stringify([store.me, store.chat]));
  markRead(id);
  changed();
}

export function become(id) {
  store.me = id;
  changed();
}

export function show(pane) {
  store.pane = pane;
  changed();
}

export function toggleInspector(opened = !store.inspector) {
  store.inspector = opened;
  store.pane = opened ? "inspector" : "chat";
  localStorage.setItem("inspector", opened ? "open" : "closed");
  changed();
}

export function toast(text, link) {
  const shown = { text, link };
  store.toasts.push(shown);
  changed();
  setTimeout(() => {
    store.toasts = store.toasts.filter((other) => other !== shown);
    changed();
  }, 5000);
}

// Runs something that may be refused; says why it was.
export const attempt = (action) => async (...given) => {
  try {
    return await action(...given);
  } catch (error) {
    toast(error.message);
  }
};
