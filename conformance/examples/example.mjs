import assert from "node:assert/strict";

const T = (process.env.EMULATOR ?? "http://127.0.0.1:8081") + "/control/";
const result = async (response) => (await (await response).json()).result;
const tell = (path, what) => result(fetch(T + path, { method: "POST", body: new URLSearchParams(what) }));
const ask = (path, what) => result(fetch(`${T}${path}?${new URLSearchParams(what)}`));

const { id: alice } = await tell("users", { first_name: "Алиса" });
await tell("say", { user: alice, text: "/start" });
assert.match((await ask("messages/next", { chat: alice })).text, /Алиса/); // waits for it
const { id } = await tell("press", { user: alice, text: "Тост" }); // waits for a message with that button
assert.equal((await ask("presses", { id }))[0].text, "Сохранено");
