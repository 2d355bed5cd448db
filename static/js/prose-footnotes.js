// A footnote stands in the text where it belongs, as words with a mark. The page numbers it and puts
// it at its end (blog/notes.py).
import { Mark, updateAttrsDialog } from "django-prose-editor/editor";

async function write(editor, { words }) {
  const properties = { text: { title: words.text, format: "textarea", required: true } };
  const options = { title: words.button, submitText: words.set };
  const given = await updateAttrsDialog(properties, options)(editor, {});
  const text = given?.text.replace(/\s+/g, " ").trim();
  if (!text) return;
  const { from } = editor.state.selection;
  const note = { type: "text", text, marks: [{ type: "footnote" }] };
  editor
    .chain()
    .focus()
    .insertContentAt(from, note)
    .setTextSelection(from + text.length)
    .unsetMark("footnote")
    .run();
}

function footnote(editor, options) {
  const { empty } = editor.state.selection;
  if (editor.isActive("footnote")) {
    editor.chain().focus().extendMarkRange("footnote").unsetMark("footnote").run();
  } else if (empty) {
    write(editor, options);
  } else {
    editor.chain().focus().setMark("footnote").run();
  }
}

export const Footnote = Mark.create({
  name: "footnote",
  priority: 1200, // around links and all else, for a note holds them
  inclusive: false,
  addOptions: () => ({ words: {} }),
  addAttributes: () => ({ lang: { default: null } }),
  parseHTML: () => [{ tag: "span.footnote" }],
  renderHTML: ({ HTMLAttributes }) => ["span", { ...HTMLAttributes, class: "footnote" }, 0],
  addMenuItems({ menu, buttons }) {
    const { options } = this;
    menu.defineItem({
      name: "footnote",
      groups: "link",
      button: buttons.text(options.words.button, options.words.help),
      command: (editor) => footnote(editor, options),
      active: (editor) => editor.isActive("footnote"),
    });
  },
  addKeyboardShortcuts() {
    return {
      "Mod-Alt-f": ({ editor }) => {
        footnote(editor, this.options);
        return true;
      },
    };
  },
});
