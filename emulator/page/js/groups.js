// Windows about groups and channels: a new one, a new topic, and what is in one: members, requests, links.
import { html } from "./html.js";
import { Avatar } from "./avatar.js";
import { control } from "./control.js";
import { enable } from "./direct.js";
import { membership } from "./membership.js";
import { attempt, dialog, open, store } from "./store.js";
import { openTopic, renameTopic } from "./topics.js";
import { fields } from "./window.js";
import { fullName, group, groups, isAdministrator, people, person } from "./world.js";
import { t } from "./words.js";

export const typeName = (type) => ({ channel: t("канал"), group: t("обычная группа"), supergroup: t("супергруппа") })[type];

export function NewGroup({ close }) {
  const add = attempt(async (event) => {
    const members = new FormData(event.target).getAll("member").map(Number);
    const { title, type, username } = fields(event);
    const owner = members.includes(store.me) ? store.me : members[0];
    const { id } = await control("groups", { title, type, ...(username && { username }), ...(owner && { owner }) });
    for (const user of members) if (user !== owner) await control("groups/members", { group: id, user });
    close();
    open(id);
  });
  return html`<form onSubmit=${add}>
    <h2>${t("Новая группа или канал")}</h2>
    <label>${t("Название")} <input name="title" required autofocus autocomplete="off" /></label>
    <label>${t("Что это")} <select name="type">${["supergroup", "group", "channel"].map((type) => html`<option value=${type}>${typeName(type)}</option>`)}</select></label>
    <label>${t("Имя в ссылке")} <input name="username" pattern="\\w{3,32}" autocomplete="off" /></label>
    <fieldset><legend>${t("Кто в ней")}</legend>
      ${people().map((user) => html`<label class="check">
        <input type="checkbox" name="member" value=${user.id} checked=${user.id === store.me} /> ${fullName(user)}</label>`)}
    </fieldset>
    <button class="primary">${t("Создать")}</button>
  </form>`;
}

export function Topic({ thread, name, close }) {
  const save = (event) => {
    const given = fields(event).name;
    close();
    return thread ? renameTopic(thread, given) : openTopic(given);
  };
  return html`<form onSubmit=${save}><h2>${thread ? t("Переименовать тему") : t("Новая тема")}</h2>
    <label>${t("Название")} <input name="name" required maxlength="128" value=${name} autofocus autocomplete="off" /></label>
    <button class="primary">${thread ? t("Сохранить") : t("Открыть тему")}</button></form>`;
}

const choose = (offered) => (event) => {
  offered.find(([name]) => name === event.target.value)?.[1]();
  event.target.value = "";
};

function Member({ name, id, role, offered }) {
  return html`<li><${Avatar} id=${id} name=${name} /><span>${name}<small>${role}</small></span>
    ${offered.length > 0 && html`<select aria-label=${t("Что сделать: {}", name)} value="" onChange=${choose(offered)}>
      <option value="">…</option>${offered.map(([title]) => html`<option>${title}</option>`)}</select>`}</li>`;
}

function Members({ one }) {
  const { bot } = store.world;
  const { add, promote, demote, put_out: putOut } = membership(one);
  const row = (id, name, status, role) => {
    const isIn = ["creator", "administrator", "member", "restricted"].includes(status);
    const offered = [
      !isIn && [t("Добавить"), () => add(id)],
      isIn && status !== "administrator" && status !== "creator" && [t("Сделать администратором"), () => promote(id)],
      status === "administrator" && [t("Снять с администраторов"), () => demote(id)],
      isIn && status !== "creator" && [id === store.me ? t("Выйти") : t("Исключить"), () => putOut(id)],
    ];
    return html`<${Member} key=${id} id=${id === "bot" ? bot?.id : id} name=${name} role=${role} offered=${offered.filter(Boolean)} />`;
  };
  const ROLES = {
    creator: t("владелец"), administrator: t("администратор"), member: one.type === "channel" ? t("подписчик") : t("участник"),
    restricted: t("ограничен"), kicked: t("исключён"), left: t("не здесь"),
  };
  const statusOf = (id) => {
    if (one.administrators[0] === id) return "creator";
    if (isAdministrator(one, id)) return "administrator";
    return one.standings?.[id]?.status ?? (one.members.includes(id) ? "member" : "left");
  };
  const botStatus = one.bot ?? "left";
  const others = people().filter(({ id }) => !one.members.includes(id) && !one.requests.includes(id));
  return html`<ul class="members" aria-label=${t("Участники")}>
      ${row("bot", `@${bot?.username}`, botStatus, [t("бот"), ROLES[botStatus]].join(", "))}
      ${one.members.map((id) => row(id, fullName(person(id)), statusOf(id), ROLES[statusOf(id)]))}
      ${one.requests.map((id) => row(id, fullName(person(id)), "left", t("просит впустить")))}
    </ul>
    ${others.length > 0 && html`<select aria-label=${t("Добавить в группу")} value="" onChange=${(event) => event.target.value && add(event.target.value)}>
      <option value="">+ ${t("добавить…")}</option>
      ${others.map((user) => html`<option value=${user.id}>${fullName(user)}${one.standings?.[user.id] ? ` (${t("исключён")})` : ""}</option>`)}
    </select>`}`;
}

function Links({ links }) {
  if (!links.length) return null;
  return html`<h3>${t("Ссылки-приглашения")}</h3><ul class="links">${links.map((link) => html`<li><code>${link.invite_link}</code>
    <small>${[link.name, link.is_revoked && t("отозвана"), link.creates_join_request && t("по заявке")].filter(Boolean).join(", ")}</small></li>`)}</ul>`;
}

const link = attempt((channel, comments) => comments && control("groups/link", { group: channel, comments }));
const migrate = attempt(async (id) => open((await control("groups/migrate", { group: id, user: store.me })).id));

export function GroupInfo({ id, close }) {
  const one = group(id);
  if (!one) return null;
  const commented = groups().filter(({ type, direct }) => type === "supergroup" && !direct);
  return html`<div class="profile">
    <h2><${Avatar} id=${id} name=${one.title} /><span>${one.title}<small>${[typeName(one.type), one.username && `@${one.username}`].filter(Boolean).join(", ")}</small></span></h2>
    ${one.description && html`<p>${one.description}</p>`}
    <${Members} one=${one} />
    <${Links} links=${one.links ?? []} />
    ${one.type === "channel" && html`<label>${t("Группа комментариев")} <select value=${one.linked ?? ""} onChange=${(event) => link(id, event.target.value)}>
      <option value="">${t("нет")}</option>${commented.map((other) => html`<option value=${other.id} selected=${other.id === one.linked}>${other.title}</option>`)}</select></label>`}
    ${one.type === "channel" && !one.direct && html`<button onClick=${() => { close(); enable(id); }}>${t("Включить личные сообщения")}</button>`}
    ${one.type === "supergroup" && html`<button onClick=${() => dialog("topic")}>${t("Открыть тему")}</button>`}
    ${one.type === "group" && one.members.includes(store.me) && html`<button onClick=${() => { close(); migrate(id); }}>${t("Сделать супергруппой")}</button>`}
    <button class="primary" autofocus onClick=${close}>${t("Готово")}</button>
  </div>`;
}
