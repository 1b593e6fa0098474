// The list on the left: people and groups, with the last message and what is not read yet.
import { html } from "./html.js";
import { Avatar } from "./avatar.js";
import { action } from "./calls.js";
import { summary } from "./media.js";
import { ThemeButton } from "./theme.js";
import { changed, chatName, fullName, messagesOf, open, store, unread } from "./store.js";

export function dialog(kind) {
  store.dialog = kind;
  changed();
}

function Entry({ id, name, marks }) {
  const last = messagesOf(id).at(-1);
  const count = unread(id);
  const chosen = id === store.chat;
  return html`<button class=${"entry" + (chosen ? " chosen" : "")} aria-current=${chosen ? "true" : undefined}
      data-chat=${id} onClick=${() => open(id)}>
    <${Avatar} id=${id} name=${name} />
    <span class="name">${name} ${marks}</span>
    <span class="last">${action(id) ?? summary(last)}</span>
    ${count > 0 && html`<span class="badge" aria-label=${"не прочитано: " + count}>${count}</span>`}
  </button>`;
}

// Arrows go along the list.
function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const entries = [...event.currentTarget.querySelectorAll(".entry")];
  entries[entries.indexOf(document.activeElement) + step]?.focus();
  event.preventDefault();
}

// Each bot sees a world of its own: another page.
function Bots() {
  const { bot, bots } = store.world;
  if (!(bots?.length > 1)) return html`<b title=${bot?.id}>@${bot?.username ?? "…"}</b>`;
  const choose = (event) => location.assign("?bot=" + encodeURIComponent(event.target.value));
  return html`<select aria-label="Бот" value=${bot.username} onChange=${choose}>
    ${bots.map(({ username }) => html`<option value=${username} selected=${username === bot.username}>@${username}</option>`)}</select>`;
}

export function Sidebar() {
  const { users, groups } = store.world;
  return html`<nav class="sidebar" aria-label="Люди и группы">
    <header>
      <${Bots} />
      <${ThemeButton} />
      <button class="icon" aria-label="Найти чат" title="Найти чат (Ctrl+K)" onClick=${() => dialog("switcher")}>⌕</button>
    </header>
    <div class="entries" onKeyDown=${arrows}>
      <h2>Люди <button class="icon" aria-label="Добавить человека" onClick=${() => dialog("person")}>+</button></h2>
      ${users.map((user) => html`<${Entry} key=${user.id} id=${user.id} name=${fullName(user)}
        marks=${user.blocked && html`<span class="mark" title="Заблокировал(а) бота" aria-label="заблокировал бота">⊘</span>`} />`)}
      <h2>Группы <button class="icon" aria-label="Добавить группу" onClick=${() => dialog("group")}>+</button></h2>
      ${groups.map((one) => html`<${Entry} key=${one.id} id=${one.id} name=${chatName(one.id)}
        marks=${one.type === "channel" && html`<span class="mark" title="Канал" aria-label="канал">📢</span>`} />`)}
    </div>
  </nav>`;
}
