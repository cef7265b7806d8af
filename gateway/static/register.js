// Small helps for every page; each works without them, too.

// What is sent once must not be sent twice by an impatient second press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // What answers with a file leaves the page as it is, to be used again.
  if (event.submitter?.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
// The page may come back out of the browser's memory, to be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// After an error the reader is led to what is wrong.
document.querySelector(".error-summary")?.focus();

// "/" leads to the search box, as long as one is not writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("main [type=search], .head [type=search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
