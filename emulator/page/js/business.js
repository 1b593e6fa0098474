// Business accounts to which people have connected the bot: their private chats are a page of their own.
import { html } from "./html.js";
import { asker } from "./asking.js";
import { account, ofBot, visit } from "./control.js";
import { attempt, changed, store } from "./store.js";
import { fields } from "./window.js";
import { fullName } from "./world.js";
import { t } from "./words.js";

export const refreshConnections = asker(async () => {
  store.connections = await ofBot("business");
  changed();
});

const change = attempt(async (path, what) => {
  await ofBot(path, what);
  await refreshConnections();
});

// What stands in a person's profile about it.
export function Business({ user }) {
  const found = store.connections.find((one) => one.user.id === user.id && one.is_enabled);
  if (!found) {
    const connect = (event) => change("business", { user: user.id, ...fields(event) });
    return html`<form onSubmit=${connect}><label>${t("Права бота в аккаунте")}
        <input name="rights" value="can_reply, can_read_messages" autocomplete="off" /></label>
      <button>${t("Подключить бота к аккаунту")}</button></form>`;
  }
  const rights = Object.keys(found.rights ?? {}).filter((right) => found.rights[right]);
  return html`<p><small>${t("Бот подключён к аккаунту: {}", rights.join(", ") || t("без прав"))}</small></p>
    <button onClick=${() => visit({ business: found.id })}>${t("Чаты аккаунта")}</button>
    <button class="danger" onClick=${() => change("business/change", { id: found.id, enabled: false })}>${t("Отключить бота от аккаунта")}</button>`;
}

// Each bot, and each account to which this one is connected, sees a world of its own: another page.
export function Views() {
  const { bot, bots } = store.world;
  const connected = store.connections.filter((one) => one.is_enabled || one.id === account);
  if (!(bots?.length > 1) && !connected.length) return html`<b title=${bot?.id}>@${bot?.username ?? "…"}</b>`;
  const choose = ({ target: { value } }) => visit(value.startsWith("@") ? { bot: value.slice(1), business: null } : { business: value });
  return html`<select aria-label=${t("Бот")} value=${account ?? "@" + bot.username} onChange=${choose}>
    ${bots.map(({ username }) => html`<option value=${"@" + username} selected=${!account && username === bot.username}>@${username}</option>`)}
    ${connected.map(({ id, user }) => html`<option value=${id} selected=${id === account}>${t("{}, аккаунт", fullName(user))}</option>`)}</select>`;
}
