// Names for the controls that Django's admin leaves without one: the cells of a table of rows, the
// boxes that select2 puts in the place of a select, file fields, and the search of a list.

const textOf = (element) => element?.textContent.replace(/\s+/g, " ").replace(/:\s*$/, "").trim();

function labelOf(control) {
  const id = control.id && CSS.escape(control.id);
  const label = id ? document.querySelector(`label[for="${id}"]`) : null;
  if (textOf(label)) return textOf(label);
  const cell = control.closest("td");
  const table = cell?.closest("table");
  const header = table?.tHead?.rows[0]?.cells[cell.cellIndex];
  return textOf(header) || textOf(control.closest("fieldset")?.querySelector("legend"));
}

function name(control, words) {
  if (words && !control.hasAttribute("aria-label")) control.setAttribute("aria-label", words);
}

function nameAll(root) {
  for (const control of root.querySelectorAll("td input, td select, td textarea, input[type=file]")) {
    if (control.type !== "hidden" && !textOf(control.labels?.[0])) name(control, labelOf(control));
  }
  for (const box of root.querySelectorAll(".select2-container")) {
    const words = labelOf(box.previousElementSibling ?? box);
    const parts = ".select2-selection, .select2-selection__rendered, .select2-search__field";
    for (const part of box.querySelectorAll(parts)) name(part, words);
  }
  for (const search of root.querySelectorAll("#searchbar")) {
    name(search, textOf(document.getElementById("searchbar_helptext")));
  }
  for (const header of root.querySelectorAll("th")) {
    if (!textOf(header) && !header.children.length) header.setAttribute("role", "presentation");
  }
}

// select2 is put in by scripts that wait for the page, and again for every new row.
nameAll(document);
new MutationObserver(() => nameAll(document)).observe(document.body, {
  childList: true,
  subtree: true,
});
