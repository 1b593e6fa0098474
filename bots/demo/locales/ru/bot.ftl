# The bundled bot. This language is the complete one: its messages are the methods of `Texts`.

language-name = Русский

hello = Здравствуйте, { $name }!
hello-stranger = Здравствуйте!
came-by-link = Вы пришли по ссылке: <code>{ $payload }</code>
what-i-can = Что я умею: /help

commands = <b>Команды</b>
command-line = /{ $command } — { $does }

not-a-text = Пока я понимаю только текст. { what-i-can }
no-such-command = Такой команды нет. { what-i-can }
nothing-to-cancel = Прерывать нечего.
cancelled = Диалог прерван.

choose-language = На каком языке говорить?
language-chosen = Буду говорить по-русски.

# The form.
form-name = Как вас зовут? Прервать: /cancel
form-long-name = Имя длиннее { $longest } символов. Напишите короче.
form-age = Приятно познакомиться, { $name }! Сколько вам лет?
form-wrong-age = Возраст — это число от 1 до 150.
form-confirm = <b>Имя:</b> { $name }
    <b>Возраст:</b> { $age }
    Всё верно?
form-save-button = Сохранить
form-cancel-button = Отмена
form-saved-toast = Сохранено
form-saved = Анкета сохранена.
form-cancelled-toast = Отменено
form-cancelled = Анкета не сохранена.

# Reminders.
remind-usage = Напишите, когда и о чём: <code>/remind 15m чай</code>. Время — число и <code>m</code>, <code>h</code> или <code>d</code>.
will-remind = Напомню.
reminder-line = { $number }. { $due } — { $text }
reminder = ⏰ { $text }
reminder-button = ✖ { $number }
reminder-cancelled-toast = Не напомню
reminder-gone-toast = Этого напоминания уже нет

# The report.
report-begun = Пишу отчёт…
report-done = <b>Отчёт готов</b>: { $chapters ->
    [one] { $chapters } глава
    [few] { $chapters } главы
   *[many] { $chapters } глав
 }.
report-stopped = Отчёт остановлен.
report-failed = Отчёт не получился.
report-preface-plain = Введение
report-water-plain = Вода
report-tea-plain = Чай
report-sugar-plain = Сахар
report-results-plain = Выводы

# For admins.
stats = Пользователей: { $users }
    Можно написать: { $active }
    Нельзя (заблокировали бота или не начинали с ним): { $unreachable }

cmd-start = Начать
cmd-form = Заполнить анкету
cmd-remind = Напомнить о чём-нибудь
cmd-report = Написать отчёт
cmd-cancel = Прервать диалог
cmd-language = Выбрать язык
cmd-help = Что умеет бот

segment-week-plain = Новые за неделю
category-updates-plain = Новости бота
