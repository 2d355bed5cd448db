// The text's own field is hidden behind the editor: what leads to it leads to the editor.
for (const link of document.querySelectorAll('.ready a[href="#id_body"]')) {
  link.addEventListener("click", (event) => {
    const editor = document.querySelector(".field-body .ProseMirror");
    if (!editor) return;
    event.preventDefault();
    editor.scrollIntoView({ block: "center" });
    editor.focus();
  });
}
