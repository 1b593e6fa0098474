#!/usr/bin/env python3
"""Drives people through the emulator's control API and checks what a bot does: the same for every bot.

    scenario.py NAME URL TOKEN COMMAND...

starts the bot by COMMAND with BOT_API_URL and BOT_TOKEN in its environment, against the emulator at URL; stops it at the end
with SIGINT. What fails is told on standard error, along with the bot's own output; the exit code is 1 then. The last line on
standard output is "<checks passed>/<checks> <calls> <seconds>".

Python's standard library is all it needs.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

WAIT_MS = 15_000
PICTURE = (Path(__file__).parent / "files" / "picture.png").read_bytes()


class Failed(Exception):
    """What a bot did not do as it should."""


def require(condition, *what):
    if not condition:
        raise Failed(" ".join(str(part) for part in what))


def equal(found, expected, what):
    require(found == expected, f"{what} is {found!r}, not {expected!r}")


def until(probe, what):
    """Asks again and again, where the control API has nothing to wait with."""
    deadline = time.monotonic() + WAIT_MS / 1000
    while not probe():
        require(time.monotonic() < deadline, what, "in", WAIT_MS, "ms")
        time.sleep(0.05)


class Telegram:
    """The emulator, from the people's side."""

    def __init__(self, url, token):
        self.url, self.token = url, token

    def get(self, path, **params):
        return self.request(f"{path}?{urllib.parse.urlencode(params)}")

    def wait(self, path, **params):
        return self.get(path, timeout_ms=WAIT_MS, **params)

    def post(self, path, **params):
        return self.request(path, json.dumps(params).encode(), "application/json")

    def upload(self, path, part, name, content, **params):
        """A form with a file in it."""
        boundary = "conformance-of-a-bot"
        fields = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in params.items()]
        fields.append(f'name="{part}"; filename="{name}"\r\n\r\n'.encode() + content)
        begin = f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
        body = b"".join(begin + field + b"\r\n" for field in fields) + f"--{boundary}--\r\n".encode()
        return self.request(path, body, f"multipart/form-data; boundary={boundary}")

    def request(self, path, body=None, content_type=None):
        headers = {"content-type": content_type} if content_type else {}
        return self.open(urllib.request.Request(f"{self.url}/control/{path}", body, headers))

    def open(self, request):
        try:
            with urllib.request.urlopen(request, timeout=WAIT_MS / 1000 + 30) as response:
                return json.load(response)["result"]
        except urllib.error.HTTPError as error:
            raise Failed(json.load(error)["description"]) from None

    def bot_api(self, method, **params):
        """What the bot itself would be answered; for looking at files and chats."""
        return self.open(f"{self.url}/bot{self.token}/{method}?{urllib.parse.urlencode(params)}")

    def download(self, file_id):
        path = self.bot_api("getFile", file_id=file_id)["file_path"]
        with urllib.request.urlopen(f"{self.url}/file/bot{self.token}/{path}") as response:
            return response.read()

    def calls(self, method):
        """The calls of a method, all answered: a message can be seen before the bot is told that it is sent."""
        calls = lambda: self.get("calls", method=method)
        until(lambda: all(call["status"] for call in calls()), f"no answer to {method}")
        return calls()

    def person(self, first_name):
        return Person(self, self.post("users", first_name=first_name)["id"])


class Person:
    """Somebody new: what was sent to others cannot disturb a check."""

    def __init__(self, telegram, id):
        self.telegram, self.id = telegram, id

    def says(self, text, chat=None):
        self.telegram.post("say", user=self.id, text=text, chat=chat or self.id)

    def sends(self, part, name, content):
        self.telegram.upload("send", part, name, content, user=self.id)

    def hears(self, chat=None):
        """The bot's next message."""
        return self.telegram.wait("messages/next", chat=chat or self.id)

    def asks(self, text):
        self.says(text)
        return self.hears()

    def presses(self, button):
        """The number of the message with the button, and the bot's answer."""
        press = self.telegram.post("press", user=self.id, text=button, timeout_ms=WAIT_MS)
        return press["message_id"], self.telegram.wait("presses", id=press["id"])[0]

    def messages(self, chat=None):
        return {message["message_id"]: message for message in self.telegram.get("messages", chat=chat or self.id)}


def entities(text, found):
    """Entities as pairs of their type and what they are on."""
    units = text.encode("utf-16-le")
    cut = lambda entity: units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])]
    return [(entity["type"], cut(entity).decode("utf-16-le")) for entity in found]


CHECKS = []

# Those whose bots do more than the others'.
THREE = {"aiogram", "grammy", "teloxide"}


def check(name, only=None):
    def add(function):
        CHECKS.append((name, function, only))
        return function

    return add


@check("the bot asks who it is and says what it can")
def at_start(telegram):
    for method in ("getMe", "setMyCommands"):
        equal(telegram.wait("calls/next", method=method)["status"], 200, f"the status of {method}")
    until(lambda: telegram.get("world")["polled"], "no poll")
    listed = [command["command"] for command in telegram.get("world")["commands"][0]["commands"]]
    equal(listed, ["start", "help"], "the list of commands")


@check("a greeting in HTML")
def greeting(telegram):
    heard = telegram.person("Алиса & <Ко> 😀").asks("/start")
    me = telegram.get("health")["bot"]["username"]
    equal(heard["text"], f"Здравствуйте, Алиса & <Ко> 😀! Пишет @{me}.", "the text")
    found = entities(heard["text"], heard["entities"])
    for expected in (("bold", "Алиса & <Ко> 😀"), ("italic", f"@{me}")):
        require(expected in found, expected, "is not among", found)
    rows = [[button["text"] for button in row] for row in heard["reply_markup"]["inline_keyboard"]]
    equal(rows, [["Ещё"], ["Тост", "Окно", "То же"]], "the keyboard")


@check("a pressed button edits its message")
def editing(telegram):
    person = telegram.person("Борис")
    sent = person.asks("/start")["message_id"]
    for count in (1, 2):
        pressed, answer = person.presses("Ещё")
        equal(pressed, sent, "the message")
        equal(answer.get("text", ""), "", "the text of the answer")
        equal(person.messages()[sent]["text"], f"Нажато: {count}", "the text")


@check("a press is answered with a toast, or with an alert")
def answering(telegram):
    person = telegram.person("Вера")
    person.asks("/start")
    _, toast = person.presses("Тост")
    equal(toast["text"], "Сохранено", "the toast")
    require(str(toast.get("show_alert", "")).lower() != "true", "the toast is an alert")
    _, alert = person.presses("Окно")
    equal(alert["text"], "Внимание!", "the alert")
    equal(str(alert.get("show_alert")).lower(), "true", "show_alert")


@check("an edit that changes nothing is a typed error")
def unchanged(telegram):
    person = telegram.person("Глеб")
    person.asks("/start")
    person.presses("Ещё")
    _, answer = person.presses("То же")
    require("message is not modified" in answer["text"].lower(), "the error is", answer["text"])


@check("a text in MarkdownV2")
def markdown(telegram):
    heard = telegram.person("Дарья").asks("/markdown")
    equal(heard["text"], "Жирный курсив тайна ссылка a_b (1.5)", "the text")
    expected = [("bold", "Жирный"), ("italic", "курсив"), ("spoiler", "тайна"), ("text_link", "ссылка"), ("code", "a_b")]
    equal(entities(heard["text"], heard["entities"]), expected, "what is formatted")
    equal(heard["entities"][3]["url"], "https://example.com/", "the link")


@check("a reply keyboard comes and goes")
def reply_keyboard(telegram):
    person = telegram.person("Егор")
    markup = person.asks("/keyboard")["reply_markup"]
    labels = [button if isinstance(button, str) else button["text"] for button in markup["keyboard"][0]]
    equal((labels, markup["resize_keyboard"], markup["one_time_keyboard"]), (["Чай", "Кофе"], True, True), "the keyboard")
    heard = person.asks("Чай")
    equal((heard["text"], heard["reply_markup"]["remove_keyboard"]), ("Выбрано: Чай", True), "the answer")
    equal(heard["message"]["reply_to_message"]["text"], "Чай", "what it replies to")


@check("an uploaded document")
def document(telegram):
    heard = telegram.person("Жанна").asks("/document")
    found = heard["message"]["document"]
    equal((found["file_name"], found["file_size"]), ("отчёт 1.bin", 102_400), "the file")
    equal(heard["caption"], "Отчёт, весь", "the caption")
    equal(entities(heard["caption"], heard["message"]["caption_entities"]), [("bold", "весь")], "what is formatted")
    require(telegram.download(found["file_id"]) == bytes(range(256)) * 400, "the bytes are others")


@check("an uploaded photo, and the same by its id")
def photo(telegram):
    person = telegram.person("Зоя")
    first, again = person.asks("/photo"), person.hears()
    equal((first["caption"], again["caption"]), ("Впервые", "Ещё раз"), "the captions")
    size = first["message"]["photo"][-1]
    equal((size["width"], size["height"]), (640, 480), "the size")
    equal(again["message"]["photo"][-1]["file_unique_id"], size["file_unique_id"], "the second file")
    require(telegram.download(size["file_id"]) == PICTURE, "the bytes are others")


@check("an album")
def album(telegram):
    person = telegram.person("Игорь")
    photos = [person.asks("/album")["message"], person.hears()["message"]]
    equal(person.hears()["text"], "В альбоме: 2", "what the bot got back")
    equal(len({photo["media_group_id"] for photo in photos}), 1, "the number of albums")
    equal([photo.get("caption") for photo in photos], ["Альбом", None], "the captions")
    equal(photos[0]["caption_entities"][0]["type"], "italic", "what is formatted")
    require(all(telegram.download(photo["photo"][-1]["file_id"]) == PICTURE for photo in photos), "the bytes are others")


@check("the bot downloads what a person sends")
def download(telegram):
    person = telegram.person("Клара")
    for part, name, content in (("document", "сводка.bin", os.urandom(300_000)), ("photo", "cat.png", PICTURE)):
        person.sends(part, name, content)
        equal(person.hears()["text"], f"sha256 {hashlib.sha256(content).hexdigest()}", f"the sum of the {part}")


@check("a place and a contact are understood")
def place_and_contact(telegram):
    person = telegram.person("Лев")
    telegram.post("send", user=person.id, latitude=55.75, longitude=37.62)
    equal(person.hears()["text"], "Место: 55.75 37.62", "the place")
    telegram.post("send", user=person.id, phone_number="+79991112233", first_name="Мама")
    equal(person.hears()["text"], "Контакт: +79991112233 Мама", "the contact")


@check("forwards, copies, places, polls, dice, pins, reactions, deletions")
def tour(telegram):
    person = telegram.person("Майя")
    person.says("/tour")
    heard = [person.hears()["message"] for _ in range(10)]
    asked, *said = person.messages().values()
    equal(asked["reactions"][0]["emoji"], "👍", "the reaction")
    forward, copy, place, venue, contact, poll, dice, pinned, deleted, last = heard
    equal(forward["forward_origin"]["sender_user"]["id"], person.id, "who is forwarded")
    equal((copy["text"], "forward_origin" in copy), ("/tour", False), "the copy")
    equal(round(place["location"]["latitude"], 2), 55.75, "the latitude")
    equal((venue["venue"]["title"], contact["contact"]["first_name"]), ("Кремль", "Иван"), "the venue and the contact")
    equal([option["text"] for option in poll["poll"]["options"]], ["Да", "Нет"], "the poll")
    require(1 <= dice["dice"]["value"] <= 6, "the dice shows", dice["dice"])
    equal((deleted["text"], deleted["message_id"] in person.messages()), ("Лишнее", False), "the deleted message")
    equal((last["text"], last["reply_to_message"]["message_id"]), ("Готово", asked["message_id"]), "the last message")
    equal(telegram.bot_api("getChat", chat_id=person.id)["pinned_message"]["message_id"], pinned["message_id"], "the pin")
    require("typing" in [call["params"]["action"] for call in telegram.get("calls", method="sendChatAction")], "no typing")


@check("a question that asks for an answer gets it", only=THREE)
def asked(telegram):
    person = telegram.person("Мирон")
    question = person.asks("/ask")
    equal((question["text"], question["reply_markup"]["force_reply"]), ("Как вас зовут?", True), "the question")
    telegram.post("say", user=person.id, text="Мирон", reply_to=question["message_id"])
    equal(person.hears()["text"], "Вас зовут Мирон", "the answer")


@check("one's own contact is shared by a button", only=THREE)
def own_contact(telegram):
    person = telegram.person("Марфа")
    markup = person.asks("/contact")["reply_markup"]
    equal(markup["keyboard"][0][0]["request_contact"], True, "the button")
    telegram.post("send", user=person.id, phone_number="+79990000001")
    equal(person.hears()["text"], "Контакт: +79990000001 Марфа", "the answer")


@check("a poll is voted in", only=THREE)
def voting(telegram):
    person = telegram.person("Мария")
    poll = person.asks("/poll")["message"]
    equal(poll["poll"]["is_anonymous"], False, "whether it is anonymous")
    telegram.post("vote", user=person.id, message_id=poll["message_id"], option="Нет")
    equal(person.hears()["text"], "Голос: 1", "what the bot heard")
    equal(telegram.bot_api("stopPoll", chat_id=person.id, message_id=poll["message_id"])["total_voter_count"], 1, "the votes")


@check("an invoice is paid in Stars", only=THREE)
def paying(telegram):
    person = telegram.person("Макар")
    invoice = person.asks("/invoice")["message"]
    equal((invoice["invoice"]["total_amount"], invoice["invoice"]["currency"]), (50, "XTR"), "the price")
    checkout = telegram.post("pay", user=person.id, message_id=invoice["message_id"])
    end = telegram.wait("checkouts", id=checkout["id"])
    equal(end["end"], "paid", "the end of the checkout")
    equal(person.hears()["text"], f"Оплачено: 50 XTR mug {end['charge']}", "what the bot heard")


@check("inline mode offers, and what is chosen is sent", only=THREE)
def inline(telegram):
    person = telegram.person("Матвей")
    person.asks("/start")
    query = telegram.post("inline", user=person.id, query="кот")
    offer = telegram.wait("inline", id=query["id"])
    equal([result["title"] for result in offer["results"]], ["кот"], "the results")
    sent = telegram.post("inline/choose", user=person.id, id=query["id"], result_id=offer["results"][0]["id"])
    said = person.messages()[sent["message_id"]]
    equal((said["text"], said["via_bot"]["id"]), ("Вы искали: кот", telegram.get("health")["bot"]["id"]), "what was sent")
    equal(person.hears()["text"], "Выбрано: кот", "what the bot heard")


@check("the bot hears that it governs a group", only=THREE)
def group_life(telegram):
    person = telegram.person("Михаил")
    home = telegram.post("groups", title="Дача", owner=person.id)["id"]
    telegram.post("groups/promote", group=home, user="bot", by=person.id, rights="can_pin_messages")
    equal(person.hears(home)["text"], "Теперь я administrator", "what the bot says")


@check("people come to a group, ask to be let in, and leave", only=THREE)
def comings_and_goings(telegram):
    owner, guest, stranger = telegram.person("Модест"), telegram.person("Мила"), telegram.person("Марк")
    home = telegram.post("groups", title="Клуб", owner=owner.id, bot_is_administrator=True)["id"]
    telegram.post("groups/join", group=home, user=guest.id)
    equal(owner.hears(home)["text"], "Добро пожаловать, Мила!", "the greeting")
    telegram.post("groups/leave", group=home, user=guest.id)
    equal(owner.hears(home)["text"], "Прощайте, Мила!", "the farewell")
    telegram.post("groups/ask", group=home, user=stranger.id)
    equal(owner.hears(home)["text"], "Впускаю: Марк", "what the bot says")
    member = telegram.bot_api("getChatMember", chat_id=home, user_id=stranger.id)
    equal(member["status"], "member", "who was let in")


@check("the bot answers in the name of a business account", only=THREE)
def business(telegram):
    owner, customer = telegram.person("Мавра"), telegram.person("Митя")
    account = "business/" + telegram.post("business", user=owner.id, rights="can_reply")["id"]
    telegram.post(f"{account}/say", user=customer.id, text="Открыто?")
    answer = telegram.wait(f"{account}/messages/next", chat=customer.id)
    equal(answer["text"], "Хозяин прочтёт: Открыто?", "the answer")
    equal(answer["message"]["from"]["id"], owner.id, "in whose name it is")


@check("a group, and commands with a name in them")
def group(telegram):
    person = telegram.person("Нина")
    me = telegram.get("health")["bot"]["username"]
    home = telegram.post("groups", title="Дом 🏠", bot_is_administrator=True)["id"]
    telegram.post("groups/members", group=home, user=person.id)
    person.says("/start@quite_another_bot", home)
    person.says(f"/chat@{me}", home)
    heard = person.hears(home)
    administrators = len(telegram.bot_api("getChatAdministrators", chat_id=home))
    equal(heard["text"], f"supergroup «Дом 🏠»: 2, вы member, правят {administrators}", "the answer")
    equal(heard["message"]["reply_to_message"]["from"]["id"], person.id, "whom it answers")


@check("those who cannot be written to are a typed error")
def forbidden(telegram):
    person, blocker, leaver = (telegram.person(name) for name in ("Олег", "Пётр", "Рая"))
    for other in (blocker, leaver):
        other.asks("/start")
    telegram.post("block", user=blocker.id)
    telegram.post("deactivate", user=leaver.id)
    for other, why in ((blocker, "bot was blocked by the user"), (leaver, "user is deactivated")):
        answer = person.asks(f"/send {other.id}")["text"]
        require(answer.startswith("Запрещено: ") and why in answer, "the answer is", answer)


@check("the bot hears of being blocked and unblocked")
def blocking(telegram):
    person, blocker = telegram.person("Софья"), telegram.person("Тимур")
    blocker.asks("/start")
    telegram.post("block", user=blocker.id)
    # Updates of different chats may be handled in any order.
    answers = (person.asks("/blocked")["text"] for _ in range(20))
    require(any(str(blocker.id) in re.findall(r"\d+", answer) for answer in answers), "the bot does not know it")
    telegram.post("unblock", user=blocker.id)
    equal(blocker.hears()["text"], "С возвращением!", "the answer")


@check("429: the bot waits as long as it is told, and tries again")
def retry_after(telegram):
    person = telegram.person("Ульяна")
    telegram.post("faults", method="sendMessage", code=429, retry_after=1, count=1)
    equal(person.asks("/later")["text"], "Позже", "the answer")
    first, second = [call for call in telegram.calls("sendMessage") if call["params"]["text"] == "Позже"]
    equal((first["status"], second["status"]), (429, 200), "the statuses")
    require(second["at_ms"] - first["at_ms"] >= 1000, "it waited", second["at_ms"] - first["at_ms"], "ms")


@check("polling outlives a bad gateway and a lost connection")
def polling(telegram):
    person = telegram.person("Фёдор")
    for fault in ({"code": 502}, {"kind": "reset"}):
        telegram.post("faults", method="getUpdates", count=1, **fault)
        # The poll that waits already brings this one; the next poll fails.
        equal(person.asks("Чай")["text"], "Выбрано: Чай", "the answer")
        until(lambda: not telegram.get("faults"), "no failed poll")
        equal(person.asks("Кофе")["text"], "Выбрано: Кофе", "the answer")


@check("the examples of the emulator's README pass")
def examples(telegram):
    folder = Path(__file__).parent / "examples"
    for command in ([sys.executable, folder / "example.py"], ["node", folder / "example.mjs"]):
        if shutil.which(command[0]) is None:
            continue
        environment = {**os.environ, "EMULATOR": telegram.url}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        require(done.returncode == 0, command[1].name, done.stderr[-500:])


@check("nothing else was refused")
def refusals(telegram):
    telegram.calls("sendMessage")
    calls = telegram.get("calls")
    failed = Counter((call["method"], call["status"]) for call in calls if call["status"] != 200 and call["method"] != "getUpdates")
    expected = {("editMessageText", 400): 1, ("sendMessage", 403): 2, ("sendMessage", 429): 1}
    equal(dict(failed), expected, "what was refused")


def stops(telegram, bot):
    bot.send_signal(signal.SIGINT)
    try:
        equal(bot.wait(20), 0, "the exit code after SIGINT")
    except subprocess.TimeoutExpired:
        raise Failed("it still runs 20 s after SIGINT") from None
    equal(telegram.get("world")["polled"], False, "whether somebody polls")


def main():
    # A shell starts its background jobs, and what they start, with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    name, url, token, *command = sys.argv[1:]
    telegram = Telegram(url, token)
    begun = time.monotonic()
    passed = 0
    with tempfile.TemporaryFile() as log:
        environment = {**os.environ, "BOT_API_URL": url, "BOT_TOKEN": token}
        bot = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        checks = [(what, function) for what, function, only in CHECKS if only is None or name in only]
        checks = [*checks, ("the bot stops when asked to", lambda telegram: stops(telegram, bot))]
        try:
            for what, function in checks:
                try:
                    require(bot.poll() is None, "the bot ended with the exit code", bot.poll())
                    function(telegram)
                    passed += 1
                except (Failed, AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
                    print(f"{name}: FAILED: {what}: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            bot.kill()
            bot.wait()
        if passed < len(checks):
            log.seek(0)
            shown = log.read().decode(errors="replace").splitlines()[-60:]
            print(*(f"{name} | {line}" for line in shown), sep="\n", file=sys.stderr)
    calls = len(telegram.get("calls"))
    print(f"{passed}/{len(checks)} {calls} {time.monotonic() - begun:.0f}")
    sys.exit(passed < len(checks))


if __name__ == "__main__":
    main()
