language-name = English

# === The list, and one mailing ===

list = <b>Mailings</b>
list-empty = <b>Mailings</b>
    None yet.
item-button = { $state } · { $title } · { $sent }
new-button = ✉️ New mailing
close-button = Close
to-list-button = ‹ To the list
no-button = No
refresh-button = ↻ Refresh

gone = This mailing is no longer there.
one = <b>{ $title }</b> (no. { $id })
    { $state }
one-reason = Reason: { $reason }
one-begins = It begins at { $time }

state-scheduled-plain = scheduled
state-running-plain = running
state-freezing-plain = recipients are written down
state-unsending-plain = being taken back
state-editing-plain = being changed
state-paused-plain = paused
state-halted-plain = halted
state-done-plain = done
state-cancelled-plain = cancelled
state-other-plain = ?

counts = Sent: <b>{ $sent }</b>
    Blocked the bot: { $blocked }
    Refused by Telegram: { $failed }
    Unknown: { $unknown }
    Skipped: { $skipped }
    Waiting: { $waiting }
count-unsent = Taken back: { $count }
count-edited = Changed: { $count }
count-kept = Could not be changed: { $count }
count-clicked = Pressed a button: { $count }
trial-goes = The versions go to a part of the users, the rest waits
trial-waits = The versions are sent; the better one is chosen { $time }
trial-winner = The rest got “{ $name }”. A button was pressed by:
trial-none = No version was chosen: the mailing ended before
trial-variant = “{ $name }”: { $rate } % ({ $clicked } of { $sent })
trial-main-plain = first
speed = { $rate } a second, { $left } left

seconds = { $count } s
minutes = { $count } min
hours = { $hours } h { $minutes } min

pause-button = ⏸ Pause
resume-button = ▶️ Resume
cancel-button = ✖ Cancel
edit-button = ✏️ Change
unsend-button = 🗑 Take it back
csv-button = CSV
csv-caption = Who got mailing no. { $id }
csv-too-long-toast = More than { $most } recipients: the command mail export prints them
too-late-toast = Too late: the mailing is in another state
ordered-toast = Done

sure-cancel = Cancel “{ $title }”? Who was not sent to will not get it.
sure-cancel-button = Yes, cancel it
sure-unsend = Take “{ $title }” back? It is deleted for everybody who got it within the last 48 hours.
sure-unsend-button = Yes, delete it for all

edit = Send the message that takes the place of the old one. The buttons below stay.
edit-later = Who was not sent to yet will get it. Who was keeps the old one for now: it can be changed when the mailing is over.
edit-sent = The message changes for everybody who got it.
edit-variants = It takes the place of the variants, too: { $names }.
edited = That is what it will be. ↑ Change it?
edited-button = ✅ Change it

# === A new one ===

content = <b>New mailing</b>
    Send or forward a message: a text, a photo, a video, a document, an album. It is just what everybody will get.
title-of-photo-plain = Photo
title-of-other-plain = Message

buttons = That is what everybody will see. ↑
    Buttons below it: send links, one a line: <code>Website https://example.org</code>
buttons-are = Buttons with links: { $count }
buttons-of-album = There are no buttons below an album: they come as the next message.
buttons-wrong = Line { $line } does not look like “Text https://…”
buttons-too-many = There may be { $most } buttons at the most
without-buttons-button = Without buttons
other-content-button = ‹ Another message
languages-button = 🌐 In other languages
other-button = ⚖️ A second version
test-button = ⚖️ Two versions
forward-button = Next ›
back-button = ‹ Back

other = <b>A second version</b>
    Send it. A part of the users gets it instead of the first one, and you see which is answered more often.
drop-other-button = Without it
test = <b>Two versions</b> ↑
    { $share } % of the users get the second one: choose how many. After how many hours shall the better one go to the rest?
test-alone = Now: none is chosen, and all others get the first one.
test-winner = Now: as many get the first one, and the rest waits. After { $time } it gets the version below which the larger part pressed “{ $button }”.
share-button = { $share } %
winner-button = { $hours } h
label-button = Another button
label = What shall the button say by which the versions are compared? Who presses it reads “Thank you!”.
another-button = ‹ Another version
counted-button = 👍 I like it
counted-toast = Thank you!

translations = In which language shall it say something else? Everybody else gets the main message.
translations-nobody = The languages of the users are not known yet.
translation = Send the message for those who speak { $language }.
drop-translation-button = Without it

audience = <b>To whom?</b>
    Would get it now: <b>{ $count }</b>
audience-segments = Groups: only those who are in all that are marked.
audience-languages = Languages: any of those marked; none marked means all.
audience-categories = Topic: who refused it does not get it.
opt-out-toggle-button = Button “No more of these”
opt-out-button = No more of these

exactly = { $count }
about = about { $time }
at-least = at least { $count }
when = When shall it go out? { $count } would get it now; that takes { $time }.
now-button = Now
later-button = At another time
day = On which day? The time zone is { $zone }.
time = { $day }, at what time? The time zone is { $zone }.

preview = <b>{ $title }</b>
    Would get it: <b>{ $count }</b>, { $time }
preview-segments = Groups: { $names }
preview-languages = Languages: { $names }
preview-category = Topic: { $name }
preview-other = The second version: { $share } %
preview-winner = To the rest the better one, after { $time }, by the button “{ $button }”
preview-now = It begins at once
preview-at = It begins { $time } ({ $zone })
preview-below = The message is above. Send it?
variant-other-plain = second
variant-other = The second version, for { $share } %:
variant = Who speaks { $language } gets:
send-button = ✅ Send
rename-button = Title
title = How shall the mailing be called? Only administrators see that.
