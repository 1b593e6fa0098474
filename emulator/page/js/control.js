// Calls of the control API, as the bot sees the world that the page's address names: ?bot=shop_bot.
const bot = new URLSearchParams(location.search).get("bot");

export const base = bot ? `/control/bots/${encodeURIComponent(bot)}/` : "/control/";

export async function control(path, params, method = params ? "POST" : "GET") {
  const body = params instanceof FormData ? params : params && new URLSearchParams(params);
  const answer = await fetch(base + path, { method, body }).then((response) => response.json());
  if (!answer.ok) throw new Error(answer.description);
  return answer.result;
}
