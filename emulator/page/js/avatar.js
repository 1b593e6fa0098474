// A coloured circle with initials.
import { html } from "./html.js";

export function Avatar({ id, name = "" }) {
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").join("").slice(0, 2);
  return html`<span class=${"avatar tint" + (Math.abs(id ?? 0) % 7)} aria-hidden="true">${initials.toUpperCase()}</span>`;
}
