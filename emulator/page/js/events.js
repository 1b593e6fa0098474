// Follows /control/events: each connection begins with all there is, so that nothing is missed however it ended before.
import { changed, isBots, markRead, messagesOf, open, settle, store } from "./store.js";
import { learn } from "./calls.js";
import { base } from "./control.js";

const LOG_LIMIT = 1000;
let source = null;
let snapshot = null;
let place = "";
let hidden = null;

const on = {
  hello({ goes_on }) {
    snapshot = new Map();
    store.online = true;
    if (!goes_on) store.log = [];
  },
  world(world) {
    store.world = world;
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
  },
  message({ chat_id, message }) {
    const chats = snapshot ?? store.chats;
    if (!chats.has(chat_id)) chats.set(chat_id, new Map());
    const chat = chats.get(chat_id);
    const isNew = !chat.has(message.message_id);
    chat.set(message.message_id, message);
    if (snapshot || !isNew) return;
    if (isBots(message)) store.actions.delete(chat_id);
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
      for (const id of store.chats.keys()) store.read.set(id, messagesOf(id).at(-1)?.message_id ?? 0);
    }
    enter();
  },
  update(entry) {
    remember({ ...entry, kind: "update", key: "u" + place });
  },
  call(entry) {
    learn(entry);
    remember({ ...entry, kind: "call", key: "c" + entry.seq });
  },
};

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
  const known = (id) => [...store.world.users, ...store.world.groups].some((one) => one.id === id);
  if (known(store.chat)) return;
  const [me, chat] = JSON.parse(sessionStorage.getItem("place") ?? "[]");
  if (known(me)) store.me = me;
  const first = known(chat) ? chat : store.world.users[0]?.id;
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
