// A message as Telegram shows it.
import { html } from "./html.js";
import { Actions } from "./actions.js";
import { isAside } from "./asides.js";
import { Avatar } from "./avatar.js";
import { clock } from "./dates.js";
import { formatted } from "./entities.js";
import { Icon } from "./icons.js";
import { InlineKeyboard } from "./keyboards.js";
import { media, summary } from "./media.js";
import { store } from "./store.js";
import { fullName } from "./world.js";
import { t } from "./words.js";

export const elementId = (chat, id) => `m${chat}_${id}`;

export function jump(chat, id) {
  const target = document.getElementById(elementId(chat, id));
  target?.scrollIntoView({ block: "center", behavior: "smooth" });
  target?.animate({ opacity: [0.3, 1] }, 700);
}

// A channel's post has nobody but the channel; who hides is the group.
const author = (message) => message.sender_chat?.title ?? fullName(message.from);

function Reply({ message, quote, chat }) {
  return html`<button class="plain reply" onClick=${() => jump(chat, message.message_id)}>
    <b>${author(message)}</b><span>${quote?.text ?? summary(message)}</span></button>`;
}

// Whose message it was at first.
function origin({ sender_user: user, sender_user_name: name, sender_chat: sender, chat, author_signature: signature }) {
  const title = (sender ?? chat)?.title;
  return [title ?? name ?? fullName(user), signature].filter(Boolean).join(", ");
}

function Reactions({ message }) {
  const people = Object.values(message.reactions_of_people ?? {}).flat();
  const all = [...(message.reactions ?? []), ...people].map((one) => one.emoji ?? "★");
  if (!all.length) return null;
  const counts = new Map();
  for (const emoji of all) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return html`<div class="reactions" aria-label=${t("Реакции")}>
    ${[...counts].map(([emoji, count]) => html`<span>${emoji}${count > 1 && html` <small>${count}</small>`}</span>`)}</div>`;
}

// One's own message is sent; two ticks when the bot has taken it.
function Ticks({ message }) {
  const waits = store.waiting.has(`${message.chat.id}:${message.message_id}`);
  const label = waits ? t("Бот ещё не получил") : t("Бот получил");
  return html`<span class=${waits ? "ticks" : "ticks taken"} role="img" aria-label=${label} title=${label}>
    <${Icon} name=${waits ? "check" : "checks"} /></span>`;
}

// The effects that all clients know.
const EFFECTS = {
  "5104841245755180586": "🔥", "5107584321108051014": "👍", "5104858069142078462": "👎", "5159385139981059251": "❤",
  "5046509860389126442": "🎉", "5046589136895476101": "💩",
};

const ONLY_EMOJI = /^(?:\p{RI}{2}|\p{Emoji_Presentation}|\p{Extended_Pictographic}|[\p{EMod}\u200d\ufe0f\u20e3])+$/u;
const letters = new Intl.Segmenter();

// Up to three emoji and nothing else are written large.
function largeness(text, entities = []) {
  if (!text || text.length > 40 || entities.some(({ type }) => type !== "custom_emoji") || !ONLY_EMOJI.test(text)) return "";
  const count = [...letters.segment(text)].length;
  return count > 3 ? "" : ` large large${count}`;
}

// One message, or the messages of an album.
export function Bubble({ messages, me }) {
  const [first] = messages;
  const chat = first.chat.id;
  const mine = first.from?.id === me;
  const said = messages.find((message) => message.text ?? message.caption) ?? first;
  const last = messages.at(-1);
  const inGroup = chat < 0 && !mine;
  const shows = messages.map(media).filter(Boolean);
  const text = html`<div class=${"text" + largeness(said.text, said.entities)}>
    ${formatted(said.text ?? said.caption, said.entities ?? said.caption_entities)}</div>`;
  const shown = shows.length > 1 ? html`<div class="album">${shows}</div>` : shows;
  return html`<article id=${elementId(chat, first.message_id)} class=${"bubble" + (mine ? " mine" : "") + (isAside(first) ? " aside" : "")}
      aria-label=${`${author(first)}, ${clock(first.date)}`}>
    ${inGroup && html`<${Avatar} id=${first.sender_chat?.id ?? first.from?.id} name=${author(first)} />`}
    <div class="body">
      ${inGroup && html`<b class="author">${author(first)}${first.author_signature && html` <small>${first.author_signature}</small>`}</b>`}
      ${first.forward_origin && html`<small class="forwarded">${t("Переслано от {}", origin(first.forward_origin))}</small>`}
      ${isAside(first) && html`<small class="forwarded">${t("видите только вы")}</small>`}
      ${first.sender_business_bot && html`<small class="forwarded">${t("через @{}", first.sender_business_bot.username)}</small>`}
      ${first.via_bot && html`<small class="forwarded">${t("через @{}", first.via_bot.username)}</small>`}
      ${first.reply_to_message && html`<${Reply} message=${first.reply_to_message} quote=${first.quote} chat=${chat} />`}
      ${first.show_caption_above_media ? [text, shown] : [shown, text]}
      <footer>
        <${Reactions} message=${first} />
        <small>${EFFECTS[first.effect_id]} ${messages.some((m) => m.edit_date) && html`<span class="edited">${t("изменено")}</span>`}
          ${" "}<time>${clock(last.date)}</time>${mine && !isAside(first) && html`<${Ticks} message=${last} />`}</small>
      </footer>
    </div>
    <${Actions} message=${first} />
    <${InlineKeyboard} message=${last} />
  </article>`;
}
