// Watches an export that is being made, and shows the page anew when it is done.

const job = document.querySelector("[data-job]");
const bar = document.querySelector("[data-job] progress");
const text = document.querySelector("[data-job] [role=status]");
const figures = new Intl.NumberFormat("en");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const told = await answer.json();
    if (told.status !== "queued" && told.status !== "running") {
      location.reload();
      return;
    }
    if (told.percent !== null) bar.value = Math.round(told.percent);
    if (told.total) text.textContent = `${figures.format(told.rows)} of ${figures.format(told.total)} ${job.dataset.job}`;
  } catch {
    // The next look may succeed; the page without scripts would ask again, too.
  }
  setTimeout(look, 1000);
}

setTimeout(look, 500);
