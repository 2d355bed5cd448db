// The preview beside a post's form: what is typed is posted to a frame of ours, and stored nowhere.
// Without this script the button "Preview" opens the same page in a new tab.

const form = document.getElementById("post_form");
const panel = document.querySelector("[data-preview]");
const frame = panel.querySelector("[data-preview-frame]");
const view = panel.querySelector("[data-preview-window]");
const said = panel.querySelector("[data-preview-said]");
const opener = document.querySelector("[data-preview-open]");
const widths = [...panel.querySelectorAll("[data-preview-width]")];
const KEPT = "post-preview-width";

let width = 390;
let scrolled = 0;

function load() {
  const { action, target } = form;
  scrolled = frame.contentWindow?.scrollY ?? 0;
  form.setAttribute("action", opener.formAction);
  form.target = frame.name;
  // Not requestSubmit(): what listens for "submit" would take the post for saved.
  HTMLFormElement.prototype.submit.call(form);
  form.setAttribute("action", action);
  form.target = target;
}

// A desktop's page is drawn at its own width and made smaller as a whole, as far as it needs to be.
function fit() {
  const factor = Math.min(1, view.clientWidth / width);
  frame.style.width = `${width}px`;
  frame.style.height = `${view.clientHeight / factor}px`;
  frame.style.scale = factor;
}

function choose(chosen) {
  width = chosen;
  panel.dataset.width = chosen;
  for (const button of widths) {
    button.setAttribute("aria-pressed", Number(button.dataset.previewWidth) === chosen);
  }
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // No storage: the choice lasts as long as the page.
  }
  fit();
}

function open() {
  panel.hidden = false;
  document.documentElement.dataset.previewOpen = "";
  panel.querySelector("h2").focus({ preventScroll: true });
  fit();
  load();
}

function close() {
  panel.hidden = true;
  delete document.documentElement.dataset.previewOpen;
  opener.focus();
}

function remembered() {
  try {
    return Number(localStorage.getItem(KEPT));
  } catch {
    return 0;
  }
}

if (opener && form) {
  choose(remembered() === 1280 ? 1280 : 390);
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    if (panel.hidden) open();
    else close();
  });
  for (const button of widths) {
    button.addEventListener("click", () => choose(Number(button.dataset.previewWidth)));
  }
  panel.querySelector("[data-preview-refresh]").addEventListener("click", load);
  panel.querySelector("[data-preview-close]").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("autosaved", () => panel.hidden || load());
  new ResizeObserver(fit).observe(view);
  frame.addEventListener("load", () => {
    frame.contentWindow.scrollTo(0, scrolled);
    said.textContent = panel.hidden ? "" : said.dataset.previewSaid;
  });
}
