// Which window is open over the page; and two that are of no other file: the switcher of chats, and a bot's alert.
import { html, useState } from "./html.js";
import { Preview } from "./attach.js";
import { GroupInfo, NewGroup, Topic } from "./groups.js";
import { NewPerson, Profile } from "./people.js";
import { OpenedPicture } from "./picture.js";
import { Contact, NewPoll, Place, Share, Sticker } from "./sendings.js";
import { changed, open, store } from "./store.js";
import { App } from "./webapp.js";
import { Window } from "./window.js";
import { chatIds, chatName, unread } from "./world.js";
import { t } from "./words.js";

function Switcher({ close }) {
  const [wanted, setWanted] = useState("");
  const [choice, setChoice] = useState(0);
  const found = chatIds().filter((id) => chatName(id).toLowerCase().includes(wanted.trim().toLowerCase()));
  const go = (id) => {
    if (id === undefined) return;
    close();
    open(id);
  };
  const key = (event) => {
    const step = { ArrowDown: 1, ArrowUp: found.length - 1 }[event.key];
    if (step !== undefined && found.length) {
      event.preventDefault();
      setChoice((choice + step) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(found[choice]);
    }
  };
  const write = (event) => {
    setWanted(event.target.value);
    setChoice(0);
  };
  return html`<input autofocus placeholder=${t("Перейти в чат")} aria-label=${t("Перейти в чат")} value=${wanted} onInput=${write} onKeyDown=${key} />
    <ul role="listbox" aria-label=${t("Чаты")}>${found.map((id, index) => html`<li role="option" aria-selected=${index === choice}
      class=${index === choice ? "chosen" : ""} onClick=${() => go(id)}>${chatName(id)}
      ${unread(id) > 0 && html`<span class="badge">${unread(id)}</span>`}</li>`)}</ul>`;
}

function Alert() {
  const done = () => {
    store.alert = null;
    store.afterAlert?.();
    store.afterAlert = null;
    changed();
  };
  return html`<${Window} label=${t("Сообщение бота")} className="alert" close=${done}>
    <form method="dialog"><p>${store.alert}</p><button class="primary" autofocus>OK</button></form>
  <//>`;
}

// By kind: what is in the window, its name, and its class if it is not a plain one.
const KINDS = {
  app: [App, "Веб-приложение", "app"],
  contact: [Contact, "Контакт"],
  files: [Preview, "Отправить файл"],
  group: [NewGroup, "Новая группа или канал"],
  info: [GroupInfo, "О группе"],
  person: [NewPerson, "Новый человек"],
  picture: [OpenedPicture, "Фото", "opened"],
  place: [Place, "Место"],
  poll: [NewPoll, "Опрос"],
  profile: [Profile, "Профиль"],
  share: [Share, "Поделиться"],
  sticker: [Sticker, "Стикер"],
  switcher: [Switcher, "Перейти в чат", "switcher"],
  topic: [Topic, "Тема"],
};

function Opened() {
  const { dialog: kind, about } = store;
  const [Kind, name, className] = KINDS[kind];
  // A window that follows this one is another: it must not be closed with it.
  const close = () => {
    if (store.dialog !== kind || store.about !== about) return;
    store.dialog = null;
    store.about = null;
    changed();
  };
  return html`<${Window} label=${t(name)} className=${className} close=${close}><${Kind} ...${about} close=${close} /><//>`;
}

export function Dialogs() {
  return html`${store.dialog && html`<${Opened} key=${store.dialog} />`}${store.alert !== null && html`<${Alert} />`}`;
}
