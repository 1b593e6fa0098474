language-name = English

hello = Hello, { $name }!
hello-stranger = Hello!
came-by-link = You came by a link: <code>{ $payload }</code>
what-i-can = What I can do: /help

commands = <b>Commands</b>
command-line = /{ $command } — { $does }

not-a-text = I understand only text so far. { what-i-can }
no-such-command = There is no such command. { what-i-can }
nothing-to-cancel = There is nothing to cancel.
cancelled = The dialogue is cancelled.

choose-language = Which language shall I speak?
language-chosen = I will speak English.

form-name = What is your name? To stop: /cancel
form-long-name = The name is longer than { $longest } characters. Write a shorter one.
form-age = Pleased to meet you, { $name }! How old are you?
form-wrong-age = An age is a number from 1 to 150.
form-confirm = <b>Name:</b> { $name }
    <b>Age:</b> { $age }
    Is all of it right?
form-save-button = Save
form-cancel-button = Cancel
form-saved-toast = Saved
form-saved = The form is saved.
form-cancelled-toast = Cancelled
form-cancelled = The form is not saved.

remind-usage = Write when, and of what: <code>/remind 15m tea</code>. The time is a number and <code>m</code>, <code>h</code> or <code>d</code>.
will-remind = I will remind you.
reminder-line = { $number }. { $due } — { $text }
reminder = ⏰ { $text }
reminder-button = ✖ { $number }
reminder-cancelled-toast = I will not remind you
reminder-gone-toast = This reminder is gone

report-begun = Writing the report…
report-done = <b>The report is ready</b>: { $chapters ->
    [one] { $chapters } chapter
   *[other] { $chapters } chapters
 }.
report-stopped = The report was stopped.
report-failed = The report did not work out.
report-preface-plain = Preface
report-water-plain = Water
report-tea-plain = Tea
report-sugar-plain = Sugar
report-results-plain = Results

stats = Users: { $users }
    Can be written to: { $active }
    Cannot (they blocked the bot, or never opened it): { $unreachable }

cmd-start = Begin
cmd-form = Fill in a form
cmd-remind = Remind you of something
cmd-report = Write a report
cmd-cancel = Cancel the dialogue
cmd-language = Choose a language
cmd-help = What the bot can do

segment-week-plain = New this week
category-updates-plain = News of the bot
