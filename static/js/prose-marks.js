// What the editor has no button for and keeps all the same: elements and attributes that come with
// imported and pasted texts. Which, says blog/editor.py.
import { Extension, Mark } from "django-prose-editor/editor";

const plain = (names) => Object.fromEntries(names.map((name) => [name, { default: null }]));

function markFor(tag, names) {
  return Mark.create({
    name: `kept-${tag}`,
    priority: 101, // before <del> is taken for <s>
    addAttributes: () => plain(names),
    parseHTML: () => [{ tag: tag === "span" ? "span[lang]:not(.footnote)" : tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });
}

export const Kept = Extension.create({
  name: "kept",
  addOptions: () => ({ marks: {}, attributes: {} }),
  addExtensions() {
    return Object.entries(this.options.marks).map(([tag, names]) => markFor(tag, names));
  },
  addGlobalAttributes() {
    return Object.entries(this.options.attributes).map(([type, names]) => ({
      types: [type],
      attributes: plain(names),
    }));
  },
});
