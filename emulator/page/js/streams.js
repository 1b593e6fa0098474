// What the bot streams (sendMessageDraft): shown in the chat while it is made, until the message comes or one stops it.
import { html } from "./html.js";
import { act } from "./act.js";
import { asker } from "./asking.js";
import { control } from "./control.js";
import { formatted } from "./entities.js";
import { Icon } from "./icons.js";
import { changed, store } from "./store.js";
import { t } from "./words.js";

export const refreshStreams = asker(async () => {
  const all = await control("drafts");
  store.streams = new Map(all.map((stream) => [stream.chat_id, stream]));
  changed();
});

export function Stream() {
  const stream = store.streams.get(store.chat);
  if (!stream) return null;
  return html`<article class="bubble stream" aria-label=${t("Бот пишет")}>
    <div class="body"><div class="text">${formatted(stream.text, stream.entities)}</div>
      <footer><small>${t("пишет…")}</small></footer></div>
    ${stream.can_stop && html`<button class="stop" onClick=${act.stop}><${Icon} name="stop" /> ${t("Остановить")}</button>`}
  </article>`;
}
