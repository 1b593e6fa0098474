// Small pictures drawn as lines, so that no font must have them.
import { html } from "./html.js";

const PATHS = {
  attach: "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.600 1.600 0 0 1-2.300-2.300L14.500 7.500",
  auto: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  back: "M20 12H4M10 6l-6 6 6 6",
  blocked: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.300 6.300l11.400 11.400",
  channel: "M4 10v4h3l8 5V5L7 10zM18 9a4 4 0 0 1 0 6",
  check: "M5 13l4 4L19 7",
  checks: "M2 13l4 4L16 7M11 16l1 1L22 7",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  dark: "M19 14.500A8 8 0 0 1 9.500 5a7.500 7.500 0 1 0 9.500 9.500z",
  down: "M12 4v16M6 14l6 6 6-6",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  forum: "M4 5h16v11H10l-4 4v-4H4z",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2.500.700 4 2.500 4 5.500",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 15h8",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600L19 19M19 5l-1.400 1.400M6.400 17.600L5 19",
  more: "M12 5h.01M12 12h.01M12 19h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  place: "M12 21s7-6.500 7-11a7 7 0 0 0-14 0c0 4.500 7 11 7 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  play: "M8 5l11 7-11 7z",
  plus: "M12 5v14M5 12h14",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L20 20",
  send: "M4 12L3 4l18 8-18 8zM4 12h8",
  stop: "M7 7h10v10H7z",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4",
};

export function Icon({ name }) {
  return html`<svg class="line-icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
