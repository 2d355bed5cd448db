// In the preview of a post: links to other pages open beside it, since no other page lets itself be
// framed. Links within the page stay what they are.

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    if (link && !link.getAttribute("href").startsWith("#") && !event.defaultPrevented) {
      link.target = "_blank";
      link.rel = "noopener";
    }
  },
);
