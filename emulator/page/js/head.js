// The head of a chat: with whom, as whom, and what else one can do.
import { html, useRef } from "./html.js";
import { act } from "./act.js";
import { Avatar } from "./avatar.js";
import { channelOf, WriteButton } from "./direct.js";
import { typeName } from "./groups.js";
import { Icon } from "./icons.js";
import { become, dialog, open, show, store, toggleInspector } from "./store.js";
import { chatName, connection, fullName, group, groups, isAdministrator, people, person } from "./world.js";
import { t } from "./words.js";

// Chats as which one may speak in this one: itself, to hide, and channels that one administrates.
function speakers(one) {
  if (one.type !== "supergroup" || one.direct) return [];
  const channels = groups().filter((other) => other.type === "channel" && isAdministrator(other));
  return [...(isAdministrator(one) ? [{ id: one.id, name: t("анонимно") }] : []), ...channels.map(({ id, title }) => ({ id, name: title }))];
}

function Who({ one }) {
  const inside = people().filter(({ id }) => one.members.includes(id));
  const outside = people().filter(({ id }) => !one.members.includes(id));
  const chats = speakers(one);
  const choose = ({ target }) => {
    const id = Number(target.value);
    return id > 0 ? become(id) : become(store.me, id);
  };
  const chosen = store.speaker ?? store.me;
  const option = ({ id, name }) => html`<option value=${id} selected=${id === chosen}>${name}</option>`;
  const named = (user) => option({ id: user.id, name: fullName(user) });
  return html`<label class="who"><span>${t("От имени")}</span>
    <select aria-label=${t("Кто вы")} value=${chosen} onChange=${choose}>
      ${inside.map(named)}
      ${chats.length > 0 && html`<optgroup label=${t("{} как чат", fullName(person(store.me)))}>${chats.map(option)}</optgroup>`}
      ${outside.length > 0 && html`<optgroup label=${t("Не здесь")}>${outside.map(named)}</optgroup>`}
    </select></label>`;
}

// In a chat of a business account one is either of the two.
function Sides({ human, owner }) {
  return html`<label class="who"><span>${t("От имени")}</span>
    <select aria-label=${t("Кто вы")} value=${store.me} onChange=${({ target }) => become(Number(target.value))}>
      ${[human, owner].map((user) => html`<option value=${user.id} selected=${user.id === store.me}>${fullName(user)}</option>`)}
    </select></label>`;
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
    if (event.key !== "Escape" || !menu.current.open) return;
    event.stopPropagation();
    menu.current.open = false;
    menu.current.querySelector("summary").focus();
  };
  return html`<details class="menu" ref=${menu} onKeyDown=${escape}>
    <summary aria-label=${t("Ещё")} title=${t("Ещё")}><${Icon} name="more" /></summary>
    <div>
      <form onSubmit=${start}>
        <label>${t("Ссылка")} t.me/${store.world.bot?.username}?start=
          <input name="payload" placeholder="payload" maxlength="64" pattern="[A-Za-z0-9_\\-]*" autocomplete="off" /></label>
        <button>${t("Перейти")}</button>
      </form>
      <button onClick=${close(() => dialog("profile", { id: human.id }))}>${t("Профиль: {}", human.first_name)}</button>
      ${human.blocked
        ? html`<button class="unblock" onClick=${close(act.unblock)}>${t("Разблокировать бота")}</button>`
        : html`<button class="block danger" onClick=${close(act.block)}>${t("Заблокировать бота")}</button>`}
    </div>
  </details>`;
}

function GroupTitle({ one }) {
  const channel = channelOf(one.id);
  if (channel) {
    return html`<button class="plain title" aria-label=${t("К каналу")} title=${t("К каналу")} onClick=${() => open(channel.id)}>
      <h1>${channel.title}</h1><small>${t("личные сообщения канала")}</small></button>`;
  }
  const bot = ["administrator", "member"].includes(one.bot) ? t(" и бот") : t(", бота нет");
  return html`<button class="plain title" aria-label=${t("О группе")} title=${t("О группе")} onClick=${() => dialog("info", { id: one.id })}>
    <h1>${one.title}</h1>
    <small>${typeName(one.type)} · ${t("людей: {}", one.members.length)}${bot}</small></button>`;
}

export function ChatHead() {
  const { chat, world } = store;
  const one = group(chat);
  const human = person(chat);
  const business = connection();
  const polls = world.polled || world.webhook ? t("бот на связи") : t("бот не опрашивает");
  return html`<header class="chat-head">
    <button class="icon back" aria-label=${t("К списку чатов")} onClick=${() => show("people")}><${Icon} name="back" /></button>
    <${Avatar} id=${one || business ? chat : world.bot?.id} name=${one || business ? chatName(chat) : world.bot?.first_name} />
    ${business ? html`<div class="title">
      <h1>${fullName(human)}</h1>
      <small>${t("пишет в аккаунт: {}", fullName(business.user))} · ${polls}</small>
    </div>` : one ? html`<${GroupTitle} one=${one} />` : html`<div class="title">
      <h1>@${world.bot?.username}</h1>
      <small>${t("вы — {}", fullName(human))} · ${polls}</small>
    </div>`}
    ${one?.type === "channel" && html`<${WriteButton} channel=${one} />`}
    ${business ? html`<${Sides} human=${human} owner=${business.user} />` : one ? html`<${Who} one=${one} />` : human && html`<${Menu} human=${human} />`}
    <button class="icon" aria-label=${t("Инспектор")} title=${t("Инспектор (Ctrl+I)")} aria-pressed=${store.inspector}
      onClick=${() => toggleInspector()}><code>{ }</code></button>
  </header>`;
}
