// Quotations that say which language they are in, and pull quotes.
import { Blockquote, Node, updateAttrsDialog } from "django-prose-editor/editor";

const lines = (languages) => Object.entries(languages).map(([code, name]) => `${code} · ${name}`);

async function chooseLanguage(editor, { languages, words }) {
  const enumeration = ["", ...lines(languages)];
  const given = editor.getAttributes("blockquote").lang;
  const lang = enumeration.find((line) => line.split(" ")[0] === given) ?? "";
  const properties = { lang: { title: words.button, description: words.help, enum: enumeration } };
  const options = { title: words.button, submitText: words.set };
  const chosen = await updateAttrsDialog(properties, options)(editor, { lang });
  if (!chosen) return;
  const code = chosen.lang.split(" ")[0] || null;
  editor.chain().focus().updateAttributes("blockquote", { lang: code }).run();
}

export const Quotation = Blockquote.extend({
  addOptions() {
    return { ...this.parent?.(), languages: {}, words: {} };
  },
  addAttributes: () => ({ lang: { default: null }, cite: { default: null } }),
  addMenuItems({ menu, buttons }) {
    const { options } = this;
    const button = buttons.text("", options.words.button);
    menu.defineItem({
      name: "quotationLanguage",
      groups: "nodes",
      button,
      command: (editor) => chooseLanguage(editor, options),
      hidden: (editor) => !editor.isActive("blockquote"),
      update(editor) {
        const { lang } = editor.getAttributes("blockquote");
        button.textContent = `${options.words.button}${lang ? `: ${lang}` : ""}`;
      },
    });
  },
});

// With words chosen, a quote of them is put before their paragraph; without, the paragraph is one.
function pull(editor) {
  const { selection, schema, doc } = editor.state;
  const { $from, $to, empty } = selection;
  if (empty || editor.isActive("pullQuote")) {
    editor.chain().focus().toggleWrap("pullQuote").run();
    return;
  }
  const words = doc.textBetween($from.pos, $to.pos, " ", " ").trim();
  if (!words) return;
  const paragraph = schema.nodes.paragraph.create(null, schema.text(words));
  const quote = schema.nodes.pullQuote.create(null, paragraph);
  editor.chain().focus().insertContentAt($from.before(1), quote.toJSON()).run();
}

export const PullQuote = Node.create({
  name: "pullQuote",
  group: "block",
  content: "paragraph+",
  defining: true,
  addOptions: () => ({ words: {} }),
  parseHTML: () => [{ tag: "aside" }],
  renderHTML: () => ["aside", 0],
  addMenuItems({ menu, buttons }) {
    const { words } = this.options;
    menu.defineItem({
      name: "pullQuote",
      groups: "nodes",
      button: buttons.text(words.button, words.help),
      command: pull,
      active: (editor) => editor.isActive("pullQuote"),
    });
  },
});
