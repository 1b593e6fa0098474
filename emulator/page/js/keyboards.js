// Keyboards: buttons under a message, and the one below the chat.
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { act, pressing } from "./act.js";
import { changed, fullName, isMine, store, toast } from "./store.js";
import { follow, safe } from "./links.js";

function copy(text) {
  navigator.clipboard?.writeText(text).then(() => toast("Скопировано"));
}

function InlineButton({ message, button, name }) {
  const text = String(button.text);
  if (button.callback_data !== undefined) {
    const waits = pressing.has(name);
    return html`<button aria-busy=${waits} onClick=${() => act.press(message, button.callback_data, name)}>
      ${text}${waits && html`<span class="spinner" aria-label="ждём ответа"></span>`}</button>`;
  }
  if (button.pay) {
    const waits = pressing.has(name);
    return html`<button aria-busy=${waits} onClick=${() => act.pay({ chat: message.chat.id, message_id: message.message_id }, name)}>
      ${text}${waits && html`<span class="spinner" aria-label="ждём ответа"></span>`}</button>`;
  }
  const inline = button.switch_inline_query_current_chat ?? button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query;
  if (inline !== undefined) {
    const type = () => {
      store.typed = { chat: store.chat, text: `@${store.world.bot.username} ${inline}` };
      changed();
    };
    return html`<button onClick=${type}>${text}</button>`;
  }
  if (button.web_app) return html`<button onClick=${() => act.openApp(text)}>${text} <span aria-hidden="true">▣</span></button>`;
  const url = safe(button.url ?? button.login_url?.url ?? "");
  if (button.url && !url) return html`<button disabled title="Небезопасная ссылка">${text}</button>`;
  if (url) {
    return html`<a class="button" href=${url} title=${url} target="_blank" rel="noopener noreferrer"
      onClick=${(event) => follow(event, url)}>${text} <span aria-hidden="true">↗</span></a>`;
  }
  if (button.copy_text) return html`<button onClick=${() => copy(button.copy_text.text)}>${text} <${Icon} name="copy" /></button>`;
  return html`<button disabled title="Эмулятор такого не умеет">${text}</button>`;
}

export function InlineKeyboard({ message }) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const name = (row, column) => `${message.chat.id}:${message.message_id}:${row}:${column}`;
  return html`<div class="inline-keyboard" role="group" aria-label="Кнопки сообщения">
    ${rows.map((buttons, row) => html`<div class="row">${buttons.map((button, column) =>
      html`<${InlineButton} message=${message} button=${button} name=${name(row, column)} />`)}</div>`)}
  </div>`;
}

// The reply keyboard in force: the last one given and not removed. A one-time keyboard folds once it is answered.
export function replyKeyboard(messages) {
  const found = messages.findLastIndex(({ reply_markup: markup }) => markup?.keyboard || markup?.remove_keyboard);
  const markup = messages[found]?.reply_markup;
  if (!markup?.keyboard) return null;
  const answered = messages.slice(found + 1).some(isMine);
  return { ...markup, id: messages[found].message_id, folded: markup.one_time_keyboard === true && answered };
}

// Buttons that share something of one's own: a place in Moscow, and a number made from the id.
const SPECIAL = {
  request_contact: () => act.share({ phone_number: "+7900" + String(store.me % 10_000_000).padStart(7, "0") }),
  request_location: () => act.share({ latitude: 55.7558, longitude: 37.6173 }),
};

// A button that asks for somebody, or a chat, is a list to choose from.
function Choice({ text, choices, choose }) {
  const chosen = (event) => {
    if (event.target.value) choose(event.target.value);
    event.target.value = "";
  };
  return html`<select aria-label=${text} value="" onChange=${chosen}><option value="">${text}</option>
    ${choices.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}</select>`;
}

function asking(button) {
  const { users, groups } = store.world;
  const text = button.text;
  if (button.request_users) {
    const choices = users.map((user) => ({ id: user.id, name: fullName(user) }));
    return html`<${Choice} text=${text} choices=${choices} choose=${(id) => act.shareBy({ button: text, users: id })} />`;
  }
  if (button.request_chat) {
    const channels = button.request_chat.chat_is_channel === true;
    const choices = groups.filter(({ type }) => (type === "channel") === channels).map(({ id, title }) => ({ id, name: title }));
    return html`<${Choice} text=${text} choices=${choices} choose=${(id) => act.shareBy({ button: text, chat: id })} />`;
  }
  return null;
}

export function ReplyKeyboard({ keyboard }) {
  return html`<div class="reply-keyboard" role="group" aria-label="Клавиатура бота">
    ${keyboard.keyboard.map((buttons) => html`<div class="row">${buttons.map((button) => {
      const text = String(button.text ?? button);
      const asks = asking(button);
      if (asks) return asks;
      const special = Object.keys(button.text === undefined ? {} : button).find((field) => /^request_|^web_app$/.test(field));
      const press = special === undefined ? () => act.say(text) : SPECIAL[special];
      return html`<button disabled=${!press} title=${special} onClick=${press}>${text}</button>`;
    })}</div>`)}
  </div>`;
}
