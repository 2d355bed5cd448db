// The media library in a form: one dialog, in which a picture is chosen for the text or the cover.
// Without this script the cover is the number of a picture, with a link to the library.

const dialog = document.querySelector("[data-media-dialog]");
const picks = dialog?.querySelector("[data-media-picks]");
const search = dialog?.querySelector("[data-media-search]");
const fault = dialog?.querySelector("[data-media-fault]");

let onPick = () => {};

async function load(page = 1) {
  const language = document.getElementById("id_language")?.value ?? "";
  const query = new URLSearchParams({ q: search.elements.q.value, page, language });
  fault.hidden = true;
  try {
    const answer = await fetch(`${dialog.dataset.pickUrl}?${query}`);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const list = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (page === 1) picks.replaceChildren(...list.children);
    else picks.append(...list.children);
  } catch {
    fault.hidden = false;
  }
}

function open(then) {
  onPick = then;
  dialog.showModal();
  load();
}

function insert(pick) {
  const editor = document.querySelector(".field-body .ProseMirror[contenteditable]")?.editor;
  if (!editor) return;
  // No description here: the library's stands in its place, unless the text brings its own.
  const content = [{ type: "image", attrs: { src: pick.src, alt: "", file: pick.mediaPick } }];
  if (pick.caption) content.push({ type: "caption", content: [{ type: "text", text: pick.caption }] });
  editor.chain().focus().insertContent({ type: "figure", content }).run();
}

function choose(choice, number, source, title) {
  const input = choice.querySelector("input");
  const picture = choice.querySelector("[data-media-chosen]");
  input.value = number;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  picture.hidden = !number;
  picture.src = source;
  picture.alt = title;
  choice.querySelector("[data-media-clear]").hidden = !number;
}

function prepareChoice(choice) {
  const button = choice.querySelector("[data-media-choose]");
  const clear = choice.querySelector("[data-media-clear]");
  const input = choice.querySelector("input");
  input.type = "hidden";
  choice.querySelector("[data-media-list]").hidden = true;
  button.hidden = false;
  clear.hidden = !input.value;
  button.addEventListener("click", () =>
    open((pick) => choose(choice, pick.mediaPick, pick.preview, pick.title)),
  );
  clear.addEventListener("click", () => {
    choose(choice, "", "", "");
    button.focus();
  });
}

function prepareText(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button media-insert";
  button.dataset.mediaInsert = "";
  button.textContent = dialog.dataset.insertLabel;
  button.addEventListener("click", () => open(insert));
  field.prepend(button);
}

if (dialog) {
  document.querySelectorAll("[data-media-choice]").forEach(prepareChoice);
  document.querySelectorAll(".field-body").forEach(prepareText);
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    load();
  });
  dialog.addEventListener("media:uploaded", () => load());
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.mediaPick) {
      dialog.close();
      onPick(button.dataset);
    } else if (button?.dataset.mediaMore) {
      button.parentElement.remove();
      load(Number(button.dataset.mediaMore));
    } else if (button && "mediaClose" in button.dataset) {
      dialog.close();
    }
  });
}
