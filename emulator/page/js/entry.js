// One line of the inspector's log: an update or a call, with its JSON when opened.
import { html, useState } from "./html.js";
import { toast } from "./store.js";
import { chatName } from "./world.js";
import { locale, t } from "./words.js";

// The kind of an update is the name of its only other field.
const kindOf = (update) => Object.keys(update ?? {}).find((field) => field !== "update_id") ?? "?";

export function chatOf(entry) {
  if (entry.kind === "call") {
    const given = entry.params?.chat_id;
    return given === undefined ? null : Number(given);
  }
  const content = entry.update?.[kindOf(entry.update)];
  return content?.chat?.id ?? content?.message?.chat?.id ?? content?.from?.id ?? null;
}

const texts = new WeakMap();

// What the search looks through.
export function searchable(entry) {
  if (!texts.has(entry)) {
    const { method, params, answer, update, status } = entry;
    texts.set(entry, JSON.stringify([method, status, params, answer, update]).toLowerCase());
  }
  return texts.get(entry);
}

function brief(entry) {
  if (entry.kind === "call") {
    const { text, caption, action, callback_query_id } = entry.params ?? {};
    if (entry.status !== 200 && entry.answer?.description) return entry.answer.description;
    return text ?? caption ?? action ?? (callback_query_id && `answer ${callback_query_id}`) ?? "";
  }
  const content = entry.update?.[kindOf(entry.update)];
  return content?.text ?? content?.data ?? content?.caption ?? content?.new_chat_member?.status ?? "";
}

function Json({ name, value }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const copy = () => navigator.clipboard?.writeText(text).then(() => toast(t("Скопировано")));
  return html`<figure><figcaption>${name} <button class="plain link" onClick=${copy}>${t("копировать")}</button></figcaption>
    <pre tabindex="0">${text}</pre></figure>`;
}

function Status({ entry }) {
  if (entry.kind === "update") return html`<span class="status update">update</span>`;
  if (entry.took_ms === null) return html`<span class="status waits">${t("ждёт")}</span>`;
  const good = entry.status === 200 && entry.answer?.ok !== false && typeof entry.answer !== "string";
  return html`<span class=${"status " + (good ? "good" : "bad")}>${entry.status || t("обрыв")}</span>`;
}

export function Entry({ entry }) {
  const [opened, setOpened] = useState(false);
  const isCall = entry.kind === "call";
  const chat = chatOf(entry);
  const time = new Date(entry.at_ms).toLocaleTimeString(locale()) + "." + String(entry.at_ms % 1000).padStart(3, "0");
  const took = isCall && entry.took_ms !== null ? `${entry.took_ms.toFixed(entry.took_ms < 10 ? 1 : 0)} ${t("мс")}` : "";
  return html`<li><details onToggle=${(event) => setOpened(event.currentTarget.open)}>
    <summary>
      <span class="arrow" aria-label=${isCall ? t("вызов бота") : t("обновление боту")}>${isCall ? "←" : "→"}</span>
      <b>${isCall ? entry.method : kindOf(entry.update)}</b>
      <${Status} entry=${entry} />
      <small>${took}</small>
      <small class="when">${time}</small>
      <span class="brief">${chat !== null && html`<i>${chatName(chat) || chat}</i> `}${String(brief(entry))}</span>
    </summary>
    ${opened && (isCall
      ? html`<${Json} name=${t("параметры")} value=${entry.params} />
          ${entry.answer !== null && html`<${Json} name=${t("ответ")} value=${entry.answer} />`}`
      : html`<${Json} name=${t("обновление")} value=${entry.update} />`)}
  </details></li>`;
}
