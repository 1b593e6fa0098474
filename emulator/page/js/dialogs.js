// Windows over the page: a new person, a new group, the switcher of chats, a bot's alert.
import { html, useEffect, useRef, useState } from "./html.js";
import { control } from "./control.js";
import { attempt, changed, chatName, fullName, open, store, unread } from "./store.js";

// A window that is open while it is drawn; Esc closes it.
function Window({ label, children, close, className }) {
  const element = useRef(null);
  useEffect(() => {
    element.current.showModal();
  }, []);
  return html`<dialog ref=${element} class=${className} aria-label=${label} onClose=${close}
    onClick=${(event) => event.target === element.current && element.current.close()}>${children}</dialog>`;
}

function close() {
  store.dialog = null;
  changed();
}

const fields = (event) => {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value.trim()));
};

function NewPerson() {
  const add = attempt(async (event) => {
    const { id } = await control("users", fields(event));
    close();
    open(id);
  });
  return html`<${Window} label="Новый человек" close=${close}><form onSubmit=${add}>
    <h2>Новый человек</h2>
    <label>Имя <input name="first_name" required autofocus autocomplete="off" /></label>
    <label>Фамилия <input name="last_name" autocomplete="off" /></label>
    <label>Имя пользователя <input name="username" pattern="\\w{3,32}" autocomplete="off" /></label>
    <label>Язык <input name="language_code" placeholder="ru" autocomplete="off" /></label>
    <button class="primary">Добавить</button>
  </form><//>`;
}

function NewGroup() {
  const add = attempt(async (event) => {
    const members = new FormData(event.target).getAll("member");
    const { id } = await control("groups", { title: fields(event).title });
    for (const user of members) await control("groups/members", { group: id, user });
    close();
    open(id);
  });
  return html`<${Window} label="Новая группа" close=${close}><form onSubmit=${add}>
    <h2>Новая группа</h2>
    <label>Название <input name="title" required autofocus autocomplete="off" /></label>
    <fieldset><legend>Кто в ней</legend>
      ${store.world.users.map((user) => html`<label class="check">
        <input type="checkbox" name="member" value=${user.id} checked=${user.id === store.me} /> ${fullName(user)}</label>`)}
    </fieldset>
    <button class="primary">Создать</button>
  </form><//>`;
}

function Switcher() {
  const [wanted, setWanted] = useState("");
  const [choice, setChoice] = useState(0);
  const ids = [...store.world.users, ...store.world.groups].map(({ id }) => id);
  const found = ids.filter((id) => chatName(id).toLowerCase().includes(wanted.trim().toLowerCase()));
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
  return html`<${Window} label="Перейти в чат" className="switcher" close=${close}>
    <input autofocus placeholder="Перейти в чат" aria-label="Перейти в чат" value=${wanted} onInput=${write} onKeyDown=${key} />
    <ul role="listbox" aria-label="Чаты">${found.map((id, index) => html`<li role="option" aria-selected=${index === choice}
      class=${index === choice ? "chosen" : ""} onClick=${() => go(id)}>${chatName(id)}
      ${unread(id) > 0 && html`<span class="badge">${unread(id)}</span>`}</li>`)}</ul>
  <//>`;
}

function Alert() {
  const done = () => {
    store.alert = null;
    changed();
  };
  return html`<${Window} label="Сообщение бота" className="alert" close=${done}>
    <form method="dialog"><p>${store.alert}</p><button class="primary" autofocus>OK</button></form>
  <//>`;
}

const KINDS = { person: NewPerson, group: NewGroup, switcher: Switcher };

export function Dialogs() {
  const Kind = KINDS[store.dialog];
  return html`${Kind && html`<${Kind} key=${store.dialog} />`}${store.alert !== null && html`<${Alert} />`}`;
}
