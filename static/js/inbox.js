// The moderators' inbox without reloading, and by keys. Every form works without this script: here
// it is sent in the background, and what the server answers takes the place of what was there.

const KEYS_OFF = "inbox-keys-off";
const NEWS_EVERY_MS = 20_000;
const live = document.querySelector("[data-inbox-live]");
const inbox = () => document.querySelector("[data-inbox]");
const items = () => [...document.querySelectorAll("[data-item]")];
const current = () => document.activeElement?.closest("[data-item]");

let isSending = false;
let timer = null;

function say(text) {
  live.textContent = "";
  // In a later turn, so that the same words twice are read twice.
  setTimeout(() => (live.textContent = text), 50);
}

function go(item) {
  if (!item) return;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = items();
  const at = all.indexOf(current());
  go(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

async function send(form, button) {
  if (isSending) return;
  isSending = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-inbox]");
    if (!fresh) return location.assign(answer.redirected ? answer.url : location.href);
    show(fresh, answer.url, new FormData(form).get("next"));
  } catch {
    say(inbox().dataset.offline);
    alertOffline();
  } finally {
    isSending = false;
  }
}

function show(fresh, address, next) {
  inbox().replaceWith(fresh);
  history.replaceState(null, "", address);
  begin();
  const place = document.getElementById(new URL(address).hash.slice(1) || `item-${next}`);
  go(place?.closest("[data-item]") ?? items()[0] ?? document.querySelector(".inbox-empty"));
  const said = document.querySelectorAll("[data-inbox-said] li, [data-undo-words]");
  say([...said].map((node) => node.textContent.trim()).join(" "));
}

function alertOffline() {
  const list = document.createElement("ul");
  list.className = "messagelist";
  const line = list.appendChild(document.createElement("li"));
  line.className = "error";
  line.textContent = inbox().dataset.offline;
  document.querySelector("[data-inbox-said]").replaceChildren(list);
}

const areKeysOn = () => localStorage.getItem(KEYS_OFF) === null;

// What only a script can do shows only with it; an undo goes when its time is over.
function begin() {
  document.querySelector("[data-keys]").hidden = false;
  document.querySelector("[data-keys-on]").checked = areKeysOn();
  document.querySelector("[data-select-all]")?.closest("label").removeAttribute("hidden");
  clearTimeout(timer);
  const undo = document.querySelector("[data-undo]");
  if (undo) timer = setTimeout(() => undo.remove(), undo.dataset.seconds * 1000);
}

// What somebody else has decided meanwhile is said at the item, which then offers nothing any more.
async function askForNews() {
  const shown = items().filter((item) => !item.dataset.decided);
  if (document.hidden || isSending || !shown.length) return;
  const query = new URLSearchParams({ loaded: inbox().dataset.loaded });
  for (const item of shown) query.append("item", item.dataset.item);
  try {
    const answer = await fetch(`${inbox().dataset.news}?${query}`);
    if (!answer.ok) return;
    for (const [pk, sentence] of Object.entries(await answer.json())) close(pk, sentence);
  } catch {
    // The next time will do.
  }
}

function close(pk, sentence) {
  const item = document.getElementById(`item-${pk}`);
  if (!item) return;
  item.dataset.decided = "1";
  for (const control of item.querySelectorAll("button, input")) control.disabled = true;
  const line = document.createElement("p");
  line.className = "inbox-news";
  line.textContent = sentence[0].toUpperCase() + sentence.slice(1);
  item.querySelector(".inbox-acts, .inbox-text").before(line);
  say(`${item.querySelector("h2").textContent}: ${sentence}`);
}

document.addEventListener("visibilitychange", askForNews);
setInterval(askForNews, NEWS_EVERY_MS);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-act], [data-undo]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-on]")) {
    if (event.target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  }
  if (event.target.matches("[data-select-all]")) {
    for (const box of document.querySelectorAll("[data-item] > header [name=item]")) {
      box.checked = event.target.checked;
    }
  }
});

function press(key) {
  const place = key === "u" ? document : current();
  if (!place) return say(inbox().dataset.none);
  const button = place.querySelector(`[data-key=${key}]`);
  if (button && !button.disabled) button.form.requestSubmit(button);
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!areKeysOn() || event.repeat && !"jk".includes(event.key)) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (["a", "s", "d", "u"].includes(event.key)) press(event.key);
  else return;
  event.preventDefault();
});

begin();
