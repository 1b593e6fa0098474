// Light, dark, or as the system has it.
import { html, useState } from "./html.js";

const NAMES = { auto: "как в системе", light: "светлая", dark: "тёмная" };
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

function apply(theme) {
  document.documentElement.dataset.theme = theme;
}

apply(localStorage.getItem("theme") ?? "auto");

export function ThemeButton() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const next = () => {
    const names = Object.keys(NAMES);
    const chosen = names[(names.indexOf(theme) + 1) % names.length];
    localStorage.setItem("theme", chosen);
    apply(chosen);
    setTheme(chosen);
  };
  return html`<button class="icon theme" aria-label=${"Тема: " + NAMES[theme]} title=${"Тема: " + NAMES[theme]}
    onClick=${next}>${SIGNS[theme]}</button>`;
}
