// A checklist: tasks are ticked off by a press, and added, if the list allows it to others.
import { html } from "./html.js";
import { act } from "./act.js";
import { Icon } from "./icons.js";
import { fields } from "./window.js";
import { fullName } from "./world.js";
import { t } from "./words.js";

export function Checklist({ list, message }) {
  const add = (event) => {
    act.tasks(message, { add: fields(event).task });
    event.target.reset();
  };
  return html`<div class="checklist" role="group" aria-label=${list.title}>
    <b>${list.title}</b>
    ${list.tasks.map(({ id, text, completed_by_user: by }) => html`<button class="plain" role="checkbox" aria-checked=${Boolean(by)}
      disabled=${!list.others_can_mark_tasks_as_done} onClick=${() => act.tasks(message, { [by ? "not_done" : "done"]: `[${id}]` })}>
      <span class="box">${by && html`<${Icon} name="check" />`}</span><span>${text}${by && html` <small>${fullName(by)}</small>`}</span></button>`)}
    ${list.others_can_add_tasks && html`<form onSubmit=${add}><input name="task" required placeholder=${t("Ещё задача")} aria-label=${t("Ещё задача")} autocomplete="off" />
      <button class="icon" aria-label=${t("Добавить")}><${Icon} name="plus" /></button></form>`}
  </div>`;
}
