// Put the provider's frame in the place of a video card, after the reader's click and never before.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-embed] .embed-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const card = link.closest("[data-embed]");
  const frame = document.createElement("iframe");
  frame.src = card.dataset.embed;
  frame.title = card.dataset.embedTitle;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.className = "embed-frame";
  link.replaceWith(frame);
  frame.focus();
});
