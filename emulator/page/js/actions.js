// What one can do with a message: answer, edit, delete, forward it, react to it.
import { html, useLayoutEffect, useRef, useState } from "./html.js";
import { act } from "./act.js";
import { isAside } from "./asides.js";
import { changed, store } from "./store.js";
import { chatName, groups, isAdministrator, group, isMine } from "./world.js";
import { t } from "./words.js";

const REACTIONS = ["👍", "❤", "🔥", "😁", "👎"];

// Answers and edits are written where all else is.
function begin(kind, message) {
  store.draft = { kind, chat: store.chat, message };
  changed();
}

function Forward({ message, done }) {
  const targets = [store.me, ...groups().filter(({ members }) => members.includes(store.me)).map(({ id }) => id)];
  const choose = (event) => {
    if (event.target.value) done(() => act.forward(message, event.target.value))();
  };
  return html`<select aria-label=${t("Переслать")} value="" onChange=${choose}>
    <option value="">${t("Переслать…")}</option>
    ${targets.map((id) => html`<option value=${id}>${id === store.me ? t("боту") : chatName(id)}</option>`)}
  </select>`;
}

// Drawn only while it is open: there are hundreds of messages.
function Menu({ message, done }) {
  const list = useRef(null);
  const [above, setAbove] = useState(true);
  // Below the dots where there is no room above them.
  useLayoutEffect(() => {
    const { top, height } = list.current.getBoundingClientRect();
    if (top < list.current.closest(".messages").getBoundingClientRect().top && height > 0) setAbove(false);
  }, []);
  const mine = isMine(message);
  const has = message.reactions_of_people?.[store.me]?.[0]?.emoji;
  const editable = mine && !message.forward_origin && (message.text !== undefined || message.caption !== undefined);
  const removable = mine || store.chat > 0 || isAdministrator(group(store.chat));
  if (isAside(message)) {
    return html`<div ref=${list} class=${above ? "" : "under"}><button class="plain" onClick=${done(() => begin("reply", message))}>${t("Ответить")}</button></div>`;
  }
  return html`<div ref=${list} class=${above ? "" : "under"}>
    <span class="choice" role="group" aria-label=${t("Реакция")}>${REACTIONS.map((emoji) => html`<button class="plain"
      aria-pressed=${emoji === has} onClick=${done(() => act.react(message, emoji === has ? "" : emoji))}>${emoji}</button>`)}</span>
    <button class="plain" onClick=${done(() => begin("reply", message))}>${t("Ответить")}</button>
    ${editable && html`<button class="plain" onClick=${done(() => begin("edit", message))}>${t("Изменить")}</button>`}
    <${Forward} message=${message} done=${done} />
    ${removable && html`<button class="plain danger" onClick=${done(() => act.remove(message))}>${t("Удалить")}</button>`}
  </div>`;
}

export function Actions({ message }) {
  const menu = useRef(null);
  const [opened, setOpened] = useState(false);
  const close = () => {
    menu.current.open = false;
  };
  const done = (action) => () => {
    close();
    action();
  };
  const escape = (event) => {
    if (event.key !== "Escape" || !menu.current.open) return;
    event.stopPropagation();
    close();
    menu.current.querySelector("summary").focus();
  };
  const left = (event) => {
    if (event.relatedTarget && !menu.current.contains(event.relatedTarget)) close();
  };
  return html`<details class="actions" ref=${menu} onKeyDown=${escape} onFocusOut=${left}
      onToggle=${(event) => setOpened(event.currentTarget.open)}>
    <summary aria-label=${t("Действия с сообщением")} title=${t("Действия")}>⋯</summary>
    ${opened && html`<${Menu} message=${message} done=${done} />`}
  </details>`;
}
