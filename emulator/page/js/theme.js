// Light, dark, or as the system has it.
import { html, useState } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./words.js";

const names = () => ({ auto: t("как в системе"), light: t("светлая"), dark: t("тёмная") });

function apply(theme) {
  document.documentElement.dataset.theme = theme;
}

apply(localStorage.getItem("theme") ?? "auto");

export function ThemeButton() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const next = () => {
    const all = Object.keys(names());
    const chosen = all[(all.indexOf(theme) + 1) % all.length];
    localStorage.setItem("theme", chosen);
    apply(chosen);
    setTheme(chosen);
  };
  const label = t("Тема: {}", names()[theme]);
  return html`<button class="icon theme" aria-label=${label} title=${label} onClick=${next}><${Icon} name=${theme} /></button>`;
}
