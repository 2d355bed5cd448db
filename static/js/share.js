// Passing a post on without anybody listening in: the browser's own sharing, the clipboard, and a
// quotation that carries its source. Nothing is loaded, nobody is told.

const box = document.querySelector("[data-share]");
const prose = document.querySelector(".post .prose");

const find = (name) => box.querySelector(`[data-share-${name}]`);

async function copy(text) {
  const done = find("done");
  try {
    await navigator.clipboard.writeText(text);
    done.textContent = done.dataset.copied;
  } catch {
    done.textContent = done.dataset.failed;
  }
}

// What is selected of the post, as one line; "" for anything else.
function selected() {
  const selection = getSelection();
  const isInside = selection.rangeCount && prose.contains(selection.getRangeAt(0).commonAncestorContainer);
  return isInside ? selection.toString().trim().replace(/\s+/g, " ") : "";
}

function quotation() {
  const marks = prose.lang.startsWith("de") ? ["„", "“"] : ["“", "”"];
  return `${marks[0]}${selected()}${marks[1]}\n(${box.dataset.author}, ${box.dataset.title}, ${box.dataset.url})`;
}

if (box && prose) {
  if (navigator.clipboard) find("copy").hidden = false;
  if (navigator.share) find("native").hidden = false;
  find("copy").addEventListener("click", () => copy(box.dataset.url));
  find("native").addEventListener("click", () => {
    // Who closes the browser's own dialogue has changed their mind; nothing is wrong then.
    navigator.share({ title: box.dataset.title, url: box.dataset.url }).catch(() => {});
  });
  // The button must not take the selection away that it is there to copy.
  find("quote").addEventListener("pointerdown", (event) => event.preventDefault());
  find("quote").addEventListener("click", () => copy(quotation()));
  if (navigator.clipboard) {
    document.addEventListener("selectionchange", () => {
      find("quote").hidden = !selected();
    });
  }
}
