// Watches an export that is being made, and shows the page anew when it is done.

const bar = document.querySelector("[data-job] progress");
const text = document.querySelector("[data-job] [role=status]");
const figures = new Intl.NumberFormat("en");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const job = await answer.json();
    if (job.status !== "queued" && job.status !== "running") {
      location.reload();
      return;
    }
    if (job.percent !== null) bar.value = Math.round(job.percent);
    if (job.total) text.textContent = `${figures.format(job.rows)} of ${figures.format(job.total)} certificates`;
  } catch {
    // The next look may succeed; the page without scripts would ask again, too.
  }
  setTimeout(look, 1000);
}

setTimeout(look, 500);
