// What one sends beside text: the menu of it, and the window that shows files before they go.
import { html, useEffect, useMemo, useRef, useState } from "./html.js";
import { act } from "./act.js";
import { size } from "./files.js";
import { Icon } from "./icons.js";
import { kindName } from "./media.js";
import { dialog } from "./store.js";
import { t } from "./words.js";

const ENTRIES = [["sticker", "Стикер"], ["poll", "Опрос"], ["place", "Место"], ["contact", "Контакт"]];

// Files chosen, pasted or dropped are looked at first; then the text in the field is their caption.
export const preview = (files, caption, clear) => files.length && dialog("files", { files, caption, clear });

export function AttachButton({ caption, clear }) {
  const input = useRef(null);
  const menu = useRef(null);
  const chosen = () => {
    preview([...input.current.files], caption, clear);
    input.current.value = "";
  };
  const done = (action) => () => {
    menu.current.open = false;
    action();
  };
  const left = (event) => {
    if (!menu.current.contains(event.relatedTarget)) menu.current.open = false;
  };
  const escape = (event) => {
    if (event.key !== "Escape" || !menu.current.open) return;
    event.stopPropagation();
    menu.current.open = false;
  };
  return html`<input type="file" multiple hidden ref=${input} onChange=${chosen} aria-label=${t("Файл")} />
    <details class="attach" ref=${menu} onFocusOut=${left} onKeyDown=${escape}>
      <summary class="icon" aria-label=${t("Отправить не текст")} title=${t("Отправить не текст")}><${Icon} name="attach" /></summary>
      <div><button type="button" class="plain" onClick=${done(() => input.current.click())}>${t("Фото или файл")}</button>
        ${ENTRIES.map(([kind, name]) => html`<button type="button" class="plain" onClick=${done(() => dialog(kind))}>${t(name)}</button>`)}</div>
    </details>`;
}

// As what files can be sent, the usual first.
function kindsOf(files) {
  const all = (type) => files.every((file) => file.type.startsWith(type));
  const one = files.length === 1;
  if (all("image/gif")) return ["animation", "document"];
  if (all("image/")) return ["photo", "document", ...(one ? ["sticker"] : [])];
  if (all("video/")) return ["video", "document", ...(one ? ["animation", "video_note"] : [])];
  if (all("audio/")) return ["audio", "document", ...(one ? ["voice"] : [])];
  return ["document"];
}

function Thumbnail({ file }) {
  const source = useMemo(() => (file.type.startsWith("image/") ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => source && URL.revokeObjectURL(source), [source]);
  if (source) return html`<img src=${source} alt=${file.name} title=${file.name} />`;
  return html`<p class="tile"><span class="sign"><${Icon} name="file" /></span><span><b>${file.name}</b><small>${size(file.size)}</small></span></p>`;
}

export function Preview({ files, caption, clear, close }) {
  const kinds = kindsOf(files);
  const [kind, setKind] = useState(kinds[0]);
  const [sending, setSending] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    setSending(true);
    const went = await act.send(files, kind, new FormData(event.target).get("caption").trim());
    setSending(false);
    if (!went) return;
    clear();
    close();
  };
  const key = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  };
  return html`<form onSubmit=${send}>
    <h2>${files.length === 1 ? t("Отправить файл") : t("Отправить файлы: {}", files.length)}</h2>
    <div class=${"previews" + (files.length === 1 ? " one" : "")}>${files.map((file) => html`<${Thumbnail} file=${file} />`)}</div>
    <label>${t("Как")}<select aria-label=${t("Как отправить")} value=${kind} onChange=${(event) => setKind(event.target.value)}>
      ${kinds.map((one) => html`<option value=${one} selected=${one === kind}>${kindName(one)}</option>`)}</select></label>
    <label>${t("Подпись")}<textarea name="caption" rows="2" maxlength="1024" autofocus onKeyDown=${key} onFocus=${({ target }) => target.setSelectionRange(1024, 1024)}>${caption}</textarea></label>
    <button class="primary" disabled=${sending}>${t("Отправить")}</button>
  </form>`;
}
