// What a message carries beside text: pictures where they can be had, else a tile with a name and a size.
import { html, useState } from "./html.js";
import { act } from "./act.js";
import { Icon } from "./icons.js";
import { store } from "./store.js";

const address = (file) => `/control/file?file_id=${encodeURIComponent(file.file_id)}`;

export function size(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1024) return `${bytes} Б`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} КБ` : `${(bytes / 1024 / 1024).toFixed(1)} МБ`;
}

const duration = (seconds) =>
  seconds === undefined ? "" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function Tile({ sign, title, detail, file }) {
  const words = html`<span class="sign" aria-hidden="true">${sign}</span>
    <span><b>${title}</b><small>${[].concat(detail).filter(Boolean).join(", ")}</small></span>`;
  return file
    ? html`<a class="tile" href=${address(file)} target="_blank" rel="noopener" download>${words}</a>`
    : html`<div class="tile">${words}</div>`;
}

function Picture({ file, label, spoiler, className = "picture" }) {
  const [failed, setFailed] = useState(false);
  const [veiled, setVeiled] = useState(spoiler);
  if (failed) return html`<${Tile} sign=${html`<${Icon} name="picture" />`} title=${label} detail=${[`${file.width}×${file.height}`, size(file.file_size)]} />`;
  const image = html`<img class=${className} src=${address(file)} alt=${label} width=${file.width} height=${file.height}
    loading="lazy" onError=${() => setFailed(true)} />`;
  if (!veiled) return image;
  return html`<button class="plain veil" aria-label="Скрыто: показать" onClick=${() => setVeiled(false)}>${image}</button>`;
}

// One votes by pressing an option; once more takes the vote back.
function Poll({ poll, message }) {
  const mine = message.votes?.[store.me] ?? [];
  const shares = poll.options.map(({ voter_count: count }) => (poll.total_voter_count ? count / poll.total_voter_count : 0));
  const right = (index) => poll.type === "quiz" && mine.length > 0 && poll.correct_option_ids?.includes(index);
  const vote = (index) => {
    const others = poll.allows_multiple_answers ? mine.filter((other) => other !== index) : [];
    act.vote(message, mine.includes(index) ? others : [...others, index]);
  };
  const kind = poll.is_closed ? "Опрос закрыт" : [poll.is_anonymous ? "Анонимн" : "Открыт", poll.type === "quiz" ? "ая викторина" : "ый опрос"].join("");
  return html`<div class="poll" role="group" aria-label=${poll.question}><b>${poll.question}</b><small>${kind}, голосов: ${poll.total_voter_count}</small>
    ${poll.options.map((option, index) => html`<button class="plain" disabled=${poll.is_closed} aria-pressed=${mine.includes(index)}
      onClick=${() => vote(index)}><span>${mine.includes(index) ? "✓ " : ""}${right(index) ? "★ " : ""}${option.text}</span>
      <small>${Math.round(shares[index] * 100)}%</small><meter value=${shares[index]} aria-hidden="true"></meter></button>`)}
    ${poll.explanation && mine.length > 0 && html`<small>${poll.explanation}</small>`}
  </div>`;
}

export const money = (amount, currency) =>
  currency === "XTR" ? `⭐️ ${amount}` : `${(amount / 100).toFixed(2)} ${currency}`;

function PaidMedia({ paid }) {
  const shown = paid.paid_media.map((one) => media(one.type === "photo" ? { photo: one.photo } : { video: one.video }));
  return html`<div><div class="album">${shown}</div><small>Платно: ${money(paid.star_count, "XTR")}</small></div>`;
}

const place = ({ latitude, longitude }) => `${latitude}, ${longitude}`;

// Field of a message -> how it looks. Animations come with a document beside them: the first that is there counts.
const LOOKS = {
  photo: (sizes, m) => html`<${Picture} file=${sizes.at(-1)} label="Фото" spoiler=${m.has_media_spoiler} />`,
  sticker: (file) =>
    file.is_animated || file.is_video
      ? html`<${Tile} sign=${file.emoji ?? "★"} title="Стикер" detail=${file.set_name} file=${file} />`
      : html`<${Picture} file=${file} label=${"Стикер " + (file.emoji ?? "")} className="sticker" />`,
  animation: (file) => html`<${Tile} sign="GIF" title=${file.file_name ?? "Анимация"}
    detail=${[duration(file.duration), size(file.file_size)]} file=${file} />`,
  video: (file) => html`<${Tile} sign="▶" title=${file.file_name ?? "Видео"}
    detail=${[duration(file.duration), size(file.file_size)]} file=${file} />`,
  video_note: (file) => html`<${Tile} sign="◉" title="Видеосообщение" detail=${duration(file.duration)} file=${file} />`,
  voice: (file) => html`<${Tile} sign=${html`<${Icon} name="voice" />`} title="Голосовое сообщение"
    detail=${[duration(file.duration), size(file.file_size)]} file=${file} />`,
  audio: (file) => html`<${Tile} sign="♪" title=${file.title ?? file.file_name ?? "Аудио"}
    detail=${[file.performer, duration(file.duration), size(file.file_size)]} file=${file} />`,
  document: (file) => html`<${Tile} sign=${html`<${Icon} name="file" />`} title=${file.file_name ?? "Файл"}
    detail=${[size(file.file_size), file.mime_type]} file=${file} />`,
  contact: (contact) => html`<${Tile} sign=${html`<${Icon} name="person" />`} title=${[contact.first_name, contact.last_name].filter(Boolean).join(" ")}
    detail=${contact.phone_number} />`,
  venue: (venue) => html`<${Tile} sign=${html`<${Icon} name="place" />`} title=${venue.title} detail=${[venue.address, place(venue.location)]} />`,
  location: (location) => html`<${Tile} sign=${html`<${Icon} name="place" />`} title="Место" detail=${place(location)} />`,
  dice: (dice) => html`<${Tile} sign=${dice.emoji} title=${"Выпало " + dice.value} detail=${[]} />`,
  poll: (poll, m) => html`<${Poll} poll=${poll} message=${m} />`,
  invoice: (invoice) => html`<${Tile} sign="₽" title=${invoice.title}
    detail=${[invoice.description, money(invoice.total_amount, invoice.currency)]} />`,
  paid_media: (paid) => html`<${PaidMedia} paid=${paid} />`,
};

const NAMES = {
  photo: "Фото", sticker: "Стикер", animation: "Анимация", video: "Видео", video_note: "Видеосообщение", voice: "Голосовое",
  audio: "Аудио", document: "Файл", contact: "Контакт", venue: "Место", location: "Место", dice: "Кубик", poll: "Опрос",
  invoice: "Счёт", paid_media: "Платное",
};

const kindOf = (message) => Object.keys(LOOKS).find((kind) => message[kind]);

export function media(message) {
  const kind = kindOf(message);
  return kind && LOOKS[kind](message[kind], message);
}

// One line for lists, replies and pins.
export function summary(message) {
  const text = message?.text ?? message?.caption;
  const kind = message && NAMES[kindOf(message)];
  return [kind, text].filter(Boolean).join(", ") || (message ? "Сообщение" : "");
}
