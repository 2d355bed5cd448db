// The order of authors in the form of a post: buttons and dragging instead of numbers to type.
// Without script the numbers stand there and are what counts; this only writes them.

const rowsOf = (group) => [...group.querySelectorAll("tbody tr.form-row:not(.empty-form)")];
const place = (row) => row.querySelector("input[name$='-position']");

// A row without an author is no author yet: a number in it would make it count as filled in.
const isFilled = (row) => row.querySelector("select[name$='-author']")?.value;

function renumber(group) {
  rowsOf(group).filter(isFilled).forEach((row, number) => {
    if (place(row).value === String(number)) return;
    place(row).value = number;
    place(row).dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function move(group, row, step) {
  const rows = rowsOf(group);
  const other = rows[rows.indexOf(row) + step];
  if (!other) return;
  if (step < 0) other.before(row); else other.after(row);
  renumber(group);
  const words = group.dataset.moved.replace("{place}", rows.indexOf(other) + 1);
  group.querySelector("[aria-live]").textContent = words;
}

function button(sign, label, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: sign, title: label, className: "byline-step" });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => { act(); made.focus(); });
  return made;
}

function furnish(group, row) {
  if (!place(row) || row.classList.contains("empty-form")) return;
  place(row).type = "hidden";
  const grip = Object.assign(document.createElement("span"), { className: "byline-grip", textContent: "⠿" });
  grip.setAttribute("aria-hidden", "true");
  place(row).after(
    grip,
    button("↑", group.dataset.up, () => move(group, row, -1)),
    button("↓", group.dataset.down, () => move(group, row, 1)),
  );
  grip.addEventListener("pointerdown", () => { row.draggable = true; });
  row.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "move";
    row.classList.add("byline-dragged");
  });
  row.addEventListener("dragend", () => {
    row.draggable = false;
    row.classList.remove("byline-dragged");
    renumber(group);
  });
  row.addEventListener("dragover", (event) => {
    const dragged = group.querySelector(".byline-dragged");
    if (!dragged) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) row.before(dragged); else row.after(dragged);
  });
}

for (const group of document.querySelectorAll("[data-bylines]")) {
  rowsOf(group).forEach((row) => furnish(group, row));
  group.addEventListener("formset:added", (event) => furnish(group, event.target));
  group.closest("form").addEventListener("submit", () => renumber(group));
}
