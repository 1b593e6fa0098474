from json import load
from os import environ
from urllib.parse import urlencode
from urllib.request import urlopen

T = environ.get("EMULATOR", "http://127.0.0.1:8081") + "/control/"
tell = lambda path, **what: load(urlopen(T + path, urlencode(what).encode()))["result"]
ask = lambda path, **what: load(urlopen(T + path + "?" + urlencode(what)))["result"]

alice = tell("users", first_name="Алиса")["id"]
tell("say", user=alice, text="/start")
assert "Алиса" in ask("messages/next", chat=alice)["text"]  # waits for it
press = tell("press", user=alice, text="Тост")  # waits for a message with that button
assert ask("presses", id=press["id"])[0]["text"] == "Сохранено"
