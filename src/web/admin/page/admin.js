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

// What goes on, as it goes on: the latest lines above, up to a number that a browser bears.
const LINES = 500;

const cell = (row, text, href) => {
  const place = row.insertCell();
  const inner = href ? place.appendChild(document.createElement("a")) : place;
  if (href) inner.href = href;
  inner.textContent = text ?? "—";
};

for (const table of document.querySelectorAll("[data-tail]")) {
  const body = table.tBodies[0];
  const row = () => {
    while (body.rows.length >= LINES) body.deleteRow(-1);
    return body.insertRow(0);
  };
  const source = new EventSource(table.dataset.tail);
  source.addEventListener("line", (event) => {
    const line = JSON.parse(event.data);
    const into = row();
    into.className = line.outcome === "ok" ? "" : "wrong";
    cell(into, zone.format(new Date(line.at)));
    cell(into, line.update);
    cell(into, line.kind);
    cell(into, line.user, line.user > 0 && `/admin/users/${line.user}`);
    cell(into, line.chat);
    cell(into, line.route);
    cell(into, line.outcome);
    cell(into, line.ms);
    cell(into, line.chars === null ? "—" : `•••• ${line.chars} ${table.dataset.chars}`);
  });
  source.addEventListener("lost", (event) => {
    const into = row().insertCell();
    into.colSpan = 9;
    into.className = "faint";
    into.textContent = table.dataset.lost + event.data;
  });
  source.addEventListener("open", () => table.classList.remove("old"));
  source.addEventListener("error", () => table.classList.add("old"));
}
