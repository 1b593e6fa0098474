// The inspector on the right: what Telegram and the bot said to each other, and what goes wrong between them.
import { html, useState } from "./html.js";
import { Faults } from "./faults.js";
import { Entry, chatOf, searchable } from "./entry.js";
import { Icon } from "./icons.js";
import { changed, store, toggleInspector } from "./store.js";
import { chatName } from "./world.js";
import { t } from "./words.js";

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
  return html`<section class="log" aria-label=${t("Журнал")}>
    <form class="filter" onSubmit=${(event) => event.preventDefault()}>
      <input type="search" placeholder=${t("Поиск в журнале")} aria-label=${t("Поиск в журнале")} value=${text}
        onInput=${(event) => setText(event.target.value)} />
      <select aria-label=${t("Чат")} value=${chat} onChange=${(event) => setChat(event.target.value)}>
        <option value="">${t("все чаты")}</option>
        ${chats.map(({ id }) => html`<option value=${id}>${chatName(id)}</option>`)}
      </select>
      <label class="check"><input type="checkbox" checked=${polls} onChange=${(event) => setPolls(event.target.checked)} />
        ${t("пустые getUpdates")}</label>
      <button type="button" onClick=${clear}>${t("Очистить")}</button>
    </form>
    <ol aria-live="off">
      ${found.slice(0, shown).map((entry) => html`<${Entry} key=${entry.key} entry=${entry} />`)}
    </ol>
    ${found.length === 0 && html`<p class="empty">${t("Ничего нет")}</p>`}
    ${found.length > shown && html`<button onClick=${() => setShown(shown + PAGE)}>${t("Показать ещё ({})", found.length - shown)}</button>`}
  </section>`;
}

export function Inspector() {
  const { pending_updates: pending, webhook, polled, stars } = store.world;
  const way = webhook ? t("вебхук {}", webhook) : polled ? t("getUpdates ждёт") : t("никто не опрашивает");
  return html`<aside class="inspector" aria-label=${t("Инспектор")}>
    <header>
      <button class="icon back" aria-label=${t("Закрыть инспектор")} onClick=${() => toggleInspector(false)}><${Icon} name="close" /></button>
      <b>${t("Инспектор")}</b>
      <small>${way} · ${t("в очереди: {}", pending)} · <span class="stars" title=${t("Звёзды бота")}>⭐ ${stars}</span></small>
    </header>
    <${Faults} />
    <${Log} />
  </aside>`;
}
