// The page: three panes, what lies over them, and the keys that work everywhere.
import { html, render, useEffect } from "./html.js";
import { follow } from "./events.js";
import { dialog, open, show, store, toggleInspector, useStore } from "./store.js";
import { safe } from "./links.js";
import { refreshConnections } from "./business.js";
import { Chat } from "./chat.js";
import { Dialogs } from "./dialogs.js";
import { Inspector } from "./inspector.js";
import { Sidebar } from "./sidebar.js";
import { chatIds, unread } from "./world.js";
import { t } from "./words.js";

function keys(event) {
  const command = event.ctrlKey || event.metaKey;
  const ids = chatIds();
  if (command && event.code === "KeyK") dialog("switcher");
  else if (command && event.code === "KeyI" && !event.shiftKey) toggleInspector();
  else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp") && ids.length) {
    const step = event.key === "ArrowDown" ? 1 : ids.length - 1;
    open(ids[(ids.indexOf(store.chat) + step) % ids.length]);
  } else if (event.key === "Escape" && !store.dialog && store.alert === null) {
    // One step back: from the inspector to the chat, from the chat (on a phone) to the list.
    if (store.inspector) toggleInspector(false);
    else show("people");
    return;
  } else return;
  event.preventDefault();
}

function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">${store.toasts.map(({ text, link }) => {
    const url = link && safe(link);
    return html`<div class="toast">${text} ${url && html`<a href=${url} target="_blank" rel="noopener noreferrer">${url}</a>`}</div>`;
  })}</div>`;
}

function Page() {
  useStore();
  const waiting = [...store.world.users, ...store.world.groups].reduce((sum, { id }) => sum + unread(id), 0);
  useEffect(() => {
    document.title = (waiting ? `(${waiting}) ` : "") + t("Эмулятор Telegram");
  });
  if (!store.ready) return html`<p class="empty">${store.online ? t("Читаем…") : t("Ждём эмулятор…")}</p>`;
  return html`<div class="panes" data-pane=${store.pane} data-inspector=${store.inspector}>
    <${Sidebar} /><${Chat} />${store.inspector && html`<${Inspector} />`}
    ${!store.online && html`<p class="offline" role="alert">${t("Эмулятор недоступен, ждём его возвращения…")}</p>`}
    <${Toasts} /><${Dialogs} />
  </div>`;
}

render(html`<${Page} />`, document.getElementById("app"));
document.addEventListener("keydown", keys);
// In an account's chats one must know whose it is.
refreshConnections().then(follow);
