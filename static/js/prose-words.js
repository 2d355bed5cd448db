// Names of the editor's buttons in the language of the page: the package has them in English alone.
// Which words there are, says blog/editor.py.
import { Extension } from "django-prose-editor/editor";

function rename(item, words) {
  const { button, option } = item;
  for (const name of ["title", "aria-label"]) {
    const known = words[button?.getAttribute(name)];
    if (known) button.setAttribute(name, known);
  }
  if (words[option?.textContent]) option.textContent = words[option.textContent];
}

// Where the package's own buttons stand; those of other parts are defined after this one has run.
const GROUPS = "blockType lists nodes marks link table history utility";

export const Words = Extension.create({
  name: "words",
  priority: 1000,
  addOptions: () => ({ words: {} }),
  addMenuItems({ menu }) {
    const { words } = this.options;
    for (const item of menu.items(GROUPS)) rename(item, words);
    const define = menu.defineItem;
    menu.defineItem = function defineRenamed(item) {
      rename(item, words);
      return define.call(this, item);
    };
  },
});
