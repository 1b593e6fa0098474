// Refreshes what says so, asks before what cannot be undone, and tells times in the zone of who looks. All works without it.

const zone = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "medium" });

const localise = (root) => {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.dateTime;
    time.textContent = zone.format(at);
  }
};

const refresh = async (place) => {
  if (document.hidden) return;
  const answer = await fetch(place.dataset.refresh, { redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  localise(part);
  place.replaceChildren(...part.body.childNodes);
};

for (const place of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => refresh(place).then(() => place.classList.remove("old"), () => place.classList.add("old")), 5000);
}

document.addEventListener("submit", (event) => {
  const sure = event.target.dataset.sure;
  if (sure && !confirm(sure)) event.preventDefault();
});

localise(document);
