// Word, Google Docs and WordPress put their own markup on the clipboard. The server makes plain HTML
// of it, by the rules by which it cleans what is saved (blog/pasted.py); the editor then takes that.
import { Extension, Plugin } from "django-prose-editor/editor";

// Styles stand for words such as <strong>, and the page's policy keeps the browser from reading them.
const FOREIGN = /<[^>]+\sstyle=|\bMso[A-Z]|<o:p|docs-internal-guid|\bwp-(image|block)-|<!-- \/?wp:/;
const OWN = /\bdata-pm-slice=/;

async function cleaned(address, html, form) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("html", html);
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return (await answer.json()).html;
}

export const ForeignPaste = Extension.create({
  name: "foreignPaste",
  addOptions: () => ({ address: "" }),
  addProseMirrorPlugins() {
    const { address } = this.options;
    // Before the editor itself reads it.
    const paste = (view, event) => {
      const html = event.clipboardData?.getData("text/html") ?? "";
      if (!FOREIGN.test(html) || OWN.test(html)) return false;
      event.preventDefault();
      // Without the server the editor drops what it does not know, and saving does the rest.
      cleaned(address, html, view.dom.closest("form"))
        .catch(() => html.replace(/\sstyle=("[^"]*"|'[^']*'|[^\s>]+)/g, ""))
        .then((plain) => view.pasteHTML(plain, new ClipboardEvent("paste")));
      return true;
    };
    return [new Plugin({ props: { handleDOMEvents: { paste } } })];
  },
});
