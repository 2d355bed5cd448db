// What is being written survives a reload and an expired form: kept in this browser, per form, until
// it is sent, thrown away or a week old. Nobody else ever sees it.

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const FORMS = "[data-reply-form], [data-draft-form]";

const keyOf = (form) => `draft:${new URL(form.action).pathname}`;
const textOf = (form) => form.querySelector("textarea[name=body]");

// A browser may refuse storage (private windows, a full disk); then there are simply no drafts.
function stored(form, change) {
  try {
    return change(localStorage, keyOf(form));
  } catch {
    return null;
  }
}

function read(form) {
  const draft = JSON.parse(stored(form, (storage, key) => storage.getItem(key)) ?? "null");
  return draft && Date.now() - draft.at < KEPT_MS ? draft.text : "";
}

function keep(form, text) {
  const draft = JSON.stringify({ text, at: Date.now() });
  stored(form, (storage, key) => (text.trim() ? storage.setItem(key, draft) : storage.removeItem(key)));
}

const forget = (form) => stored(form, (storage, key) => storage.removeItem(key));

function offer(form) {
  const box = form.querySelector("[data-draft-offer]");
  if (box) box.hidden = !read(form) || read(form) === textOf(form).value;
}

function offerAll() {
  document.querySelectorAll(FORMS).forEach(offer);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("textarea[name=body]")?.closest(FORMS);
  if (!form) return;
  keep(form, event.target.value);
  offer(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-restore], [data-draft-forget]");
  const form = button?.closest(FORMS);
  if (!form) return;
  if (button.matches("[data-draft-restore]")) textOf(form).value = read(form);
  else forget(form);
  offer(form);
  textOf(form).focus();
});

// A change is sent by the browser itself: the page that follows says whether it was taken, so the
// draft goes with the sending and comes back with the page if something was wrong.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-draft-form]") && !event.submitter?.name) forget(event.target);
});

document.addEventListener("answer-taken", (event) => forget(event.target));

// An expired form: take a fresh token from the form's own page, so that sending again works.
document.addEventListener("htmx:responseError", async (event) => {
  const form = event.target.closest("[data-reply-form]");
  if (!form) return;
  form.querySelector("[data-reply-offline]")?.removeAttribute("hidden");
  if (event.detail.xhr.status !== 403) return;
  const page = await (await fetch(form.action)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html");
  const token = fresh.querySelector("form[data-reply-form] [name=csrfmiddlewaretoken]");
  if (token) form.querySelector("[name=csrfmiddlewaretoken]").value = token.value;
});

document.addEventListener("htmx:afterSettle", offerAll);
offerAll();
