// Quotation marks of the language that is written in: typed straight, set right. Backspace right
// after takes that back, as it does with all that the editor makes of typing.
import { Extension, InputRule } from "django-prose-editor/editor";

const MARKS = {
  de: { double: ["„", "“"], single: ["‚", "‘"] },
  en: { double: ["“", "”"], single: ["‘", "’"] },
};

function marksAt({ $from }) {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const { lang } = $from.node(depth).attrs;
    if (lang) return MARKS[lang] ?? null;
  }
  const language = document.getElementById("id_language")?.value || document.documentElement.lang;
  return MARKS[language] ?? MARKS.en;
}

const rule = (find, wordsOf) =>
  new InputRule({
    find,
    handler({ state, range, match }) {
      const words = wordsOf(marksAt(state.selection), match.input);
      if (words === null) return null;
      state.tr.insertText(words, range.to - 1, range.to);
      return undefined;
    },
  });

const START = "(?:^|[\\s([{/„“‚‘–—-])";

// What follows a letter is an apostrophe, unless an inner quotation is still open.
function afterLetter(marks, before) {
  if (!marks) return "’";
  const [start, end] = marks.single;
  return before.lastIndexOf(start) > before.lastIndexOf(end) ? end : "’";
}

function around(editor, kind) {
  const marks = (marksAt(editor.state.selection) ?? MARKS.en)[kind];
  const { from, to } = editor.state.selection;
  editor
    .chain()
    .focus()
    .insertContentAt(to, marks[1])
    .insertContentAt(from, marks[0])
    .setTextSelection({ from: from + 1, to: to + 1 })
    .run();
}

export const QuoteMarks = Extension.create({
  name: "quoteMarks",
  addOptions: () => ({ words: {} }),
  addInputRules() {
    return [
      rule(new RegExp(`${START}"$`), (marks) => marks && marks.double[0]),
      rule(/\S"$/, (marks) => marks && marks.double[1]),
      rule(new RegExp(`${START}'$`), (marks) => marks && marks.single[0]),
      rule(/[\p{L}\p{N}]'$/u, afterLetter),
      rule(/[^\s\p{L}\p{N}]'$/u, (marks) => marks && marks.single[1]),
    ];
  },
  addMenuItems({ menu, buttons }) {
    for (const [kind, title] of Object.entries(this.options.words)) {
      const button = buttons.text("", title);
      menu.defineItem({
        name: `quoteMarks:${kind}`,
        groups: "marks",
        button,
        command: (editor) => around(editor, kind),
        update(editor) {
          button.textContent = (marksAt(editor.state.selection) ?? MARKS.en)[kind].join("…");
        },
      });
    }
  },
});
