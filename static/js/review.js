// Review of a post in the admin: copy a new address, which is shown only once, and mark remarks as
// done without leaving the form of the post. Without this script the form of a remark does the same.

const copy = document.querySelector("[data-copy]");
const source = document.querySelector("[data-copy-source]");

if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value);
    copy.textContent = copy.dataset.copied;
  });
}
source?.addEventListener("focus", () => source.select());

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-review-done]");
  if (!form) return;
  event.preventDefault();
  const place = [...document.querySelectorAll("[data-review-done]")].indexOf(form);
  const body = new FormData(form, event.submitter);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-review-said]");
    document.querySelector("[data-review-said]").replaceWith(document.adoptNode(fresh));
    document.querySelectorAll("[data-review-done] button")[place]?.focus();
  } catch {
    HTMLFormElement.prototype.submit.call(form);
  }
});
