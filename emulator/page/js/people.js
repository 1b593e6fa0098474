// Windows about people: a new one, and who one is, to be changed.
import { html } from "./html.js";
import { act } from "./act.js";
import { Avatar } from "./avatar.js";
import { Business } from "./business.js";
import { control } from "./control.js";
import { attempt, open, store, toast } from "./store.js";
import { fields } from "./window.js";
import { fullName, person } from "./world.js";
import { t } from "./words.js";

function Names({ user = {} }) {
  return html`<label>${t("Имя")} <input name="first_name" required autofocus autocomplete="off" value=${user.first_name} /></label>
    <label>${t("Фамилия")} <input name="last_name" autocomplete="off" value=${user.last_name} /></label>
    <label>${t("Имя пользователя")} <input name="username" pattern="\\w{3,32}" autocomplete="off" value=${user.username} /></label>
    <label>${t("Язык")} <input name="language_code" placeholder="ru" autocomplete="off" value=${user.language_code} /></label>
    <label>${t("О себе")} <input name="bio" maxlength="140" autocomplete="off" value=${user.bio} /></label>
    <label class="check"><input type="checkbox" name="is_premium" value="true" checked=${user.is_premium} /> Premium</label>`;
}

export function NewPerson({ close }) {
  const add = attempt(async (event) => {
    const { id } = await control("users", fields(event));
    close();
    open(id);
  });
  return html`<form onSubmit=${add}><h2>${t("Новый человек")}</h2><${Names} /><button class="primary">${t("Добавить")}</button></form>`;
}

export function Profile({ id, close }) {
  const user = person(id);
  const change = attempt(async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    if (!form.get("photo")?.size) form.delete("photo");
    form.set("is_premium", form.has("is_premium"));
    form.set("user", id);
    await control("users/change", form);
    close();
  });
  const leave = attempt(async () => {
    await control("deactivate", { user: id });
    toast(t("{}: аккаунт удалён", fullName(user)));
    close();
  });
  return html`<div class="profile"><form onSubmit=${change}>
    <h2><${Avatar} id=${id} name=${fullName(user)} /><span>${fullName(user)}<small>id ${id}${user.is_premium && " · Premium"}</small></span></h2>
    <${Names} user=${user} />
    <label>${t("Новое фото")} <input type="file" name="photo" accept="image/*" /></label>
    <button class="primary">${t("Сохранить")}</button></form>
    <${Business} user=${user} />
    ${id === store.me && html`<button type="button" class=${user.blocked ? "" : "danger"}
      onClick=${user.blocked ? act.unblock : act.block}>${user.blocked ? t("Разблокировать бота") : t("Заблокировать бота")}</button>`}
    <button type="button" class="danger" disabled=${user.deactivated} onClick=${leave}>${t("Удалить аккаунт")}</button>
  </div>`;
}
