// Put the provider's frame in the place of a card, after the reader's click and never before; from
// then on at once, if the reader has ticked that for this provider. The privacy page takes it back.

const key = (from) => `embeds:${from}`;

// A browser may refuse storage; then every card asks.
function stored(change) {
  try {
    return change(localStorage);
  } catch {
    return null;
  }
}

const isAllowed = (from) => stored((storage) => storage.getItem(key(from))) !== null;

function withStart(address, start) {
  return start ? `${address}${address.includes("?") ? "&" : "?"}${start}` : address;
}

function frameOf(card, address) {
  const frame = document.createElement("iframe");
  frame.src = address;
  frame.title = card.dataset.embedTitle;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.className = "embed-frame";
  return frame;
}

function choiceOf(card) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.dataset.embedChoice = "";
  label.className = "embed-choice";
  label.append(box, ` ${card.dataset.embedAlways}`);
  return label;
}

function prepare(card) {
  const { embed, embedFrom } = card.dataset;
  const link = card.querySelector(".embed-link");
  if (!embedFrom) return;
  const choice = choiceOf(card);
  card.querySelector("figcaption").append(choice);
  if (!isAllowed(embedFrom)) return;
  choice.firstChild.checked = true;
  card.querySelector("figcaption span").remove(); // it speaks of a click
  const frame = frameOf(card, embed);
  frame.loading = "lazy";
  link.replaceWith(frame);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-embed] .embed-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const card = link.closest("[data-embed]");
  const frame = frameOf(card, withStart(card.dataset.embed, card.dataset.embedStart));
  link.replaceWith(frame);
  if (card.querySelector("[data-embed-choice]")?.checked) {
    stored((storage) => storage.setItem(key(card.dataset.embedFrom), "1"));
  }
  frame.focus();
});

// Ticked before the click it is a wish; once the frame is there, or has been, it holds at once.
document.addEventListener("change", (event) => {
  const card = event.target.matches("[data-embed-choice]") && event.target.closest("[data-embed]");
  if (!card) return;
  const { embedFrom } = card.dataset;
  if (!event.target.checked) stored((storage) => storage.removeItem(key(embedFrom)));
  else if (card.querySelector("iframe")) stored((storage) => storage.setItem(key(embedFrom), "1"));
});

document.querySelectorAll("[data-embed]").forEach(prepare);

const list = document.querySelector("[data-embed-allowed]");

function showAllowed() {
  const rows = [...list.querySelectorAll("[data-embed-from]")];
  for (const row of rows) row.querySelector("button").hidden = !isAllowed(row.dataset.embedFrom);
  const none = document.querySelector("[data-embed-none]");
  none.hidden = rows.some((row) => !row.querySelector("button").hidden);
}

if (list) {
  list.addEventListener("click", (event) => {
    const row = event.target.closest("button")?.closest("[data-embed-from]");
    if (!row) return;
    stored((storage) => storage.removeItem(key(row.dataset.embedFrom)));
    showAllowed();
    const none = document.querySelector("[data-embed-none]");
    (list.querySelector("button:not([hidden])") ?? none).focus();
  });
  showAllowed();
}
