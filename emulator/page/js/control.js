// Calls of the control API, as the bot sees the world that the page's address names: ?bot=shop_bot, and in the chats of a business
// account with ?business=ID.
const given = new URLSearchParams(location.search);
const bot = given.get("bot");

export const account = given.get("business");
const own = bot ? `/control/bots/${encodeURIComponent(bot)}/` : "/control/";
export const base = account ? `${own}business/${encodeURIComponent(account)}/` : own;

async function call(path, params, method) {
  const body = params instanceof FormData ? params : params && new URLSearchParams(params);
  const answer = await fetch(path, { method, body }).then((response) => response.json());
  if (!answer.ok) throw new Error(answer.description);
  return answer.result;
}

export const control = (path, params, method = params ? "POST" : "GET") => call(base + path, params, method);

// The same in the bot's own chats, wherever the page is.
export const ofBot = (path, params) => call(own + path, params, params ? "POST" : "GET");

// Goes to the page of another bot or account.
export function visit(changes) {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value === null ? next.delete(name) : next.set(name, value);
  location.assign("?" + next);
}
