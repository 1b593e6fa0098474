// Inline mode: what one types after the bot's name is asked of it, and what it offers is listed above the field.
import { html, useEffect, useState } from "./html.js";
import { act } from "./act.js";
import { control } from "./control.js";
import { store } from "./store.js";

const PAUSE = 300;

// What is asked of the bot in a text that begins with its name, else null.
export function asked(text) {
  const name = `@${store.world.bot?.username} `.toLowerCase();
  return text.toLowerCase().startsWith(name) ? text.slice(name.length) : null;
}

// The offer to the text as it is now: {id, results, next_offset, button}.
export function useOffer(text) {
  const query = asked(text);
  const [offer, setOffer] = useState(null);
  useEffect(() => {
    setOffer(null);
    if (query === null) return undefined;
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const { id } = await control("inline", { user: store.me, chat: store.chat, query });
        const answer = await control("inline?" + new URLSearchParams({ id, timeout_ms: 10_000 }));
        if (current) setOffer({ id, ...answer });
      } catch {
        // The bot did not answer: as in the apps, nothing is shown.
      }
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, store.chat]);
  return query === null ? null : offer;
}

function Result({ result, choose }) {
  const { title, caption, description, address, phone_number: phone, first_name: name, type } = result;
  return html`<button class="plain" onClick=${() => choose(result.id)}>
    <b>${title ?? name ?? caption ?? type}</b><span>${description ?? address ?? phone ?? ""}</span></button>`;
}

export function Offer({ offer, done }) {
  const choose = (id) => {
    done();
    act.choose(offer.id, id);
  };
  const start = offer.button?.start_parameter;
  return html`<div class="commands offer" role="list" aria-label="Предложения бота">
    ${start && html`<button class="plain" onClick=${() => { done(); act.start(start); }}><b>${offer.button.text}</b></button>`}
    ${offer.results.map((result) => html`<${Result} result=${result} choose=${choose} />`)}
    ${!offer.results.length && !start && html`<p class="empty">Бот ничего не предлагает</p>`}
  </div>`;
}
