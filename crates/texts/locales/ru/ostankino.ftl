# What the library says by itself. A bot overrides it by an `ostankino.ftl` of its own.

# Something failed that is not the user's business. It is also said over a button and of a payment, without its markup.
apology = Что-то пошло не так

# Somebody pressed a button of an earlier version of the bot.
stale-button-toast = Кнопка устарела

# Somebody sends more than `flood.updates_per_min`.
flood-toast = Слишком много сообщений. Подождите немного.

# An owner turned maintenance on. It is also said over a button and of a payment, without its markup.
maintenance = Идут технические работы. Попробуйте позже.

# === Dialogs ===

# The pressed item, or the widget, is there no more.
dialog-gone-toast = Этого уже нет

# The message is one that the dialog left behind.
dialog-stale-toast = Это меню устарело

# The dialog is over.
dialog-closed-toast = Диалог закрыт

# An old button of it began the dialog anew.
dialog-again-toast = Начинаем заново

# In a group: it is somebody else's, or over.
dialog-not-yours-toast = Это меню не для вас или уже закрыто

# Of what somebody else may press.
dialog-not-for-you-toast = Это меню не для вас

# What only its user was to see came too late to be shown so. The next press shows it.
dialog-missed-toast = Не успел показать меню только вам. Нажмите ещё раз.

# The bot may not show it to its user alone: nobody pressed anything, and it is no administrator.
dialog-not-for-one = Это меню видите только вы, а показать его сейчас не получилось.

# More, or fewer, than may be chosen.
dialog-too-many-toast = Больше выбрать нельзя
dialog-too-few-toast = Меньше выбрать нельзя

# The day or the time cannot be chosen, or not any more.
dialog-not-free-toast = Это выбрать нельзя

# What is wrong with what a user sent.
dialog-too-short = Слишком коротко: нужно не меньше { $least ->
    [one] { $least } символа
    [few] { $least } символов
   *[many] { $least } символов
}
dialog-too-long = Слишком длинно: { $is ->
    [one] { $is } символ
    [few] { $is } символа
   *[many] { $is } символов
}, можно не больше { $most }
dialog-takes = Сюда подходит: { $kinds }
dialog-text-plain = текст
dialog-photo-plain = фото
dialog-document-plain = файл
dialog-contact-plain = контакт
dialog-location-plain = место на карте
dialog-no-number = Нужно число
dialog-no-whole-number = Нужно целое число
dialog-not-between = Нужно число от { $least } до { $most }
dialog-not-your-contact = Нужен ваш собственный номер, а не чужой контакт
dialog-wrong-file = Файл такого типа не подойдёт
dialog-too-large = Файл слишком большой: можно не больше { $megabytes } МБ

# === The admin page ===

# An admin asks for a link to the page by the command /admin.
admin-link =
    Вход в панель управления: { $url }

    Ссылка действует пять минут, один раз и только для вас: никому её не показывайте.

# === Mailings ===

# Somebody wants no more mailings of a category.
mailing-opted-out-toast = Больше не пришлём

# === Calendars ===

# The day with which a week begins: 1 is Monday, 7 Sunday.
calendar-first-day-plain = 1

calendar-monday-plain = Пн
calendar-tuesday-plain = Вт
calendar-wednesday-plain = Ср
calendar-thursday-plain = Чт
calendar-friday-plain = Пт
calendar-saturday-plain = Сб
calendar-sunday-plain = Вс

calendar-january-plain = Январь
calendar-february-plain = Февраль
calendar-march-plain = Март
calendar-april-plain = Апрель
calendar-may-plain = Май
calendar-june-plain = Июнь
calendar-july-plain = Июль
calendar-august-plain = Август
calendar-september-plain = Сентябрь
calendar-october-plain = Октябрь
calendar-november-plain = Ноябрь
calendar-december-plain = Декабрь
