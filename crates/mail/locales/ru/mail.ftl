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
state-freezing-plain = записываются получатели
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
trial-goes = Варианты уходят части людей, остальные ждут
trial-waits = Варианты отправлены; лучший выберем { $time }
trial-winner = Остальным ушёл вариант «{ $name }». Кнопку нажали:
trial-none = Лучший вариант не выбран: рассылка окончена раньше
trial-variant = «{ $name }»: { $rate } % ({ $clicked } из { $sent })
trial-main-plain = первый
speed = { $rate } в секунду, осталось { $left }

seconds = { $count } с
minutes = { $count } мин
hours = { $hours } ч { $minutes } мин

pause-button = ⏸ Пауза
resume-button = ▶️ Продолжить
cancel-button = ✖ Отменить
edit-button = ✏️ Исправить
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

edit = Пришлите сообщение, которое заменит прежнее. Кнопки под ним останутся.
edit-later = Его получат те, кому ещё не отправлено. Кому отправлено, у тех пока останется прежнее: исправить его можно, когда рассылка окончена.
edit-sent = Сообщение изменится у всех, кто его получил.
edit-variants = Оно заменит и варианты: { $names }.
edited = Так это будет. ↑ Заменить?
edited-button = ✅ Заменить

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
other-button = ⚖️ Второй вариант
test-button = ⚖️ Два варианта
forward-button = Дальше ›
back-button = ‹ Назад

other = <b>Второй вариант</b>
    Пришлите его. Он уйдёт части людей вместо первого, и будет видно, на какой отвечают чаще.
drop-other-button = Без второго варианта
test = <b>Два варианта</b> ↑
    Второй получат { $share } % людей: выберите, сколько. Через сколько часов отправить остальным лучший из двух?
test-alone = Сейчас: лучший не выбирается, все остальные получат первый.
test-winner = Сейчас: столько же получат первый, а остальные ждут. Через { $time } им уйдёт тот вариант, под которым кнопку «{ $button }» нажала большая доля людей.
share-button = { $share } %
winner-button = { $hours } ч
label-button = Другая кнопка
label = Как назвать кнопку, по нажатиям которой сравниваются варианты? Кто её нажмёт, увидит «Спасибо!».
another-button = ‹ Другой вариант
counted-button = 👍 Интересно
counted-toast = Спасибо!

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

exactly = { $count }
about = около { $time }
at-least = не меньше { $count }
when = Когда отправить? Сейчас её получат { $count }; это займёт { $time }.
now-button = Сейчас
later-button = В другое время
day = В какой день? Время — { $zone }.
time = { $day }, во сколько? Время — { $zone }.

preview = <b>{ $title }</b>
    Получат: <b>{ $count }</b>, { $time }
preview-segments = Группы: { $names }
preview-languages = Языки: { $names }
preview-category = Тема: { $name }
preview-other = Второй вариант: { $share } %
preview-winner = Остальным — лучший, через { $time }, по кнопке «{ $button }»
preview-now = Начнётся сразу
preview-at = Начнётся { $time } ({ $zone })
preview-below = Сообщение — выше. Отправить?
variant-other-plain = второй
variant-other = Второй вариант, его получат { $share } %:
variant = Кто говорит на языке { $language }, получит:
send-button = ✅ Отправить
rename-button = Название
title = Как назвать рассылку? Название видят только администраторы.
