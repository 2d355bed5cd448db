// Many pictures at once: dropped or chosen, sent one by one with their progress. Without this script
// the same form sends them together, and the answer is a page that tells of each.

function row(list, name, words) {
  const item = document.createElement("li");
  item.className = "media-result";
  const label = Object.assign(document.createElement("bdi"), { textContent: name });
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `${name} ${words}`);
  item.append(label, " ", bar);
  list.append(item);
  return { item, bar };
}

function send(form, file, onProgress) {
  const data = new FormData(form);
  data.delete("files");
  data.append("files", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded / event.total));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", reject);
    request.send(data);
  });
}

function refused(item, name, words) {
  item.className = "media-result media-result-refused";
  item.textContent = `${name} ${words}`;
}

async function sendOne(form, words, file) {
  const { item, bar } = row(words.querySelector("[data-media-progress]"), file.name, words.dataset.sending);
  try {
    const request = await send(form, file, (part) => (bar.value = part));
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const told = [...page.querySelectorAll("[data-media-results] > li, .errornote")];
    if (request.status !== 200 || !told.length) return refused(item, file.name, words.dataset.failed);
    item.replaceWith(...told);
  } catch {
    refused(item, file.name, words.dataset.offline);
  }
}

function prepare(form) {
  const words = form.parentElement.querySelector("[data-media-words]");
  const drop = form.querySelector("[data-media-drop]");
  const input = form.querySelector("input[type=file]");
  const live = words.querySelector("[data-media-live]");
  let line = Promise.resolve();

  function take(files) {
    for (const file of files) line = line.then(() => sendOne(form, words, file));
    line = line.then(() => {
      live.textContent = words.dataset.done;
      form.dispatchEvent(new CustomEvent("media:uploaded", { bubbles: true }));
    });
    live.textContent = "";
    input.value = "";
  }

  form.querySelector("[data-media-drop-help]")?.removeAttribute("hidden");
  form.querySelector(".submit-row")?.setAttribute("hidden", "");
  input.required = false;
  input.addEventListener("change", () => input.files.length && take([...input.files]));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("media-drop-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("media-drop-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

document.querySelectorAll("[data-media-upload]").forEach(prepare);
