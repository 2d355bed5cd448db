// The most important point of a picture: a click on it fills the two number fields, which by keyboard
// are filled themselves; a mark shows where they point.

const box = document.querySelector("[data-media-focus]");
const fields = ["x", "y"].map((axis) => document.getElementById(`id_focal_${axis}`));

function mark() {
  const [x, y] = fields.map((field) => Math.min(Math.max(Number(field.value), 0), 100));
  const spot = box.querySelector("[data-media-mark]");
  spot.hidden = false;
  spot.style.left = `${x}%`;
  spot.style.top = `${y}%`;
}

if (box && fields.every(Boolean)) {
  box.classList.add("media-focus-live");
  box.addEventListener("click", (event) => {
    const area = box.getBoundingClientRect();
    fields[0].value = Math.round((100 * (event.clientX - area.left)) / area.width);
    fields[1].value = Math.round((100 * (event.clientY - area.top)) / area.height);
    for (const field of fields) field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const field of fields) field.addEventListener("input", mark);
  mark();
}
