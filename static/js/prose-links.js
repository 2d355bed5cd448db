// Links: to an address, or to a post of this site found by its title.
import { Link } from "django-prose-editor/editor";

const dialog = document.querySelector("[data-link-dialog]");
const form = dialog?.querySelector("form");
const field = dialog?.querySelector("[role=combobox]");
const list = dialog?.querySelector("[role=listbox]");
const status = dialog?.querySelector("[data-link-status]");

let editing = null;
let title = ""; // of the post that was chosen: the words of a link that has none yet
let asked = 0;

const isAddress = (text) => /^(https?:|mailto:|\/|#)/i.test(text) || /^[\w-]+(\.[\w-]+)+(\/|$)/.test(text);
const options = () => [...list.children];
const active = () => list.querySelector("[aria-selected=true]");

function show(posts) {
  list.replaceChildren(
    ...posts.map((post, number) => {
      const option = document.createElement("li");
      option.id = `link-option-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.address = post.address;
      option.dataset.title = post.title;
      const note = document.createElement("small");
      note.textContent = post.note;
      option.append(post.title, " ", note);
      return option;
    }),
  );
  list.hidden = posts.length === 0;
  field.setAttribute("aria-expanded", String(posts.length > 0));
  field.removeAttribute("aria-activedescendant");
}

function mark(option) {
  active()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

function choose(option) {
  field.value = option.dataset.address;
  title = option.dataset.title;
  status.textContent = title;
  show([]);
  field.focus();
}

async function search() {
  const words = field.value.trim();
  const number = (asked += 1);
  title = "";
  status.textContent = "";
  if (!words || isAddress(words)) return show([]);
  try {
    const query = new URLSearchParams({ q: words });
    const answer = await fetch(`${dialog.dataset.address}?${query}`);
    const { posts, found } = await answer.json();
    if (number !== asked) return; // a later answer is on its way
    show(posts);
    status.textContent = found;
  } catch {
    status.textContent = dialog.dataset.fault;
  }
}

function step(event) {
  const all = options();
  const at = all.indexOf(active());
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && all.length) {
    event.preventDefault();
    mark(all[(at + by + all.length) % all.length] ?? all[0]);
  } else if (event.key === "Enter" && active()) {
    event.preventDefault();
    choose(active());
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault(); // the first closes the list, the second the dialog
    show([]);
  }
}

function addressOf(text) {
  if (/^[^@\s/]+@[^@\s/]+$/.test(text)) return `mailto:${text}`;
  return /^[\w-]+(\.[\w-]+)+(\/|$)/.test(text) ? `https://${text}` : text;
}

function set(editor, href) {
  const chain = editor.chain().focus();
  if (!href) chain.extendMarkRange("link").unsetLink().run();
  else if (editor.isActive("link")) {
    chain.extendMarkRange("link").updateAttributes("link", { href }).run();
  } else if (editor.state.selection.empty) {
    const marks = [{ type: "link", attrs: { href } }];
    chain.insertContent([{ type: "text", text: title || href, marks }]).unsetMark("link").run();
  } else chain.setMark("link", { href }).run();
}

function open(editor) {
  editing = editor;
  field.value = editor.getAttributes("link").href ?? "";
  title = status.textContent = "";
  show([]);
  dialog.showModal();
  field.select();
}

if (dialog) {
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });
  field.addEventListener("keydown", step);
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    dialog.close();
    set(editing, addressOf(text));
  });
  dialog.querySelector("[data-link-close]").addEventListener("click", () => {
    dialog.close();
    editing.commands.focus();
  });
}

export const PostLink = Link.extend({
  addOptions() {
    return { ...this.parent?.(), words: {} };
  },
  addMenuItems({ menu, buttons }) {
    this.parent?.({ menu, buttons });
    menu.defineItem({
      name: "link",
      groups: "link",
      button: buttons.material("insert_link", this.options.words.button),
      command: (editor) => editor.commands.addLink(),
      active: (editor) => editor.isActive("link"),
    });
  },
  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor }) => {
          open(editor);
          return true;
        },
    };
  },
});
