// Where one writes: the text, the bot's menu of commands, its keyboard, files; or Start, or unblocking.
import { html, useEffect, useRef, useState } from "./html.js";
import { act } from "./act.js";
import { AttachButton, preview } from "./attach.js";
import { commandsFor, CommandMenu } from "./commands.js";
import { answersDirectly } from "./direct.js";
import { Icon } from "./icons.js";
import { Offer, useOffer } from "./inline.js";
import { replyKeyboard, ReplyKeyboard } from "./keyboards.js";
import { summary } from "./media.js";
import { ask, join } from "./membership.js";
import { changed, store } from "./store.js";
import { topic } from "./topics.js";
import { openApp } from "./webapp.js";
import { connection, group, isMine, person, silenced } from "./world.js";
import { t } from "./words.js";

function One({ children }) {
  return html`<div class="composer one">${children}</div>`;
}

export function Composer({ messages }) {
  const human = person(store.chat);
  const one = group(store.chat);
  if (connection()) return html`<${Writer} messages=${messages} />`;
  if (human?.deactivated) return html`<${One}><p class="empty">${t("Аккаунт удалён")}</p><//>`;
  if (human?.blocked) return html`<${One}><button class="primary" onClick=${act.unblock}>${t("Разблокировать")}</button><//>`;
  if (human && !human.started) return html`<${One}><button class="primary start" onClick=${() => act.start()}>${t("Начать")}</button><//>`;
  const why = one && silenced(one);
  if (why === "outside") {
    return html`<${One}><button class="primary" onClick=${() => join(store.chat)}>${one.type === "channel" ? t("Подписаться") : t("Вступить")}</button>
      <button disabled=${one.requests.includes(store.me)} onClick=${() => ask(store.chat)}>${one.requests.includes(store.me) ? t("Заявка отправлена") : t("Попроситься")}</button><//>`;
  }
  if (why) return html`<${One}><p class="empty">${why === "reader" ? t("Здесь пишут только администраторы") : t("Вам запретили здесь писать")}</p><//>`;
  if (one && answersDirectly(store.chat) && topic() === null) return html`<${One}><p class="empty">${t("Выберите, кому ответить")}</p><//>`;
  return html`<${Writer} messages=${messages} />`;
}

// What is answered or edited, above the field.
function Draft({ draft }) {
  const cancel = () => {
    store.draft = null;
    changed();
  };
  return html`<div class="draft"><span><b>${draft.kind === "edit" ? t("Изменение") : t("Ответ")}</b> ${summary(draft.message)}</span>
    <button class="icon" aria-label=${t("Отменить")} onClick=${cancel}><${Icon} name="close" /></button></div>`;
}

// The web app that the bot has set in place of the menu of commands.
function menuApp() {
  const { menu_buttons: buttons = {} } = store.world;
  const own = buttons[store.chat];
  const shown = own && own.type !== "default" ? own : buttons[0];
  return store.chat > 0 && shown?.type === "web_app" ? shown : null;
}

function Writer({ messages }) {
  const area = useRef(null);
  const [text, setText] = useState("");
  const [listed, setListed] = useState(false);
  const [choice, setChoice] = useState(0);
  const offer = useOffer(text);
  const keyboard = replyKeyboard(messages);
  const [unfolded, setUnfolded] = useState(null);
  const opened = keyboard && (unfolded?.id === keyboard.id ? unfolded.open : !keyboard.folded);
  const all = commandsFor();
  const typed = /^\/(\w*)$/.exec(text)?.[1];
  const commands = listed ? all : typed === undefined ? [] : all.filter(({ command }) => command.startsWith(typed));

  useEffect(() => {
    const last = messages.at(-1);
    const forced = last?.reply_markup?.force_reply;
    // As the apps do: what one writes next answers it.
    if (forced && !isMine(last)) {
      store.draft = { kind: "reply", chat: store.chat, message: last };
      changed();
    }
    if (matchMedia("(hover: hover)").matches || forced) area.current?.focus();
  }, [store.chat, messages.at(-1)?.message_id]);
  useEffect(() => {
    area.current.style.height = "auto";
    area.current.style.height = Math.min(area.current.scrollHeight + 2, 160) + "px";
  }, [text]);

  const write = (value) => {
    setText(value);
    setListed(false);
    setChoice(0);
  };
  const say = (said) => {
    write("");
    if (said.trim()) act.say(said);
  };
  const submit = (event) => {
    event?.preventDefault();
    say(text);
  };
  const draft = store.draft?.chat === store.chat ? store.draft : null;
  useEffect(() => {
    if (!draft) return;
    if (draft.kind === "edit") write(draft.message.text ?? draft.message.caption);
    area.current?.focus();
  }, [draft]);
  useEffect(() => {
    if (store.typed?.chat !== store.chat) return;
    write(store.typed.text);
    store.typed = null;
    area.current?.focus();
  }, [store.typed]);
  const key = (event) => {
    const { length } = commands;
    if (event.isComposing) return;
    if (length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setChoice((choice + (event.key === "ArrowDown" ? 1 : length - 1)) % length);
    } else if (length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      event.preventDefault();
      if (event.key === "Tab") write(`/${commands[choice].command} `);
      else say(`/${commands[choice].command}`);
    } else if (event.key === "Escape" && (length || text || draft)) {
      event.stopPropagation();
      write("");
      store.draft = null;
    } else if (event.key === "Enter" && !event.shiftKey) {
      submit(event);
    }
  };

  const files = (event, list) => {
    if (!list?.length) return;
    event.preventDefault();
    preview([...list], text, () => write(""));
  };
  const app = menuApp();

  return html`<div class="below" onDragOver=${(event) => event.preventDefault()} onDrop=${(event) => files(event, event.dataTransfer.files)}>
    ${commands.length > 0 && html`<${CommandMenu} commands=${commands} choice=${choice} choose=${(c) => say("/" + c.command)} />`}
    ${offer && html`<${Offer} offer=${offer} done=${() => write("")} />`}
    ${draft && html`<${Draft} draft=${draft} />`}
    <form class="composer" onSubmit=${submit}>
      ${app && html`<button type="button" class="app" onClick=${() => openApp(null, app.text)}>${app.text}</button>`}
      ${all.length > 0 && html`<button type="button" class="icon" aria-label=${t("Команды бота")} aria-expanded=${listed}
        onClick=${() => setListed(!listed)}>/</button>`}
      <${AttachButton} caption=${text} clear=${() => write("")} />
      <textarea ref=${area} rows="1" value=${text} aria-label=${t("Сообщение")} enterkeyhint="send"
        placeholder=${keyboard?.input_field_placeholder ?? t("Сообщение")} onPaste=${(event) => files(event, event.clipboardData.files)}
        onInput=${(event) => write(event.target.value)} onKeyDown=${key}></textarea>
      ${keyboard && html`<button type="button" class="icon" aria-label=${t("Клавиатура бота")} aria-expanded=${opened}
        onClick=${() => setUnfolded({ id: keyboard.id, open: !opened })}><${Icon} name="keyboard" /></button>`}
      <button class="icon send" aria-label=${t("Отправить")} disabled=${!text.trim()}><${Icon} name="send" /></button>
    </form>
    ${opened && html`<${ReplyKeyboard} keyboard=${keyboard} />`}
  </div>`;
}
