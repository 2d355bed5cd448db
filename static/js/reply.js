// One reply form at a time: focus goes into it, and back to its link when it is closed.

let opener = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reply]");
  if (link) {
    document.querySelectorAll("[data-reply-form]").forEach((form) => {
      // A form that somebody has written in stays where it is.
      if (!form.querySelector("textarea").value.trim()) form.remove();
    });
    opener = link;
    return;
  }
  const cancel = event.target.closest("[data-reply-cancel]");
  const slot = cancel?.closest(".reply-slot");
  if (!slot) return; // on its own page the link simply leads back
  event.preventDefault();
  slot.replaceChildren();
  opener?.focus();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const slot = event.target.closest?.(".reply-slot") ?? event.detail.elt?.closest?.(".reply-slot");
  const wrong = slot?.querySelector("[aria-invalid=true]");
  const target = wrong ?? slot?.querySelector("[data-preview], [data-proof]") ?? slot?.querySelector("textarea");
  if (target) target.focus();
  // What has been sent stands where the form was; a reader must not lose sight of it.
  const taken = slot?.querySelector(".turn-waiting")?.closest(".turn-body");
  if (taken) {
    taken.tabIndex = -1;
    taken.focus({ preventScroll: true });
    taken.scrollIntoView({ block: "center" });
  }
});

// A reply that could not be sent keeps its text in the form; say so beside the button.
document.addEventListener("htmx:sendError", (event) => {
  const form = event.target.closest("[data-reply-form]");
  form?.querySelector("[data-reply-offline]")?.removeAttribute("hidden");
});
