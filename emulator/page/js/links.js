// Addresses in messages: which may be opened, and those that start the bot.
import { act } from "./act.js";
import { ask, join } from "./membership.js";
import { open, store } from "./store.js";

const SCHEMES = ["http:", "https:", "tg:", "mailto:", "tel:", "ftp:"];

// The address to open, or null when it is none that is safe to open.
export function safe(given) {
  const text = String(given);
  for (const candidate of [text, "https://" + text]) {
    try {
      const url = new URL(candidate);
      if (SCHEMES.includes(url.protocol)) return url.href;
      if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return null;
    } catch {
      // The next candidate.
    }
  }
  return null;
}

// The payload of a deep link to this bot (t.me/<bot>?start=…), else null.
export function startPayload(address) {
  const url = new URL(address);
  const bot = store.world.bot?.username?.toLowerCase();
  const isBots =
    (/^(t|telegram)\.(me|dog)$/.test(url.hostname) && url.pathname.slice(1).toLowerCase() === bot) ||
    (url.protocol === "tg:" && url.searchParams.get("domain")?.toLowerCase() === bot);
  return isBots ? url.searchParams.get("start") : null;
}

// Opens the group that an invite link is of, and joins it or asks to be let in.
async function enter(one, { invite_link: link, creates_join_request: byRequest }) {
  const { me } = store;
  open(one.id);
  store.me = me;
  store.unsettled = false;
  if (one.members.includes(me)) return;
  await (byRequest ? ask : join)(one.id, { invite_link: link });
}

// A click on a link: one to this bot starts it here, one of its invoices is paid, one into a group leads there, any other
// opens a tab of its own.
export function follow(event, address) {
  const { hostname, pathname } = new URL(address);
  for (const one of store.world.groups) {
    const link = one.links?.find((link) => link.invite_link === address);
    if (!link) continue;
    event.preventDefault();
    enter(one, link);
    return;
  }
  if (hostname === "t.me" && pathname.startsWith("/$")) {
    event.preventDefault();
    act.pay({ link: address }, address);
    return;
  }
  const payload = startPayload(address);
  if (payload === null) return;
  event.preventDefault();
  act.start(payload);
}
