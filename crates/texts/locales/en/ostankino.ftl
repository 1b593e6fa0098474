# What the library says by itself. A bot overrides it by an `ostankino.ftl` of its own.

# Something failed that is not the user's business. It is also said over a button and of a payment, without its markup.
apology = Something went wrong

# Somebody pressed a button of an earlier version of the bot.
stale-button-toast = This button is out of date

# Somebody sends more than `flood.updates_per_min`.
flood-toast = Too many messages. Please wait a little.
