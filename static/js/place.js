// Who comes by the link of one answer finds it unfolded and with the focus on it.

function showPlace() {
  const turn = location.hash.startsWith("#comment-") && document.getElementById(location.hash.slice(1));
  if (!turn) return;
  for (let branch = turn.closest("details"); branch; branch = branch.parentElement.closest("details")) {
    branch.open = true;
  }
  turn.tabIndex = -1;
  turn.focus({ preventScroll: true });
  turn.scrollIntoView();
}

addEventListener("hashchange", showPlace);
showPlace();
