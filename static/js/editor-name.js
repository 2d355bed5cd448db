// The prose editor stands in for a textarea: whoever hears the page gets the same name and help.
// It announces itself by an event on the textarea, before or after this module runs.

function name(textarea, surface) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label) surface.setAttribute("aria-label", label.textContent.replace(/:\s*$/, "").trim());
  surface.setAttribute("aria-multiline", "true");
  const help = textarea.getAttribute("aria-describedby");
  if (help) surface.setAttribute("aria-describedby", help);
}

document.addEventListener("prose-editor:ready", (event) => {
  name(event.detail.textarea, event.detail.editor.view.dom);
});

for (const surface of document.querySelectorAll(".ProseMirror[contenteditable]")) {
  const textarea = surface.closest(".prose-editor")?.querySelector("textarea");
  if (textarea) name(textarea, surface);
}
