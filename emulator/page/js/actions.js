// What one can do with a message: answer, edit, delete, forward it, react to it.
import { html, useRef } from "./html.js";
import { act } from "./act.js";
import { changed, chatName, isMine, store } from "./store.js";

const REACTIONS = ["👍", "❤", "🔥", "😁", "👎"];

// Answers and edits are written where all else is.
function begin(kind, message) {
  store.draft = { kind, chat: store.chat, message };
  changed();
}

function Forward({ message, done }) {
  const targets = [store.me, ...store.world.groups.filter(({ members }) => members.includes(store.me)).map(({ id }) => id)];
  const choose = (event) => {
    if (event.target.value) done(() => act.forward(message, event.target.value))();
  };
  return html`<select aria-label="Переслать" value="" onChange=${choose}>
    <option value="">Переслать…</option>
    ${targets.map((id) => html`<option value=${id}>${id === store.me ? "боту" : chatName(id)}</option>`)}
  </select>`;
}

export function Actions({ message }) {
  const menu = useRef(null);
  const done = (action) => () => {
    menu.current.open = false;
    action();
  };
  const escape = (event) => {
    if (event.key !== "Escape" || !menu.current.open) return;
    event.stopPropagation();
    menu.current.open = false;
    menu.current.querySelector("summary").focus();
  };
  const mine = isMine(message);
  const has = message.reactions_of_people?.[store.me]?.[0]?.emoji;
  const editable = mine && !message.forward_origin && (message.text !== undefined || message.caption !== undefined);
  return html`<details class="actions" ref=${menu} onKeyDown=${escape}>
    <summary aria-label="Действия с сообщением" title="Действия">⋯</summary>
    <div>
      <span class="choice" role="group" aria-label="Реакция">${REACTIONS.map((emoji) => html`<button class="plain"
        aria-pressed=${emoji === has} onClick=${done(() => act.react(message, emoji === has ? "" : emoji))}>${emoji}</button>`)}</span>
      <button class="plain" onClick=${done(() => begin("reply", message))}>Ответить</button>
      ${editable && html`<button class="plain" onClick=${done(() => begin("edit", message))}>Изменить</button>`}
      <${Forward} message=${message} done=${done} />
      ${(mine || store.chat > 0) && html`<button class="plain danger" onClick=${done(() => act.remove(message))}>Удалить</button>`}
    </div>
  </details>`;
}
