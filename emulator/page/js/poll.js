// A poll: one votes by pressing an option; once more takes the vote back.
import { html } from "./html.js";
import { act } from "./act.js";
import { store } from "./store.js";
import { t } from "./words.js";

function kindOf({ is_closed: closed, is_anonymous: anonymous, type }) {
  if (closed) return t("Опрос закрыт");
  if (type === "quiz") return anonymous ? t("Анонимная викторина") : t("Открытая викторина");
  return anonymous ? t("Анонимный опрос") : t("Открытый опрос");
}

export function Poll({ poll, message }) {
  const mine = message.votes?.[store.me] ?? [];
  const known = mine.length > 0 || poll.is_closed;
  const isRight = (index) => poll.type === "quiz" && known && poll.correct_option_ids?.includes(index);
  const isWrong = (index) => poll.type === "quiz" && mine.includes(index) && !isRight(index);
  const vote = (index) => {
    const others = poll.allows_multiple_answers ? mine.filter((other) => other !== index) : [];
    act.vote(message, mine.includes(index) ? others : [...others, index]);
  };
  return html`<div class="poll" role="group" aria-label=${poll.question}>
    <b>${poll.question}</b>
    <small>${kindOf(poll)}${poll.allows_multiple_answers && ", " + t("можно выбрать несколько")}</small>
    ${poll.options.map((option, index) => {
      const share = poll.total_voter_count ? option.voter_count / poll.total_voter_count : 0;
      const kind = isRight(index) ? "right" : isWrong(index) ? "wrong" : "";
      return html`<button class=${"plain " + kind} disabled=${poll.is_closed} aria-pressed=${mine.includes(index)} onClick=${() => vote(index)}>
        <span class="share">${Math.round(share * 100)}%</span>
        <span>${option.text}${mine.includes(index) && " ✓"}${isRight(index) && ` (${t("верно")})`}</span>
        <progress value=${share} aria-hidden="true"></progress></button>`;
    })}
    ${poll.explanation && mine.length > 0 && html`<small class="explanation">${poll.explanation}</small>`}
    <small>${t("Голосов: {}", poll.total_voter_count)}</small>
  </div>`;
}
