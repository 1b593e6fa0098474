# What the library says by itself. A bot overrides it by an `ostankino.ftl` of its own.

# Something failed that is not the user's business. It is also said over a button and of a payment, without its markup.
apology = Something went wrong

# Somebody pressed a button of an earlier version of the bot.
stale-button-toast = This button is out of date

# Somebody sends more than `flood.updates_per_min`.
flood-toast = Too many messages. Please wait a little.

# An owner turned maintenance on. It is also said over a button and of a payment, without its markup.
maintenance = Maintenance is under way. Please try again later.

# === Dialogs ===

dialog-gone-toast = This is no longer there
dialog-stale-toast = This menu is out of date
dialog-closed-toast = This dialog is closed
dialog-again-toast = Beginning anew
dialog-not-yours-toast = This menu is not yours, or it is closed
dialog-not-for-you-toast = This menu is not for you
dialog-missed-toast = It came too late to show the menu to you alone. Please press once more.
dialog-not-for-one = Only you are to see this menu, and it could not be shown so now.
dialog-too-many-toast = You cannot choose any more
dialog-too-few-toast = You cannot choose fewer
dialog-not-free-toast = This cannot be chosen
dialog-too-short = Too short: it takes at least { $least ->
    [one] { $least } character
   *[other] { $least } characters
}
dialog-too-long = Too long: { $is ->
    [one] { $is } character
   *[other] { $is } characters
}, it may have at most { $most }
dialog-takes = This takes: { $kinds }
dialog-text-plain = a text
dialog-photo-plain = a photo
dialog-document-plain = a file
dialog-contact-plain = a contact
dialog-location-plain = a place on the map
dialog-no-number = A number, please
dialog-no-whole-number = A whole number, please
dialog-not-between = A number from { $least } to { $most }, please
dialog-not-your-contact = Your own number, please, and not somebody else's
dialog-wrong-file = A file of this type will not do
dialog-too-large = The file is too large: it may have at most { $megabytes } MB

# === The admin page ===

# An admin asks for a link to the page by the command /admin.
admin-link =
    The way into the admin page: { $url }

    The link works for five minutes, once, and for you alone: show it to nobody.

# === Mailings ===

# Somebody wants no more mailings of a category.
mailing-opted-out-toast = You will get no more of these

# === Calendars ===

calendar-first-day-plain = 7

calendar-monday-plain = Mo
calendar-tuesday-plain = Tu
calendar-wednesday-plain = We
calendar-thursday-plain = Th
calendar-friday-plain = Fr
calendar-saturday-plain = Sa
calendar-sunday-plain = Su

calendar-january-plain = January
calendar-february-plain = February
calendar-march-plain = March
calendar-april-plain = April
calendar-may-plain = May
calendar-june-plain = June
calendar-july-plain = July
calendar-august-plain = August
calendar-september-plain = September
calendar-october-plain = October
calendar-november-plain = November
calendar-december-plain = December
