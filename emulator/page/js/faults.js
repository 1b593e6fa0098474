// Switches for what goes wrong: each is a fault of the emulator, on while it lies in wait.
import { html, useState } from "./html.js";
import { act } from "./act.js";
import { control } from "./control.js";
import { Icon } from "./icons.js";
import { attempt, store } from "./store.js";
import { person } from "./world.js";
import { t } from "./words.js";

const METHODS = [
  "*", "sendMessage", "getUpdates", "answerCallbackQuery", "editMessageText", "editMessageReplyMarkup", "deleteMessage",
  "sendChatAction", "sendPhoto", "sendDocument", "getMe", "setMyCommands",
];

// What each switch asks for; `number` is the parameter one can choose.
const SWITCHES = [
  { name: "429 Too Many Requests", given: { code: 429 }, number: ["retry_after", 3, "с"] },
  { name: "502 Bad Gateway", given: { code: 502 } },
  { name: "500 Internal Server Error", given: { code: 500 } },
  { name: "Обрыв соединения", given: { kind: "reset" } },
  { name: "Обрыв после выполнения", given: { kind: "reset", takes_effect: 1 } },
  { name: "HTML вместо JSON", given: { kind: "garbage" } },
  { name: "Половина ответа", given: { kind: "truncated" } },
  { name: "Задержка", given: { kind: "delay" }, number: ["delay_ms", 2000, "мс"] },
];

const fits = (fault, method, { code, kind = "error", takes_effect = 0 }) =>
  fault.method === method && fault.kind === kind && (!code || fault.code === code) && fault.takes_effect === Boolean(takes_effect);

const add = attempt((given) => control("faults", given));
const remove = attempt(({ method, kind, code }) => {
  const query = new URLSearchParams({ method, kind, ...(code ? { code } : {}) });
  return control("faults?" + query, undefined, "DELETE");
});
const removeAll = attempt(() => control("faults", undefined, "DELETE"));

function Switch({ on, label, toggle, children }) {
  return html`<div class="switch-row"><button class="switch" role="switch" aria-checked=${on} onClick=${toggle}>${label}</button>
    ${children}</div>`;
}

function FaultSwitch({ one, method, count }) {
  const [parameter, initial, unit] = one.number ?? [];
  const [value, setValue] = useState(initial);
  const active = store.world.faults.find((fault) => fits(fault, method, one.given));
  const toggle = () => {
    if (active) return remove(active);
    return add({ method, ...one.given, ...(parameter && { [parameter]: value }), ...(count && { count }) });
  };
  return html`<${Switch} on=${Boolean(active)} label=${t(one.name)} toggle=${toggle}>
    ${parameter && html`<label class="number"><input type="number" min="0" value=${value} aria-label=${`${t(one.name)}, ${t(unit)}`}
      onInput=${(event) => setValue(event.target.value)} /> ${t(unit)}</label>`}
  <//>`;
}

function words(fault) {
  const known = SWITCHES.find((one) => fits(fault, fault.method, one.given));
  const named = (known && t(known.name)) ?? fault.description ?? fault.code ?? fault.kind;
  const details = [
    fault.retry_after && `retry_after ${fault.retry_after} ${t("с")}`,
    fault.delay_ms > 0 && `${fault.delay_ms} ${t("мс")}`,
    fault.count !== null && t("ещё {}", fault.count),
  ];
  const method = fault.method === "*" ? t("все методы") : fault.method;
  return [`${method}: ${named}`, ...details.filter(Boolean)].join(", ");
}

export function Faults() {
  const [method, setMethod] = useState("sendMessage");
  const [count, setCount] = useState("");
  const [opened, setOpened] = useState(false);
  const { faults } = store.world;
  const human = person(store.me);
  return html`<details class="faults" open=${opened || faults.length > 0}
      onToggle=${(event) => setOpened(event.currentTarget.open)}>
    <summary>${t("Сбои")} ${faults.length > 0 && html`<span class="badge">${faults.length}</span>`}</summary>
    <div class="fault-target">
      <label>${t("Метод")} <select aria-label=${t("Метод")} value=${method} onChange=${(event) => setMethod(event.target.value)}>
        ${METHODS.map((name) => html`<option value=${name} selected=${name === method}>${name === "*" ? t("все методы") : name}</option>`)}
      </select></label>
      <label>${t("Сколько раз")} <input type="number" min="1" placeholder=${t("всегда")} aria-label=${t("Сколько раз")} value=${count}
        onInput=${(event) => setCount(event.target.value)} /></label>
    </div>
    ${SWITCHES.map((one) => html`<${FaultSwitch} key=${one.name} one=${one} method=${method} count=${count} />`)}
    ${human && html`<${Switch} on=${human.blocked} label=${t("{}: бот заблокирован", human.first_name)}
      toggle=${human.blocked ? act.unblock : act.block} />`}
    ${faults.length > 0 && html`<ul class="active" aria-label=${t("Действующие сбои")}>
      ${faults.map((fault) => html`<li>${words(fault)}
        <button class="icon" aria-label=${t("Снять")} onClick=${() => remove(fault)}><${Icon} name="close" /></button></li>`)}
    </ul><button onClick=${removeAll}>${t("Снять все")}</button>`}
  </details>`;
}
