// What a message carries beside text, by the field that it is in.
import { html } from "./html.js";
import { act, pressing } from "./act.js";
import { Checklist } from "./checklist.js";
import { size } from "./files.js";
import { Icon } from "./icons.js";
import { money } from "./money.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { Poll } from "./poll.js";
import { details, Tile } from "./tile.js";
import { t } from "./words.js";

const icon = (name) => html`<${Icon} name=${name} />`;

function PaidMedia({ paid, message }) {
  const shown = paid.paid_media.map((one) =>
    one.type === "photo"
      ? html`<${Picture} file=${one.photo.at(-1)} label=${t("Фото")} spoiler />`
      : html`<${Player} kind="video" file=${one.video} title=${t("Видео")} />`);
  const key = `paid:${message.message_id}`;
  const pay = () => act.pay({ chat: message.chat.id, message_id: message.message_id }, key);
  return html`<div class=${shown.length > 1 ? "album" : ""}>${shown}</div>
    <button class="buy" aria-busy=${pressing.has(key)} onClick=${pay}>${t("Открыть за {}", money(paid.star_count, "XTR"))}</button>`;
}

const place = ({ latitude, longitude }) => `${latitude}, ${longitude}`;

// Animations come with a document beside them: the first that is there counts.
const LOOKS = {
  photo: (sizes, m) => html`<${Picture} file=${sizes.at(-1)} label=${t("Фото")} spoiler=${m.has_media_spoiler} />`,
  sticker: (file) =>
    file.is_animated || file.is_video
      ? html`<${Tile} sign=${file.emoji ?? "★"} title=${t("Стикер")} detail=${file.set_name} file=${file} />`
      : html`<${Picture} file=${file} label=${details(t("Стикер"), file.emoji)} className="sticker" />`,
  animation: (file, m) =>
    file.mime_type === "image/gif"
      ? html`<${Picture} file=${file} label=${t("Анимация")} spoiler=${m.has_media_spoiler} />`
      : html`<${Player} kind="animation" file=${file} title=${file.file_name ?? t("Анимация")} sign="GIF" />`,
  video: (file) => html`<${Player} kind="video" file=${file} title=${file.file_name ?? t("Видео")} />`,
  video_note: (file) => html`<${Player} kind="video_note" file=${file} title=${t("Видеосообщение")} />`,
  voice: (file) => html`<${Player} kind="voice" file=${file} title=${t("Голосовое сообщение")} sign=${icon("voice")} />`,
  audio: (file) => html`<${Player} kind="audio" file=${file} title=${file.title ?? file.file_name ?? t("Аудио")} detail=${file.performer} />`,
  document: (file) => html`<${Tile} sign=${icon("file")} title=${file.file_name ?? t("Файл")} detail=${details(size(file.file_size), file.mime_type)} file=${file} />`,
  contact: (contact) => html`<${Tile} sign=${icon("person")} title=${[contact.first_name, contact.last_name].filter(Boolean).join(" ")} detail=${contact.phone_number} />`,
  venue: (venue) => html`<${Tile} sign=${icon("place")} title=${venue.title} detail=${details(venue.address, place(venue.location))} />`,
  location: (location) => html`<${Tile} sign=${icon("place")} title=${location.live_period ? t("Место в реальном времени") : t("Место")} detail=${place(location)} />`,
  dice: (dice) => html`<${Tile} sign=${dice.emoji} title=${t("Выпало {}", dice.value)} />`,
  poll: (poll, m) => html`<${Poll} poll=${poll} message=${m} />`,
  invoice: (invoice) => html`<${Tile} sign=${invoice.currency === "XTR" ? "⭐" : "¤"} title=${invoice.title}
    detail=${details(invoice.description, money(invoice.total_amount, invoice.currency))} />`,
  checklist: (list, m) => html`<${Checklist} list=${list} message=${m} />`,
  paid_media: (paid, m) => html`<${PaidMedia} paid=${paid} message=${m} />`,
};

const NAMES = {
  photo: "Фото", sticker: "Стикер", animation: "Анимация", video: "Видео", video_note: "Видеосообщение", voice: "Голосовое сообщение",
  audio: "Аудио", document: "Файл", contact: "Контакт", venue: "Место", location: "Место", dice: "Кубик", poll: "Опрос",
  invoice: "Счёт", checklist: "Список дел", paid_media: "Платное",
};

const kindOf = (message) => Object.keys(LOOKS).find((kind) => message[kind]);

// What a kind is called, as it is or as a file of the kind is asked for.
export const kindName = (kind) => t(NAMES[kind] ?? kind);

export function media(message) {
  const kind = kindOf(message);
  return kind && LOOKS[kind](message[kind], message);
}

// One line for lists, replies and pins.
export function summary(message) {
  const text = message?.text ?? message?.caption;
  const kind = message && kindOf(message);
  const detail = message?.poll?.question ?? message?.sticker?.emoji ?? message?.invoice?.title ?? message?.checklist?.title;
  return [kind && kindName(kind), detail, text].filter(Boolean).join(", ") || (message ? t("Сообщение") : "");
}
