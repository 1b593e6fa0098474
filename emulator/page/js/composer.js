// Where one writes: the text, the bot's menu of commands, its keyboard, files; or Start, or unblocking.
import { html, useEffect, useRef, useState } from "./html.js";
import { act } from "./act.js";
import { commandsFor, CommandMenu } from "./commands.js";
import { Offer, useOffer } from "./inline.js";
import { replyKeyboard, ReplyKeyboard } from "./keyboards.js";
import { summary } from "./media.js";
import { changed, group, isMine, person, store } from "./store.js";

function FileButton({ caption, clear }) {
  const input = useRef(null);
  const chosen = async () => {
    const files = [...input.current.files];
    if (!files.length) return;
    await act.send(files, caption);
    input.current.value = "";
    clear();
  };
  return html`<input type="file" multiple hidden ref=${input} onChange=${chosen} aria-label="Файл" />
    <button type="button" class="icon" aria-label="Отправить файл" onClick=${() => input.current.click()}>⊕</button>`;
}

export function Composer({ messages }) {
  const human = person(store.chat);
  if (human?.blocked) {
    return html`<div class="composer one"><button class="primary" onClick=${act.unblock}>Разблокировать</button></div>`;
  }
  if (human && !human.started) {
    return html`<div class="composer one"><button class="primary start" onClick=${() => act.start()}>Начать</button></div>`;
  }
  if (group(store.chat) && !group(store.chat).members.includes(store.me)) {
    return html`<p class="composer empty">В группе нет людей: добавьте кого-нибудь вверху</p>`;
  }
  return html`<${Writer} messages=${messages} />`;
}

// What is answered or edited, above the field.
function Draft({ draft }) {
  const cancel = () => {
    store.draft = null;
    changed();
  };
  return html`<div class="draft"><span><b>${draft.kind === "edit" ? "Изменение" : "Ответ"}</b> ${summary(draft.message)}</span>
    <button class="icon" aria-label="Отменить" onClick=${cancel}>×</button></div>`;
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

  return html`<div class="below">
    ${commands.length > 0 && html`<${CommandMenu} commands=${commands} choice=${choice} choose=${(c) => say("/" + c.command)} />`}
    ${offer && html`<${Offer} offer=${offer} done=${() => write("")} />`}
    ${draft && html`<${Draft} draft=${draft} />`}
    <form class="composer" onSubmit=${submit}>
      ${all.length > 0 && html`<button type="button" class="icon" aria-label="Команды бота" aria-expanded=${listed}
        onClick=${() => setListed(!listed)}>/</button>`}
      <${FileButton} caption=${text} clear=${() => write("")} />
      <textarea ref=${area} rows="1" value=${text} aria-label="Сообщение" enterkeyhint="send"
        placeholder=${keyboard?.input_field_placeholder ?? "Сообщение"}
        onInput=${(event) => write(event.target.value)} onKeyDown=${key}></textarea>
      ${keyboard && html`<button type="button" class="icon" aria-label="Клавиатура бота" aria-expanded=${opened}
        onClick=${() => setUnfolded({ id: keyboard.id, open: !opened })}>⌨</button>`}
      <button class="icon send" aria-label="Отправить" disabled=${!text.trim()}>➤</button>
    </form>
    ${opened && html`<${ReplyKeyboard} keyboard=${keyboard} />`}
  </div>`;
}
