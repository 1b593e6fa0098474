// Times and days as people write them. Telegram's clock may be ahead of the browser's.
import { locale, t } from "./words.js";

const DAY = 86_400_000;
const at = (seconds) => new Date(seconds * 1000);

export const clock = (seconds) => at(seconds).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });

// The same for all times of one day.
export const dayOf = (seconds) => at(seconds).toDateString();

export function dayName(seconds) {
  const date = at(seconds);
  if (date.toDateString() === new Date().toDateString()) return t("Сегодня");
  if (date.toDateString() === new Date(Date.now() - DAY).toDateString()) return t("Вчера");
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleDateString(locale(), { day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
}

// As short as the list of chats needs it.
export function shortly(seconds) {
  const date = at(seconds);
  if (date.toDateString() === new Date().toDateString()) return clock(seconds);
  const isNear = Math.abs(Date.now() - date) < 6 * DAY;
  return date.toLocaleDateString(locale(), isNear ? { weekday: "short" } : { day: "2-digit", month: "2-digit", year: "2-digit" });
}

export const duration = (seconds) =>
  seconds === undefined ? "" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
