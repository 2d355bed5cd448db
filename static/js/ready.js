// "Ready?" leads to where something can be done: to a field, or in the editor to the very picture,
// heading or link. Without script the links lead to the fields.

function surface() {
  return document.querySelector(".field-body .ProseMirror[contenteditable]");
}

// What is meant, as [from, to] in the editor's document: the number of a picture or heading, or the
// address of a link.
function rangeOf(doc, kind, which) {
  let count = 0;
  let range = null;
  doc.descendants((node, at) => {
    if (range) return false;
    const isLink = node.marks.some((mark) => mark.type.name === "link" && mark.attrs.href === which);
    if (kind === "link" ? isLink : node.type.name === kind && count++ === Number(which)) {
      range = [at, at + node.nodeSize];
    }
    return true;
  });
  return range;
}

function goInText(kind, which) {
  const { editor } = surface();
  const range = kind && rangeOf(editor.state.doc, kind, which);
  const chain = editor.chain().focus(range ? null : "start");
  if (range && kind === "image") chain.setNodeSelection(range[0]);
  else if (range && kind === "heading") chain.setTextSelection(range[0] + 1);
  else if (range) chain.setTextSelection({ from: range[0], to: range[1] });
  chain.scrollIntoView().run();
}

function goToField(field) {
  // A picture's number is hidden behind its buttons, a list of many behind a search.
  const shown =
    field.type === "hidden"
      ? field.closest("[data-media-choice]").querySelector("[data-media-choose]")
      : field;
  shown.scrollIntoView({ block: "center" });
  shown.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".ready a[href^='#']");
  const field = link && document.querySelector(link.hash);
  if (!field) return;
  const isText = field.closest(".field-body") && surface()?.editor;
  if (!isText && field.getClientRects().length === 0 && field.type !== "hidden") return;
  event.preventDefault();
  if (isText) goInText(link.dataset.readyKind, link.dataset.readyWhich);
  else goToField(field);
});
