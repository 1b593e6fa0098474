// What happened in a chat beside what was said: service messages in words.
import { summary } from "./media.js";
import { money } from "./money.js";
import { fullName } from "./world.js";
import { t } from "./words.js";

const SERVICE = {
  new_chat_members: (users) => t("В группе теперь {}", users.map(fullName).join(", ")),
  left_chat_member: (user) => t("{} больше не в группе", fullName(user)),
  pinned_message: (message) => t("Закреплено: {}", summary(message)),
  new_chat_title: (title) => t("Группа теперь называется «{}»", title),
  new_chat_photo: () => t("У группы новое фото"),
  delete_chat_photo: () => t("У группы больше нет фото"),
  group_chat_created: () => t("Группа создана"),
  supergroup_chat_created: () => t("Группа создана"),
  migrate_to_chat_id: () => t("Группа стала супергруппой"),
  migrate_from_chat_id: () => t("Супергруппа продолжает группу"),
  forum_topic_created: (topic) => t("Открыта тема «{}»", topic.name),
  forum_topic_edited: (topic) => (topic.name ? t("Тема теперь называется «{}»", topic.name) : t("У темы другой значок")),
  forum_topic_closed: () => t("Тема закрыта"),
  forum_topic_reopened: () => t("Тема снова открыта"),
  general_forum_topic_hidden: () => t("Общая тема скрыта"),
  general_forum_topic_unhidden: () => t("Общая тема снова видна"),
  users_shared: ({ users }) => t("Передано людей: {}", users.length),
  chat_shared: (chat) => t("Передан чат {}", chat.title ?? chat.chat_id),
  web_app_data: ({ button_text: text }) => t("Данные из «{}» переданы боту", text),
  checklist_tasks_done: ({ marked_as_done_task_ids: done, marked_as_not_done_task_ids: undone }) =>
    [done?.length && t("Сделано дел: {}", done.length), undone?.length && t("Снова не сделано: {}", undone.length)].filter(Boolean).join(", "),
  checklist_tasks_added: ({ tasks }) => t("Добавлено дел: {}", tasks.length),
  successful_payment: (paid) => t("Оплачено {}", money(paid.total_amount, paid.currency)),
  refunded_payment: (paid) => t("Возвращено {}", money(paid.total_amount, paid.currency)),
};

export function service(message) {
  const kind = Object.keys(SERVICE).find((field) => message[field]);
  return kind && SERVICE[kind](message[kind]);
}
