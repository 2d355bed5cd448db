// A public page is the same for everybody; which answers are liked here, this browser keeps itself.
// Without this script the same button leads to a page of its own.

const KEY = "likes";
const MOST = 500;
const BUTTONS = "button[form=likes]";

const idOf = (button) => button.closest("[id^=comment-]")?.id.slice("comment-".length);

// A browser may refuse storage; then a like shows as such until the page is left.
function liked() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
  } catch {
    return new Set();
  }
}

function remember(id, isLiked) {
  const ids = liked();
  ids.delete(id);
  if (isLiked) ids.add(id);
  try {
    localStorage.setItem(KEY, JSON.stringify([...ids].slice(-MOST)));
  } catch {
    // see above
  }
}

function mark(root) {
  const ids = liked();
  root.querySelectorAll(BUTTONS).forEach((button) => {
    if (ids.has(idOf(button))) button.setAttribute("aria-pressed", "true");
  });
}

async function toggle(button) {
  const like = button.getAttribute("aria-pressed") === "true" ? "0" : "1";
  const response = await fetch(button.formAction, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ like }),
  });
  if (!response.ok) throw new Error(response.status);
  const { is_liked: isLiked, count } = await response.json();
  button.setAttribute("aria-pressed", String(isLiked));
  button.querySelector("b").textContent = count || "";
  remember(idOf(button), isLiked);
}

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches(BUTTONS)) return;
  event.preventDefault();
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    await toggle(button);
  } catch {
    location.assign(button.formAction); // its own page says how things stand
  }
  button.ariaBusy = null;
});

document.addEventListener("htmx:afterSettle", (event) => mark(event.target));
mark(document);
