// The chat in the middle: its head, the messages, and what stands below them.
import { html, useEffect, useLayoutEffect, useRef } from "./html.js";
import { action } from "./calls.js";
import { Bubble, elementId, service } from "./bubble.js";
import { Composer } from "./composer.js";
import { ChatHead } from "./head.js";
import { summary } from "./media.js";
import { group, isBots, markRead, messagesOf, store } from "./store.js";

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
  const jump = () => document.getElementById(elementId(store.chat, message.message_id))?.scrollIntoView({ block: "center" });
  return html`<button class="plain pinned" onClick=${jump}><b>Закреплено</b><span>${summary(message)}</span></button>`;
}

function Messages({ messages }) {
  const list = useRef(null);
  const bottom = useRef(true);
  const last = messages.at(-1)?.message_id;
  useEffect(() => {
    bottom.current = true;
  }, [store.chat]);
  useLayoutEffect(() => {
    const { current } = list;
    const isOwn = messages.length > 0 && !isBots(messages.at(-1));
    if (bottom.current || isOwn) current.scrollTop = current.scrollHeight;
  }, [store.chat, store.pane, last, messages.length, JSON.stringify(messages.at(-1)?.reply_markup)]);
  const scrolled = ({ currentTarget: at }) => {
    bottom.current = at.scrollHeight - at.scrollTop - at.clientHeight < 60;
  };
  return html`<div class="messages" ref=${list} onScroll=${scrolled} role="log" aria-label="Сообщения" tabindex="0">
    ${messages.length === 0 && html`<p class="empty">Здесь пока ничего нет</p>`}
    ${albums(messages).map((some) => {
      const told = service(some[0]);
      return told
        ? html`<p class="service" key=${some[0].message_id}>${told}</p>`
        : html`<${Bubble} key=${some[0].message_id} messages=${some} me=${store.me} />`;
    })}
  </div>`;
}

export function Chat() {
  const messages = messagesOf(store.chat);
  useEffect(() => {
    if (!document.hidden) markRead(store.chat);
  });
  if (store.chat === null) {
    return html`<main class="chat"><p class="empty">Добавьте человека, чтобы поговорить с ботом</p></main>`;
  }
  const doing = action(store.chat);
  const who = group(store.chat) ? "Бот " : "";
  return html`<main class="chat" aria-label="Чат">
    <${ChatHead} />
    <${Pinned} messages=${messages} />
    <${Messages} messages=${messages} key=${store.chat} />
    <p class="doing" role="status">${doing && who + doing}</p>
    <${Composer} messages=${messages} key=${"c" + store.chat} />
  </main>`;
}
