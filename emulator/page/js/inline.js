// Inline mode: what one types after the bot's name is asked of it, and what it offers is listed above the field.
import { html, useEffect, useState } from "./html.js";
import { act } from "./act.js";
import { control } from "./control.js";
import { kindName } from "./media.js";
import { store } from "./store.js";
import { openDataApp } from "./webapp.js";
import { t } from "./words.js";

const PAUSE = 300;

// What is asked of the bot in a text that begins with its name, else null.
export function asked(text) {
  const name = `@${store.world.bot?.username} `.toLowerCase();
  return text.toLowerCase().startsWith(name) ? text.slice(name.length) : null;
}

async function offered(query, offset) {
  const { id } = await control("inline", { user: store.me, chat: store.chat, query, offset });
  return { id, ...(await control("inline?" + new URLSearchParams({ id, timeout_ms: 10_000 }))) };
}

// The offer to the text as it is now: {results, next_offset, button, more}; each result knows the query that brought it.
export function useOffer(text) {
  const query = asked(text);
  const [offer, setOffer] = useState(null);
  useEffect(() => {
    setOffer(null);
    if (query === null) return undefined;
    let current = true;
    const ask = async (offset, before) => {
      try {
        const { id, results, next_offset, button } = await offered(query, offset);
        const all = [...before, ...results.map((result) => ({ ...result, query: id }))];
        if (current) setOffer({ results: all, button, more: next_offset && (() => ask(next_offset, all)) });
      } catch {
        // The bot did not answer: as in the apps, nothing is shown.
      }
    };
    const timer = setTimeout(() => ask("", []), PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, store.chat]);
  return query === null ? null : offer;
}

function Result({ result, choose }) {
  const { title, caption, description, address, phone_number: phone, first_name: name, type } = result;
  return html`<button class="plain" onClick=${() => choose(result)}>
    <b>${title ?? name ?? caption ?? kindName(type)}</b><span>${description ?? address ?? phone ?? ""}</span></button>`;
}

export function Offer({ offer, done }) {
  const choose = ({ query, id }) => {
    done();
    act.choose(query, id);
  };
  const start = offer.button?.start_parameter;
  const app = offer.button?.web_app;
  return html`<div class="commands offer" role="list" aria-label=${t("Предложения бота")}>
    ${start && html`<button class="plain" onClick=${() => { done(); act.start(start); }}><b>${offer.button.text}</b></button>`}
    ${app && html`<button class="plain" onClick=${() => openDataApp(offer.button)}><b>${offer.button.text}</b></button>`}
    ${offer.results.map((result) => html`<${Result} result=${result} choose=${choose} />`)}
    ${!offer.results.length && !start && !app && html`<p class="empty">${t("Бот ничего не предлагает")}</p>`}
    ${offer.more && html`<button class="plain more" onClick=${offer.more}>${t("Показать ещё")}</button>`}
  </div>`;
}
