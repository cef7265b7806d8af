// The order of an export's columns, changed by buttons. A marked column steps past the next marked one: what is not
// marked is not in the file, and its place says nothing. Without scripts the register's own order holds.

const list = document.querySelector("[data-order]");
const told = document.querySelector("[data-moved]");

if (list) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(button.closest("li"), button);
  });
  list.addEventListener("change", show);
  // The browser may have brought back what was marked before.
  window.addEventListener("pageshow", show);
  show();
}

function marked() {
  return [...list.children].filter((row) => row.querySelector("input").checked);
}

function move(row, button) {
  const rows = marked();
  const up = button.dataset.move === "up";
  const other = rows[rows.indexOf(row) + (up ? -1 : 1)];
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  // A keyboard stays where it pressed, so that it can press again.
  button.focus();
  show();
  const now = marked();
  told.textContent = `${row.querySelector("label").textContent} is column ${now.indexOf(row) + 1} of ${now.length}.`;
}

function show() {
  for (const row of list.children) row.querySelector(".moves").hidden = !row.querySelector("input").checked;
}
