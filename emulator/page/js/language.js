// Russian or English.
import { html } from "./html.js";
import { changed } from "./store.js";
import { isRussian, setLanguage, t } from "./words.js";

export function LanguageButton() {
  const next = () => {
    setLanguage(isRussian() ? "en" : "ru");
    changed();
  };
  return html`<button class="icon language" aria-label=${t("Язык страницы: русский")} title=${t("Язык страницы: русский")}
    onClick=${next}>${isRussian() ? "RU" : "EN"}</button>`;
}
