language-name = Русский

# === The list, and one mailing ===

list = <b>Рассылки</b>
list-empty = <b>Рассылки</b>
    Пока ни одной.
item-button = { $state } · { $title } · { $sent }
new-button = ✉️ Новая рассылка
close-button = Закрыть
to-list-button = ‹ К списку
no-button = Нет
refresh-button = ↻ Обновить

gone = Этой рассылки больше нет.
one = <b>{ $title }</b> (№ { $id })
    { $state }
one-reason = Причина: { $reason }
one-begins = Начнётся: { $time }

state-scheduled-plain = ждёт
state-running-plain = идёт
state-unsending-plain = забирается
state-editing-plain = исправляется
state-paused-plain = пауза
state-halted-plain = остановлена
state-done-plain = окончена
state-cancelled-plain = отменена
state-other-plain = ?

counts = Отправлено: <b>{ $sent }</b>
    Заблокировали бота: { $blocked }
    Не принято Telegram: { $failed }
    Неизвестно: { $unknown }
    Пропущено: { $skipped }
    Ждут: { $waiting }
count-unsent = Забрано назад: { $count }
count-edited = Исправлено: { $count }
count-kept = Не удалось изменить: { $count }
count-clicked = Нажали кнопку: { $count }
speed = { $rate } в секунду, осталось { $left }

seconds = { $count } с
minutes = { $count } мин
hours = { $hours } ч { $minutes } мин

pause-button = ⏸ Пауза
resume-button = ▶️ Продолжить
cancel-button = ✖ Отменить
unsend-button = 🗑 Забрать назад
csv-button = CSV
csv-caption = Кто получил рассылку № { $id }
csv-too-long-toast = Получателей больше { $most }: их выведет команда mail export
too-late-toast = Уже нельзя: рассылка в другом состоянии
ordered-toast = Готово

sure-cancel = Отменить «{ $title }»? Кому ещё не отправлено, тот её не получит.
sure-cancel-button = Да, отменить
sure-unsend = Забрать «{ $title }» назад? Сообщения удалятся у всех, кто получил их за последние 48 часов.
sure-unsend-button = Да, удалить у всех

# === A new one ===

content = <b>Новая рассылка</b>
    Пришлите или перешлите сообщение: текст, фото, видео, документ, альбом. Именно его все и получат.
title-of-photo-plain = Фото
title-of-other-plain = Сообщение

buttons = Так это увидят все. ↑
    Кнопки под сообщением: пришлите ссылки, по одной на строке: <code>Сайт https://example.org</code>
buttons-are = Кнопок-ссылок: { $count }
buttons-of-album = Под альбомом кнопок не бывает: они придут следующим сообщением.
buttons-wrong = Строка { $line } не похожа на «Текст https://…»
buttons-too-many = Кнопок может быть не больше { $most }
without-buttons-button = Убрать кнопки
other-content-button = ‹ Другое сообщение
languages-button = 🌐 Для других языков
forward-button = Дальше ›
back-button = ‹ Назад

translations = На каком языке сказать иначе? Кто говорит на остальных, получит основное сообщение.
translations-nobody = Языки пользователей пока неизвестны.
translation = Пришлите сообщение для тех, кто говорит на языке { $language }.
drop-translation-button = Убрать его

audience = <b>Кому?</b>
    Получат сейчас: <b>{ $count }</b>
audience-segments = Группы: только те, кто есть во всех отмеченных.
audience-languages = Языки: любой из отмеченных; ничего не отмечено — все.
audience-categories = Тема: кто от неё отказался, не получит.
opt-out-toggle-button = Кнопка «Не получать»
opt-out-button = Не получать

when = Когда отправить? Сейчас её получат { $count }; это займёт около { $time }.
now-button = Сейчас
later-button = В другое время
day = В какой день? Время — { $zone }.
time = { $day }, во сколько? Время — { $zone }.

preview = <b>{ $title }</b>
    Получат: <b>{ $count }</b>, около { $time }
preview-segments = Группы: { $names }
preview-languages = Языки: { $names }
preview-category = Тема: { $name }
preview-now = Начнётся сразу
preview-at = Начнётся { $time } ({ $zone })
preview-below = Сообщение — выше. Отправить?
variant = Кто говорит на языке { $language }, получит:
send-button = ✅ Отправить
rename-button = Название
title = Как назвать рассылку? Название видят только администраторы.
