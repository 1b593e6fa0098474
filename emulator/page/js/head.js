// The head of a chat: with whom, as whom, and what else one can do.
import { html, useRef } from "./html.js";
import { act } from "./act.js";
import { control } from "./control.js";
import { attempt, become, chatName, fullName, group, person, show, store, toggleInspector } from "./store.js";
import { Avatar } from "./avatar.js";

const join = attempt((user) => control("groups/members", { group: store.chat, user }));
const enter = attempt((user) => control("groups/join", { group: store.chat, user, by: store.me }));
const leave = attempt((user) => control("groups/leave", { group: store.chat, user, by: store.me }));
const promote = attempt((more) => control("groups/promote", { group: store.chat, user: "bot", by: store.me, ...more }));

// What becomes of the bot in the group, and of oneself.
const CHANGES = {
  bot_in: ["Вернуть бота", () => enter("bot")],
  bot_out: ["Убрать бота", () => leave("bot")],
  bot_up: ["Сделать бота администратором", () => promote({})],
  bot_down: ["Снять бота с администраторов", () => promote({ demote: 1 })],
  me_out: ["Выйти из группы", () => leave(store.me)],
};

function GroupChanges({ bot }) {
  const isIn = bot === "member" || bot === "administrator";
  const offered = [isIn ? "bot_out" : "bot_in", bot === "member" && "bot_up", bot === "administrator" && "bot_down", "me_out"];
  return html`<select aria-label="Что сделать в группе" value="" onChange=${(event) => CHANGES[event.target.value]?.[1]()}>
    <option value="">…</option>
    ${offered.filter(Boolean).map((name) => html`<option value=${name}>${CHANGES[name][0]}</option>`)}
  </select>`;
}

function GroupTools({ members }) {
  const outside = store.world.users.filter((user) => !members.includes(user.id));
  return html`<label>От имени
      <select aria-label="Кто вы" value=${store.me} onChange=${(event) => become(Number(event.target.value))}>
        ${members.map((id) => html`<option value=${id} selected=${id === store.me}>${fullName(person(id))}</option>`)}
      </select></label>
    ${outside.length > 0 && html`<select aria-label="Добавить в группу" value=""
        onChange=${(event) => event.target.value && join(event.target.value)}>
      <option value="">+ в группу…</option>
      ${outside.map((user) => html`<option value=${user.id}>${fullName(user)}</option>`)}
    </select>`}
    <${GroupChanges} bot=${group(store.chat).bot} />`;
}

function Menu({ human }) {
  const menu = useRef(null);
  const close = (action) => () => {
    menu.current.open = false;
    action();
  };
  const start = (event) => {
    event.preventDefault();
    const payload = new FormData(event.target).get("payload").trim();
    close(() => act.start(payload))();
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    menu.current.open = false;
    menu.current.querySelector("summary").focus();
  };
  return html`<details class="menu" ref=${menu} onKeyDown=${escape}>
    <summary aria-label="Ещё" title="Ещё">⋮</summary>
    <div>
      <form onSubmit=${start}>
        <label>Ссылка t.me/${store.world.bot?.username}?start=
          <input name="payload" placeholder="payload" maxlength="64" pattern="[A-Za-z0-9_\\-]*" autocomplete="off" /></label>
        <button>Перейти</button>
      </form>
      ${human.blocked
        ? html`<button class="unblock" onClick=${close(act.unblock)}>Разблокировать бота</button>`
        : html`<button class="block danger" onClick=${close(act.block)}>Заблокировать бота</button>`}
    </div>
  </details>`;
}

export function ChatHead() {
  const { chat, world } = store;
  const members = group(chat)?.members;
  const human = person(chat);
  const polls = world.polled || world.webhook ? "бот на связи" : "бот не опрашивает";
  return html`<header class="chat-head">
    <button class="icon back" aria-label="К списку чатов" onClick=${() => show("people")}>←</button>
    <${Avatar} id=${members ? chat : world.bot?.id} name=${members ? chatName(chat) : world.bot?.first_name} />
    <div class="title">
      <h1>${members ? chatName(chat) : "@" + world.bot?.username}</h1>
      <small>${members ? `участников: ${members.length} + бот` : `вы — ${fullName(human)} · ${polls}`}</small>
    </div>
    ${members ? html`<${GroupTools} members=${members} />` : human && html`<${Menu} human=${human} />`}
    <button class="icon" aria-label="Инспектор" title="Инспектор (Ctrl+I)" aria-pressed=${store.inspector}
      onClick=${() => toggleInspector()}><code>{ }</code></button>
  </header>`;
}
