// A thing that is not drawn: a sign, a name and details; a file is saved by a click.
import { html } from "./html.js";
import { address } from "./files.js";

export const details = (...given) => given.filter(Boolean).join(", ");

export function Tile({ sign, title, detail, file }) {
  const words = html`<span class="sign" aria-hidden="true">${sign}</span>
    <span><b>${title}</b><small>${detail}</small></span>`;
  return file
    ? html`<a class="tile" href=${address(file.file_id)} target="_blank" rel="noopener" download=${file.file_name ?? ""}>${words}</a>`
    : html`<div class="tile">${words}</div>`;
}
