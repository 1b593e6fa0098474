// The page's words: Russian as they stand in the sources, or English by the dictionary.
import { ENGLISH } from "./english.js";

let language = localStorage.getItem("language") ?? "ru";
document.documentElement.lang = language;

export const isRussian = () => language === "ru";
export const locale = () => (isRussian() ? "ru" : "en-GB");

// Each {} is the next of the given.
export function t(russian, ...given) {
  const text = isRussian() ? russian : (ENGLISH[russian] ?? russian);
  let next = 0;
  return text.replace(/\{\}/g, () => given[next++]);
}

export function setLanguage(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen;
}
