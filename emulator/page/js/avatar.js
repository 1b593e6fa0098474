// A photo, or a coloured circle with initials.
import { html, useState } from "./html.js";
import { address } from "./files.js";
import { group, person } from "./world.js";

export function Avatar({ id, name = "" }) {
  const photo = person(id)?.photo ?? group(id)?.photo?.big_file_id;
  const [failed, setFailed] = useState(null);
  if (photo && failed !== photo) {
    return html`<img class="avatar" src=${address(photo)} alt="" onError=${() => setFailed(photo)} />`;
  }
  // By letters: an emoji is two units long.
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").filter(Boolean).slice(0, 2).join("");
  return html`<span class=${"avatar tint" + (Math.abs(id ?? 0) % 7)} aria-hidden="true">${initials.toUpperCase()}</span>`;
}
