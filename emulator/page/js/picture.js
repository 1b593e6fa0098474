// Pictures: shown where they can be had, opened by a click; else a tile.
import { html, useState } from "./html.js";
import { address, size } from "./files.js";
import { Icon } from "./icons.js";
import { dialog } from "./store.js";
import { details, Tile } from "./tile.js";
import { t } from "./words.js";

export function Picture({ file, label, spoiler, className = "picture" }) {
  const [failed, setFailed] = useState(false);
  const [veiled, setVeiled] = useState(spoiler);
  if (failed) {
    return html`<${Tile} sign=${html`<${Icon} name="picture" />`} title=${label}
      detail=${details(file.width && `${file.width}×${file.height}`, size(file.file_size))} />`;
  }
  const image = html`<img class=${className} src=${address(file.file_id)} alt=${label} width=${file.width} height=${file.height}
    loading="lazy" onError=${() => setFailed(true)} />`;
  if (veiled) return html`<button class="plain veil" aria-label=${t("Скрыто: показать")} onClick=${() => setVeiled(false)}>${image}</button>`;
  return html`<button class="plain opens" aria-label=${t("{}: открыть", label)} onClick=${() => dialog("picture", { file, label })}>${image}</button>`;
}

// What the window of an opened picture shows.
export function OpenedPicture({ file, label }) {
  return html`<img src=${address(file.file_id)} alt=${label} />
    <p><a href=${address(file.file_id)} target="_blank" rel="noopener" download=${file.file_name ?? ""}>${t("Сохранить")}</a>
      <small>${details(file.width && `${file.width}×${file.height}`, size(file.file_size))}</small></p>`;
}
