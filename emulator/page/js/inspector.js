// The inspector on the right: what Telegram and the bot said to each other, and what goes wrong between them.
import { html, useState } from "./html.js";
import { Faults } from "./faults.js";
import { Entry, chatOf, searchable } from "./entry.js";
import { changed, chatName, store, toggleInspector } from "./store.js";

const PAGE = 150;

function clear() {
  store.log = [];
  changed();
}

// Most calls are polls that brought nothing.
const isIdle = (entry) => entry.method === "getUpdates" && (entry.took_ms === null || entry.answer?.result?.length === 0);

function Log() {
  const [text, setText] = useState("");
  const [chat, setChat] = useState("");
  const [polls, setPolls] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry) =>
    (polls || !isIdle(entry)) &&
    (chat === "" || chatOf(entry) === Number(chat)) &&
    words.every((word) => searchable(entry).includes(word));
  const found = store.log.filter(fits).reverse();
  const chats = [...store.world.users, ...store.world.groups];
  return html`<section class="log" aria-label="Журнал">
    <form class="filter" onSubmit=${(event) => event.preventDefault()}>
      <input type="search" placeholder="Поиск в журнале" aria-label="Поиск в журнале" value=${text}
        onInput=${(event) => setText(event.target.value)} />
      <select aria-label="Чат" value=${chat} onChange=${(event) => setChat(event.target.value)}>
        <option value="">все чаты</option>
        ${chats.map(({ id }) => html`<option value=${id}>${chatName(id)}</option>`)}
      </select>
      <label class="check"><input type="checkbox" checked=${polls} onChange=${(event) => setPolls(event.target.checked)} />
        пустые getUpdates</label>
      <button type="button" onClick=${clear}>Очистить</button>
    </form>
    <ol aria-live="off">
      ${found.slice(0, shown).map((entry) => html`<${Entry} key=${entry.key} entry=${entry} />`)}
    </ol>
    ${found.length === 0 && html`<p class="empty">Ничего нет</p>`}
    ${found.length > shown && html`<button onClick=${() => setShown(shown + PAGE)}>Показать ещё (${found.length - shown})</button>`}
  </section>`;
}

export function Inspector() {
  const { pending_updates: pending, webhook, polled } = store.world;
  const way = webhook ? `вебхук ${webhook}` : polled ? "getUpdates ждёт" : "никто не опрашивает";
  return html`<aside class="inspector" aria-label="Инспектор">
    <header>
      <button class="icon back" aria-label="Закрыть инспектор" onClick=${() => toggleInspector(false)}>×</button>
      <b>Инспектор</b>
      <small>${way} · в очереди: ${pending}</small>
    </header>
    <${Faults} />
    <${Log} />
  </aside>`;
}
