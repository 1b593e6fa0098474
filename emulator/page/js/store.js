// What the page knows: the world as the events tell it, and what this tab shows of it.
import { useLayoutEffect, useState } from "./html.js";
import { group, lastOf } from "./world.js";

export const store = {
  online: false,
  ready: false,
  world: { users: [], groups: [], commands: [], faults: [], pinned: {}, bot: null, menu_buttons: {} },
  // chat id -> message id -> message
  chats: new Map(),
  // Updates and calls, oldest first.
  log: [],
  // The parameters of answered callback queries, by id.
  answers: new Map(),
  // chat id -> {action, until}
  actions: new Map(),
  // chat id -> what the bot streams: {text, entities, can_stop}
  streams: new Map(),
  // "chat:message" -> the number of its update, which the bot has not taken yet
  waiting: new Map(),
  // Who one is, as which chat one speaks, where, and up to which message each chat is read.
  me: null,
  speaker: null,
  chat: null,
  read: new Map(),
  // The business accounts to which the bot is connected, and what one is told aside in the chat one looks at.
  connections: [],
  asides: { place: "", messages: [] },
  // chat id -> the topic one looks at
  topics: new Map(),
  // A group was opened, and it is not known yet as whom.
  unsettled: false,
  // For a narrow screen: people, chat or inspector.
  pane: "people",
  inspector: localStorage.getItem("inspector") !== "closed" && innerWidth >= 1100,
  toasts: [],
  alert: null,
  // The window that is open: its kind, and what it is about.
  dialog: null,
  about: null,
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

export function dialog(kind, about = null) {
  store.dialog = kind;
  store.about = about;
  changed();
}

export function markRead(id) {
  const last = lastOf(id)?.message_id;
  if (last === undefined || store.read.get(id) === last) return;
  store.read.set(id, last);
  changed();
}

// Who one is should be in the group one opened; a group just made may not be known yet.
export function settle() {
  const one = group(store.chat);
  // Anybody may write to a channel.
  const members = one?.direct && one.type !== "channel" ? [] : (one?.members ?? []);
  if (!store.unsettled || !members.length) return;
  store.unsettled = false;
  if (!members.includes(store.me)) store.me = members[0];
}

// Chooses a person's own chat, or a group, which one enters as the person one is (or its first member).
export function open(id, pane = "chat") {
  store.chat = id;
  store.pane = pane;
  store.speaker = null;
  store.unsettled = id < 0;
  if (id > 0) store.me = id;
  settle();
  sessionStorage.setItem("place", JSON.stringify([store.me, store.chat]));
  markRead(id);
  changed();
}

// One is somebody else, or speaks as a chat.
export function become(id, speaker = null) {
  store.me = id;
  store.speaker = speaker;
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

// Runs something that may be refused; says why it was, and gives nothing then.
export const attempt = (action) => async (...given) => {
  try {
    return await action(...given);
  } catch (error) {
    toast(error.message);
  }
};
