# What the library says by itself. A bot overrides it by an `ostankino.ftl` of its own.

# Something failed that is not the user's business. It is also said over a button and of a payment, without its markup.
apology = Что-то пошло не так

# Somebody pressed a button of an earlier version of the bot.
stale-button-toast = Кнопка устарела

# Somebody sends more than `flood.updates_per_min`.
flood-toast = Слишком много сообщений. Подождите немного.
