// A coloured circle with initials.
import { html } from "./html.js";

export function Avatar({ id, name = "" }) {
  // By letters: an emoji is two units long.
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").filter(Boolean).slice(0, 2).join("");
  return html`<span class=${"avatar tint" + (Math.abs(id ?? 0) % 7)} aria-hidden="true">${initials.toUpperCase()}</span>`;
}
