// The form of a post is kept while it is written: on the server, and when that cannot be reached, in
// this browser. What is kept is a draft; only the form's own buttons save.

const LOOK_MS = 1500; // sent once nothing has changed for so long
const LONGEST_MS = 15_000; // or this long after the first change, however fast somebody types
const BEAT_MS = 30_000;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const LEAVING_BYTES = 60_000; // browsers refuse more than 64 KiB from a page that is left
const NOT_TEXT = ["csrfmiddlewaretoken", "began_from", "sitting", "put_back"];

const box = document.querySelector("[data-autosave]");
const form = document.querySelector("#post_form");
if (box && form) start();

function start() {
  const { autosave: url, owner } = box.dataset;
  const prefix = `post:${owner}:${url}:`;
  const key = prefix + form.elements.sitting.value;
  let isTouched = "unsaved" in box.dataset;
  let sent = isTouched ? "" : text(fields());
  let seen = sent;
  let changedAt = 0;
  let beatAt = Date.now();
  let isBusy = false;
  let isLeaving = false;

  for (const kind of ["keydown", "pointerdown", "paste", "drop", "input"]) {
    document.addEventListener(kind, (event) => (isTouched ||= event.isTrusted), true);
  }
  // Before somebody has touched anything, it is the editor that tidies up what it was given.
  const look = () => {
    const now = text(fields());
    if (!isTouched) sent = now;
    const isStill = now === seen;
    seen = now;
    if (now !== sent) {
      changedAt ||= Date.now();
      if (isStill || Date.now() - changedAt > LONGEST_MS) send();
    } else if (Date.now() - beatAt > BEAT_MS && !document.hidden) send({ beat: true });
  };
  setInterval(look, LOOK_MS);

  const leave = () => {
    if (isLeaving || !isTouched || text(fields()) === sent) return;
    keep();
    send({ keepalive: true });
  };
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", leave);
  addEventListener("online", look);
  // Saving may fail as well: the text stays in this browser until a page says that it was saved.
  form.addEventListener("submit", () => {
    keep();
    isLeaving = true;
  });
  addEventListener("pageshow", () => (isLeaving = false));

  if (!("unsaved" in box.dataset)) offer();

  function fields() {
    return [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken",
    );
  }

  async function send({ beat = false, keepalive = false } = {}) {
    if (isBusy || isLeaving) return;
    if (!navigator.onLine) {
      if (!beat) say(keep() ? box.dataset.offline : box.dataset.refused);
      return;
    }
    const now = fields();
    const body = new URLSearchParams(beat ? now.filter(([name]) => name === "began_from") : now);
    if (beat) body.set("beat", "1");
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    if (keepalive && body.toString().length > LEAVING_BYTES) return;
    isBusy = true;
    beatAt = Date.now();
    try {
      const answer = await fetch(url, { method: "POST", body, keepalive, redirect: "manual" });
      if (answer.ok) taken(await answer.json(), beat, text(now));
      else await refused(answer, beat);
    } catch {
      if (!beat) say(keep() ? box.dataset.offline : box.dataset.refused);
    }
    isBusy = false;
  }

  function taken({ kept, state, warning }, beat, now) {
    if (box.querySelector("[data-autosave-warning]").textContent !== warning) {
      box.querySelector("[data-autosave-warning]").textContent = warning;
    }
    if (beat) return;
    say(state);
    sent = now;
    changedAt = 0;
    if (kept) stored((storage) => storage.removeItem(key));
    else keep();
    document.dispatchEvent(new CustomEvent("autosaved")); // the preview shows it, too
  }

  async function refused(answer, beat) {
    if (!beat) say(keep() ? box.dataset.signedOut : box.dataset.refused);
    if (answer.status !== 403) return;
    // Who has signed in again has another token, on this form, too.
    const page = await fetch(location.href, { redirect: "manual" });
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("#post_form [name=csrfmiddlewaretoken]")?.value;
    if (token) for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = token;
  }

  function say(words) {
    const state = box.querySelector("[data-autosave-state]");
    if (state.textContent !== words) state.textContent = words;
  }

  function keep() {
    const draft = JSON.stringify({ at: Date.now(), fields: fields() });
    return stored((storage) => (storage.setItem(key, draft), true));
  }

  function offer() {
    const saved = new Set(box.dataset.saved.split(" "));
    const drafts = stored((storage) => Object.keys(storage).filter((name) => name.startsWith(prefix))) ?? [];
    for (const name of drafts.sort()) {
      const draft = stored((storage) => JSON.parse(storage.getItem(name)));
      const isDone = saved.has(name.slice(prefix.length)) || !draft || Date.now() - draft.at > KEPT_MS;
      if (isDone || text(draft.fields) === text(fields())) stored((storage) => storage.removeItem(name));
      else return show(name, draft);
    }
  }

  function show(name, draft) {
    const offered = document.querySelector("[data-local-offer]");
    const time = offered.querySelector("[data-local-time]");
    const at = new Date(draft.at);
    time.dateTime = at.toISOString();
    time.textContent = at.toLocaleString(document.documentElement.lang || undefined, {
      dateStyle: "short",
      timeStyle: "short",
    });
    offered.hidden = false;
    offered.querySelector("[data-local-put-back]").onclick = () => putBack(draft);
    offered.querySelector("[data-local-forget]").onclick = () => {
      stored((storage) => storage.removeItem(name));
      offered.hidden = true;
      offer();
    };
  }

  // The server puts it into the form, beside what others have saved meanwhile.
  function putBack(draft) {
    const sender = Object.assign(document.createElement("form"), { method: "post", hidden: true });
    const token = ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value];
    for (const [name, value] of [...draft.fields, token, ["put_back", "browser"]]) {
      const input = document.createElement("textarea");
      input.name = name;
      input.value = value;
      sender.append(input);
    }
    document.body.append(sender);
    isLeaving = true;
    sender.submit();
  }
}

function text(pairs) {
  return JSON.stringify(pairs.filter(([name]) => !NOT_TEXT.includes(name)));
}

// A browser may refuse storage: private windows, a full disk.
function stored(change) {
  try {
    return change(localStorage);
  } catch {
    return null;
  }
}
