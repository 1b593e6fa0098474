// Formatted text: Telegram's entities become elements, text stays text.
import { html, useState } from "./html.js";
import { act } from "./act.js";
import { follow, safe } from "./links.js";
import { t } from "./words.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

function Spoiler({ children }) {
  const [opened, setOpened] = useState(false);
  if (opened) return html`<span class="spoiler open">${children}</span>`;
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    setOpened(true);
  };
  return html`<span class="spoiler" role="button" tabindex="0" aria-label=${t("Скрытый текст: показать")}
    onClickCapture=${reveal} onKeyDown=${reveal}>${children}</span>`;
}

function Quote({ expandable, children }) {
  const [opened, setOpened] = useState(!expandable);
  return html`<blockquote class=${opened ? "" : "folded"}>${children}
    ${expandable && html`<button class="plain unfold" aria-expanded=${opened} onClick=${() => setOpened(!opened)}>
      ${opened ? t("Свернуть") : t("Показать всё")}</button>`}
  </blockquote>`;
}

function Link({ address, children }) {
  const url = safe(address);
  if (!url) return html`<span>${children}</span>`;
  return html`<a href=${url} target="_blank" rel="noopener noreferrer" title=${url}
    onClick=${(event) => follow(event, url)}>${children}</a>`;
}

function element(entity, text, children) {
  const { type } = entity;
  if (TAGS[type]) return html`<${TAGS[type]}>${children}<//>`;
  switch (type) {
    case "spoiler":
      return html`<${Spoiler}>${children}<//>`;
    case "pre":
      return html`<pre data-language=${entity.language}><code>${children}</code></pre>`;
    case "blockquote":
    case "expandable_blockquote":
      return html`<${Quote} expandable=${type !== "blockquote"}>${children}<//>`;
    case "text_link":
      return html`<${Link} address=${entity.url}>${children}<//>`;
    case "url":
      return html`<${Link} address=${text}>${children}<//>`;
    case "email":
      return html`<${Link} address=${"mailto:" + text}>${children}<//>`;
    case "phone_number":
      return html`<${Link} address=${"tel:" + text}>${children}<//>`;
    case "bot_command":
      return html`<button class="plain link" onClick=${() => act.say(text)}>${children}</button>`;
    default:
      return html`<span class="entity ${type}">${children}</span>`;
  }
}

// Offsets count UTF-16 units, as JavaScript's strings do. Entities nest; an outer one comes before its inner ones.
export function formatted(text = "", entities = []) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const between = (from, to) => {
    const parts = [];
    let at = from;
    while (sorted.length && sorted[0].offset < to) {
      const entity = sorted.shift();
      const begin = Math.max(at, entity.offset);
      const end = Math.min(entity.offset + entity.length, to);
      if (end <= begin) continue;
      parts.push(text.slice(at, begin));
      parts.push(element(entity, text.slice(begin, end), between(begin, end)));
      at = end;
    }
    parts.push(text.slice(at, to));
    return parts;
  };
  return between(0, text.length);
}
