// Windows for what one sends beside text and files: a sticker, a poll, a place, a contact; and what a button asks for.
import { html, useState } from "./html.js";
import { act } from "./act.js";
import { address } from "./files.js";
import { fields } from "./window.js";
import { store } from "./store.js";
import { fullName, people } from "./world.js";
import { t } from "./words.js";

// Stickers that were sent anywhere, each once.
function stickersSeen() {
  const found = new Map();
  for (const chat of store.chats.values()) {
    for (const { sticker } of chat.values()) if (sticker) found.set(sticker.file_unique_id, sticker);
  }
  return [...found.values()].reverse();
}

export function Sticker({ close }) {
  const send = async (id) => {
    if (await act.share({ sticker: id })) close();
  };
  const submit = (event) => send(fields(event).file_id);
  const seen = stickersSeen();
  return html`<h2>${t("Стикер")}</h2>
    ${seen.length > 0 && html`<div class="stickers">${seen.map((sticker) => html`<button class="plain"
      aria-label=${`${t("Стикер")} ${sticker.emoji ?? ""}`} onClick=${() => send(sticker.file_id)}>
      <img src=${address(sticker.file_id)} alt=${sticker.emoji ?? "★"} /></button>`)}</div>`}
    <form onSubmit=${submit}><label>file_id <input name="file_id" required autofocus autocomplete="off" /></label>
      <button class="primary">${t("Отправить")}</button></form>`;
}

export function NewPoll({ close }) {
  const send = async (event) => {
    const { question, options } = fields(event);
    const lines = options.split("\n").map((line) => line.trim()).filter(Boolean);
    if (await act.share({ question, options: JSON.stringify(lines) })) close();
  };
  return html`<form onSubmit=${send}><h2>${t("Опрос")}</h2>
    <label>${t("Вопрос")} <input name="question" required maxlength="300" autofocus autocomplete="off" /></label>
    <label>${t("Варианты, по строке на каждый")} <textarea name="options" required rows="4"></textarea></label>
    <button class="primary">${t("Отправить")}</button></form>`;
}

export function Place({ close }) {
  const send = async (event) => {
    if (await act.share(fields(event))) close();
  };
  return html`<form onSubmit=${send}><h2>${t("Место")}</h2>
    <label>${t("Широта")} <input name="latitude" required value="55.7558" inputmode="decimal" /></label>
    <label>${t("Долгота")} <input name="longitude" required value="37.6173" inputmode="decimal" /></label>
    <button class="primary">${t("Отправить")}</button></form>`;
}

export function Contact({ close }) {
  const send = async (event) => {
    const { phone_number, first_name } = fields(event);
    if (await act.share({ phone_number, ...(first_name && { first_name }) })) close();
  };
  return html`<form onSubmit=${send}><h2>${t("Контакт")}</h2>
    <label>${t("Телефон")} <input name="phone_number" required value="+79001234567" type="tel" /></label>
    <label>${t("Имя")} <input name="first_name" list="people" placeholder=${t("ваш собственный")} autocomplete="off" /></label>
    <datalist id="people">${people().map((user) => html`<option value=${fullName(user)}></option>`)}</datalist>
    <button class="primary">${t("Отправить")}</button></form>`;
}

// People, or a chat, whom a button of the reply keyboard asks for.
export function Share({ text, most, field, choices, close }) {
  const [chosen, setChosen] = useState([]);
  const toggle = (id) => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id].slice(-most));
  const send = async (event) => {
    event.preventDefault();
    const what = field === "users" ? JSON.stringify(chosen) : chosen[0];
    if (await act.shareBy({ button: text, [field]: what })) close();
  };
  return html`<form onSubmit=${send}><h2>${text}</h2>
    <fieldset><legend>${most > 1 ? t("Не больше {}", most) : t("Выберите")}</legend>
      ${choices.map(({ id, name }) => html`<label class="check"><input type=${most > 1 ? "checkbox" : "radio"} name="shared" value=${id}
        checked=${chosen.includes(id)} onChange=${() => toggle(id)} /> ${name}</label>`)}
      ${choices.length === 0 && html`<p class="empty">${t("Таких нет")}</p>`}</fieldset>
    <button class="primary" disabled=${!chosen.length}>${t("Поделиться")}</button></form>`;
}
