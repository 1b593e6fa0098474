// Keyboards: buttons under a message, and the one below the chat.
import { html } from "./html.js";
import { act, pressing } from "./act.js";
import { Icon } from "./icons.js";
import { follow, safe } from "./links.js";
import { changed, dialog, store, toast } from "./store.js";
import { openApp, openDataApp } from "./webapp.js";
import { fullName, groups, isMine, people } from "./world.js";
import { t } from "./words.js";

function copy(text) {
  navigator.clipboard?.writeText(text).then(() => toast(t("Скопировано")));
}

// Colours that a bot may give to a button.
const styleOf = ({ style }) => (["primary", "success", "danger"].includes(style) ? `styled ${style}` : "");

// One that waits for what it began.
function Waiting({ button, name, press }) {
  const waits = pressing.has(name);
  return html`<button class=${styleOf(button)} aria-busy=${waits} onClick=${press}>${String(button.text)}${waits &&
    html`<span class="spinner" aria-label=${t("ждём ответа")}></span>`}</button>`;
}

function InlineButton({ message, button, name }) {
  const text = String(button.text);
  const style = styleOf(button);
  if (button.callback_data !== undefined) {
    return html`<${Waiting} button=${button} name=${name} press=${() => act.press(message, button.callback_data, name)} />`;
  }
  if (button.pay) {
    const place = { chat: message.chat.id, message_id: message.message_id };
    return html`<${Waiting} button=${button} name=${name} press=${() => act.pay(place, name)} />`;
  }
  const inline = button.switch_inline_query_current_chat ?? button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query;
  if (inline !== undefined) {
    const type = () => {
      store.typed = { chat: store.chat, text: `@${store.world.bot.username} ${inline}` };
      changed();
    };
    return html`<button class=${style} onClick=${type}>${text}</button>`;
  }
  if (button.web_app) return html`<button class=${style} onClick=${() => openApp(text)}>${text} <span aria-hidden="true">▣</span></button>`;
  const url = safe(button.url ?? button.login_url?.url ?? "");
  if (button.url && !url) return html`<button disabled title=${t("Небезопасная ссылка")}>${text}</button>`;
  if (url) {
    return html`<a class=${"button " + style} href=${url} title=${url} target="_blank" rel="noopener noreferrer"
      onClick=${(event) => follow(event, url)}>${text} <span aria-hidden="true">↗</span></a>`;
  }
  if (button.copy_text) return html`<button class=${style} onClick=${() => copy(button.copy_text.text)}>${text} <${Icon} name="copy" /></button>`;
  return html`<button disabled title=${t("Эмулятор такого не умеет")}>${text}</button>`;
}

export function InlineKeyboard({ message }) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const name = (row, column) => `${message.chat.id}:${message.message_id}:${row}:${column}`;
  return html`<div class="inline-keyboard" role="group" aria-label=${t("Кнопки сообщения")}>
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

// Buttons that do more than say their text: each gets the button.
const SPECIAL = {
  // A place in Moscow, and a number made from the id.
  request_contact: () => act.share({ phone_number: "+7900" + String(store.me % 10_000_000).padStart(7, "0") }),
  request_location: () => act.share({ latitude: 55.7558, longitude: 37.6173 }),
  request_poll: () => dialog("poll"),
  request_users: ({ text, request_users: { max_quantity: most = 1 } }) =>
    dialog("share", { text, most, field: "users", choices: people().map((user) => ({ id: user.id, name: fullName(user) })) }),
  request_chat: ({ text, request_chat: { chat_is_channel: channels } }) => {
    const fit = groups().filter(({ type }) => (type === "channel") === Boolean(channels));
    dialog("share", { text, most: 1, field: "chat", choices: fit.map(({ id, title }) => ({ id, name: title })) });
  },
  web_app: (button) => openDataApp(button),
};

function ReplyButton({ button }) {
  const text = String(button.text ?? button);
  const special = button.text === undefined ? undefined : Object.keys(button).find((field) => /^request_|^web_app$/.test(field));
  const press = special === undefined ? () => act.say(text) : SPECIAL[special] && (() => SPECIAL[special](button));
  return html`<button class=${styleOf(button)} disabled=${!press} title=${special} onClick=${press}>${text}</button>`;
}

export function ReplyKeyboard({ keyboard }) {
  return html`<div class="reply-keyboard" role="group" aria-label=${t("Клавиатура бота")}>
    ${keyboard.keyboard.map((buttons) => html`<div class="row">${buttons.map((button) => html`<${ReplyButton} button=${button} />`)}</div>`)}
  </div>`;
}
