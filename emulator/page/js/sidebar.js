// The list on the left: people and groups, the newest above, with the last message and what is not read yet.
import { html, useState } from "./html.js";
import { Avatar } from "./avatar.js";
import { Views } from "./business.js";
import { action } from "./calls.js";
import { account } from "./control.js";
import { shortly } from "./dates.js";
import { Icon } from "./icons.js";
import { LanguageButton } from "./language.js";
import { summary } from "./media.js";
import { service } from "./service.js";
import { dialog, open, store } from "./store.js";
import { ThemeButton } from "./theme.js";
import { chatName, fullName, groups, lastOf, people, unread } from "./world.js";
import { t } from "./words.js";

// As many as one looks through; others are found by their names.
const PAGE = 200;

function Entry({ id, name, mark }) {
  const last = lastOf(id);
  const count = unread(id);
  const chosen = id === store.chat;
  return html`<button class=${"entry" + (chosen ? " chosen" : "")} aria-current=${chosen ? "true" : undefined}
      data-chat=${id} onClick=${() => open(id)}>
    <${Avatar} id=${id} name=${name} />
    <span class="name">${name} ${mark}</span>
    ${last && html`<time>${shortly(last.date)}</time>`}
    <span class="last">${action(id) ?? (last && service(last)) ?? summary(last)}</span>
    ${count > 0 && html`<span class="badge" aria-label=${t("не прочитано: {}", count)}>${count}</span>`}
  </button>`;
}

const mark = (icon, label) => html`<span class="mark" title=${label} aria-label=${label} role="img"><${Icon} name=${icon} /></span>`;

function List({ chats, show }) {
  const [shown, setShown] = useState(PAGE);
  return html`${chats.slice(0, shown).map(show)}
    ${chats.length > shown && html`<button onClick=${() => setShown(shown + PAGE)}>${t("Показать ещё ({})", chats.length - shown)}</button>`}`;
}

// Arrows go along the list.
function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const entries = [...event.currentTarget.querySelectorAll(".entry")];
  entries[entries.indexOf(document.activeElement) + step]?.focus();
  event.preventDefault();
}

export function Sidebar() {
  const one = (user) => html`<${Entry} key=${user.id} id=${user.id} name=${fullName(user)}
    mark=${user.deactivated ? mark("close", t("аккаунт удалён")) : user.blocked && mark("blocked", t("заблокировал бота"))} />`;
  const many = ({ id, type, topics, direct }) => html`<${Entry} key=${id} id=${id} name=${chatName(id)}
    mark=${type === "channel" ? mark("channel", t("канал")) : direct ? mark("person", t("личные сообщения канала")) : topics && mark("forum", t("с темами"))} />`;
  return html`<nav class="sidebar" aria-label=${t("Люди и группы")}>
    <header>
      <${Views} />
      <${LanguageButton} />
      <${ThemeButton} />
      <button class="icon" aria-label=${t("Найти чат")} title=${t("Найти чат (Ctrl+K)")} onClick=${() => dialog("switcher")}><${Icon} name="search" /></button>
    </header>
    <div class="entries" onKeyDown=${arrows}>
      <h2>${t("Люди")} <button class="icon" aria-label=${t("Добавить человека")} title=${t("Добавить человека")} onClick=${() => dialog("person")}><${Icon} name="plus" /></button></h2>
      <${List} chats=${people()} show=${one} />
      ${!account && html`<h2>${t("Группы")} <button class="icon" aria-label=${t("Добавить группу")} title=${t("Добавить группу")} onClick=${() => dialog("group")}><${Icon} name="plus" /></button></h2>
      <${List} chats=${groups()} show=${many} />`}
    </div>
  </nav>`;
}
