// The chat in the middle: its head, the messages, and what stands below them.
import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { refreshAsides, withAsides } from "./asides.js";
import { Bubble, jump } from "./bubble.js";
import { action } from "./calls.js";
import { Composer } from "./composer.js";
import { dayName, dayOf } from "./dates.js";
import { channelOf } from "./direct.js";
import { ChatHead } from "./head.js";
import { Icon } from "./icons.js";
import { summary } from "./media.js";
import { service } from "./service.js";
import { markRead, store } from "./store.js";
import { Stream } from "./streams.js";
import { inTopic, topic, Topics } from "./topics.js";
import { group, isBots, messagesOf } from "./world.js";
import { t } from "./words.js";

// Messages side by side of one album become one.
function albums(messages) {
  const found = [];
  for (const message of messages) {
    const previous = found.at(-1);
    const album = message.media_group_id;
    if (album !== undefined && previous?.[0].media_group_id === album) previous.push(message);
    else found.push([message]);
  }
  return found;
}

function Pinned({ messages }) {
  const pinned = store.world.pinned[store.chat] ?? [];
  const message = pinned.map((id) => messages.find((one) => one.message_id === id)).findLast(Boolean);
  if (!message) return null;
  return html`<button class="plain pinned" onClick=${() => jump(store.chat, message.message_id)}><b>${t("Закреплено")}</b><span>${summary(message)}</span></button>`;
}

const keyOf = (message) => message.message_id || "e" + message.ephemeral_message_id;

// Service messages, bubbles, and the days that begin between them, in one list: so each is told by its key, and stays what it is
// (plays, is open, has the focus) when one before it goes.
function Items({ messages }) {
  let day = null;
  return albums(messages).flatMap((some) => {
    const [first] = some;
    const isNew = day !== dayOf(first.date);
    day = dayOf(first.date);
    const told = service(first);
    return html`${isNew && html`<p class="service day" key=${"d" + keyOf(first)}>${dayName(first.date)}</p>`}
      ${told
        ? html`<p class="service" key=${keyOf(first)}>${told}</p>`
        : html`<${Bubble} key=${keyOf(first)} messages=${some} me=${store.me} />`}`;
  });
}

function Messages({ messages }) {
  const list = useRef(null);
  const asides = withAsides(messages).length - messages.length;
  useEffect(() => {
    refreshAsides();
  }, [store.me, store.chat]);
  const bottom = useRef(true);
  const [below, setBelow] = useState(false);
  const last = messages.at(-1)?.message_id;
  useEffect(() => {
    bottom.current = true;
  }, [store.chat]);
  useLayoutEffect(() => {
    const { current } = list;
    const isOwn = messages.length > 0 && !isBots(messages.at(-1));
    if (bottom.current || isOwn) current.scrollTop = current.scrollHeight;
  }, [store.chat, store.pane, topic(), last, messages.length, asides, JSON.stringify(messages.at(-1)?.reply_markup), store.streams.get(store.chat)?.text]);
  const scrolled = ({ currentTarget: at }) => {
    bottom.current = at.scrollHeight - at.scrollTop - at.clientHeight < 60;
    setBelow(!bottom.current);
  };
  // Pictures grow when they are there.
  const loaded = ({ currentTarget: at }) => {
    if (bottom.current) at.scrollTop = at.scrollHeight;
  };
  const down = () => {
    list.current.scrollTop = list.current.scrollHeight;
  };
  return html`<div class="messages" ref=${list} onScroll=${scrolled} onLoadCapture=${loaded} role="log" aria-label=${t("Сообщения")} tabindex="0">
      ${messages.length === 0 && html`<p class="empty">${t("Здесь пока ничего нет")}</p>`}
      <${Items} messages=${withAsides(messages)} />
      <${Stream} />
    </div>
    ${below && html`<button class="down" aria-label=${t("К последнему сообщению")} onClick=${down}><${Icon} name="down" /></button>`}`;
}

export function Chat() {
  const messages = messagesOf(store.chat);
  useEffect(() => {
    if (!document.hidden) markRead(store.chat);
  });
  if (store.chat === null) {
    return html`<main class="chat"><p class="empty">${t("Добавьте человека, чтобы поговорить с ботом")}</p></main>`;
  }
  const shown = inTopic(messages);
  const doing = action(store.chat);
  const who = group(store.chat) ? t("Бот") + " " : "";
  return html`<main class="chat" aria-label=${t("Чат")}>
    <${ChatHead} />
    <${Topics} />
    <${Pinned} messages=${messages} />
    <div class="middle"><${Messages} messages=${shown} key=${store.chat} /></div>
    <p class="doing" role="status">${doing && who + doing}</p>
    <${Composer} messages=${channelOf(store.chat) ? shown : messages} key=${"c" + store.chat} />
  </main>`;
}
