// The bot's menu of commands, as setMyCommands gave it to this person in this chat.
import { html } from "./html.js";
import { store } from "./store.js";
import { group, person } from "./world.js";
import { t } from "./words.js";

// The narrowest scope that has commands wins, and in it the person's language before none.
export function commandsFor() {
  const isGroup = group(store.chat) !== undefined;
  const language = person(store.me)?.language_code ?? "";
  const scopes = [
    (scope) => scope.type === "chat" && Number(scope.chat_id) === store.chat,
    (scope) => scope.type === (isGroup ? "all_group_chats" : "all_private_chats"),
    (scope) => scope.type === "default",
  ];
  for (const fits of scopes) {
    for (const wanted of [language, ""]) {
      const found = store.world.commands.find(
        ({ scope, language_code }) => language_code === wanted && fits(JSON.parse(scope)),
      );
      if (found?.commands.length) return found.commands;
    }
  }
  return [];
}

export function CommandMenu({ commands, choice, choose }) {
  return html`<ul class="commands" role="listbox" aria-label=${t("Команды бота")}>
    ${commands.map((command, index) => html`<li role="option" aria-selected=${index === choice}
        class=${index === choice ? "chosen" : ""} onMouseDown=${(event) => event.preventDefault()}
        onClick=${() => choose(command)}>
      <b>/${command.command}</b> <span>${command.description}</span></li>`)}
  </ul>`;
}
