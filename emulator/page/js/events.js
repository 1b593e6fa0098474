// Follows /control/events: each connection begins with all there is, so that nothing is missed however it ended before.
import { isAside, refreshAsides } from "./asides.js";
import { refreshConnections } from "./business.js";
import { learn } from "./calls.js";
import { base } from "./control.js";
import { changed, markRead, open, settle, store } from "./store.js";
import { refreshStreams } from "./streams.js";
import { isBots, isOwner, lastOf } from "./world.js";

const LOG_LIMIT = 1000;
let source = null;
let snapshot = null;
let place = "";
let hidden = null;

const on = {
  hello({ goes_on }) {
    snapshot = new Map();
    store.online = true;
    if (goes_on) return;
    store.log = [];
    store.waiting.clear();
  },
  world(world) {
    store.world = world;
    look();
    settle();
  },
  user(user) {
    put(store.world.users, user);
  },
  group(group) {
    put(store.world.groups, group);
    settle();
  },
  queue(queue) {
    Object.assign(store.world, queue);
    look();
  },
  message({ chat_id, message }) {
    const chats = snapshot ?? store.chats;
    if (!chats.has(chat_id)) chats.set(chat_id, new Map());
    const chat = chats.get(chat_id);
    const isNew = !chat.has(message.message_id);
    chat.set(message.message_id, message);
    if (snapshot || !isNew) return;
    if (isBots(message)) {
      store.actions.delete(chat_id);
      if (store.streams.has(chat_id)) refreshStreams();
    }
    if (chat_id === store.chat && !document.hidden) markRead(chat_id);
  },
  gone({ chat_id, message_ids }) {
    const chat = (snapshot ?? store.chats).get(chat_id);
    for (const id of message_ids) chat?.delete(id);
  },
  ready() {
    store.chats = snapshot;
    snapshot = null;
    if (!store.ready) {
      store.ready = true;
      for (const id of store.chats.keys()) store.read.set(id, lastOf(id)?.message_id ?? 0);
    }
    enter();
    refreshStreams();
    refreshConnections();
  },
  update(entry) {
    remember({ ...entry, kind: "update", key: "u" + place });
    heed(entry.update);
  },
  call(entry) {
    learn(entry);
    remember({ ...entry, kind: "call", key: "c" + entry.seq });
  },
};

// Whether the bot has taken an update: confirmed it, or answered its webhook.
const taken = (id) => (store.world.webhook ? store.world.pending_updates === 0 : id < (store.world.confirmed_offset ?? 0));

function look() {
  for (const [place, id] of store.waiting) if (taken(id)) store.waiting.delete(place);
}

// What people said waits until the bot takes its update.
function heed(update) {
  const message = update?.message ?? update?.channel_post ?? update?.business_message;
  if (update?.business_connection) refreshConnections();
  if (message && isAside(message)) refreshAsides();
  if (message?.message_id && !taken(update.update_id)) store.waiting.set(`${message.chat.id}:${message.message_id}`, update.update_id);
}

// Puts one in the place of its former self, or at the end.
function put(list, one) {
  const index = list.findIndex(({ id }) => id === one.id);
  if (index >= 0) list[index] = one;
  else list.push(one);
}

// A call comes twice: when it begins and when it is answered.
function remember(entry) {
  const index = entry.kind === "call" ? store.log.findLastIndex((other) => other.key === entry.key) : -1;
  if (index >= 0) store.log[index] = entry;
  else store.log.push(entry);
  if (store.log.length > LOG_LIMIT) store.log.splice(0, store.log.length - LOG_LIMIT);
}

// Where this tab was, else with the first person.
function enter() {
  const known = (id) => !isOwner(id) && [...store.world.users, ...store.world.groups].some((one) => one.id === id);
  if (known(store.chat)) return;
  const [me, chat] = JSON.parse(sessionStorage.getItem("place") ?? "[]");
  if (known(me)) store.me = me;
  const first = known(chat) ? chat : store.world.users.find(({ id }) => !isOwner(id))?.id;
  if (first !== undefined) open(first, "people");
}

function connect() {
  source?.close();
  source = new EventSource(base + "events?after=" + place);
  for (const [kind, handle] of Object.entries(on)) {
    source.addEventListener(kind, (event) => {
      place = event.lastEventId || place;
      handle(JSON.parse(event.data));
      changed();
    });
  }
  source.onerror = () => {
    store.online = false;
    snapshot = null;
    changed();
    // It tries again by itself unless the answer was no stream at all.
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  };
}

// Browsers open six connections to one server at most: a tab that nobody sees gives its own back.
function rest() {
  clearTimeout(hidden);
  if (document.hidden) {
    hidden = setTimeout(() => {
      source?.close();
      source = null;
    }, 15_000);
  } else {
    if (!source) connect();
    if (store.chat !== null) markRead(store.chat);
  }
}

export function follow() {
  connect();
  document.addEventListener("visibilitychange", rest);
}
