// The form of a certificate: saves while one types, says what the gate says, adds and removes records at once, and sends
// photos with progress. Without this file all of it works by the form's own buttons.

const form = document.getElementById("draft");
const PAUSE = 1200;
const state = form.querySelector("[data-state]");
const mode = form.dataset.mode;
let timer, again;
let running = null;

const field = (name) => form.elements[name];
const token = () => field("csrf_token").value;

function say(text, bad = false) {
  state.textContent = text;
  state.classList.toggle("bad", bad);
}

// ---- what the gate says ---------------------------------------------------------------------------------------------

function tell(notes) {
  for (const list of form.querySelectorAll("[data-notes]")) list.replaceChildren();
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  const lists = new Map([...form.querySelectorAll("[data-notes]")].map((list) => [list.dataset.notes, list]));
  for (const note of notes) {
    // Of a form that is only begun, nobody need be told that the rest is still empty.
    if (mode === "new" && note.severity === "refused" && document.getElementById(`f-${note.name}`)?.value === "") continue;
    const item = document.createElement("li");
    item.className = `note ${note.severity}`;
    const list = lists.get(note.name);
    item.textContent = list || !note.label ? note.text : `${note.label}: ${note.text}`;
    (list ?? lists.get("")).append(item);
    if (note.severity === "refused") document.getElementById(`f-${note.name}`)?.setAttribute("aria-invalid", "true");
  }
  for (const count of form.querySelectorAll("[data-count]")) {
    const open = notes.filter((note) => note.section === count.dataset.count && note.severity !== "warning").length;
    count.textContent = open || "";
    if (open) count.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: " to mend" }));
  }
  form.querySelector("[data-summary]").replaceChildren();
}

// ---- saving ---------------------------------------------------------------------------------------------------------

// Who logs in anew gets other forms; what is typed in this one is sent all the same.
async function renewed() {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const fresh = page.querySelector("#draft [name=csrf_token]");
  if (fresh) field("csrf_token").value = fresh.value;
  return Boolean(fresh);
}

async function send(wish, once = false) {
  const body = new FormData(form);
  // The picture goes its own way, once.
  body.delete("picture");
  body.set("do", wish);
  const answer = await fetch(form.action, {
    method: "POST",
    body: form.enctype.startsWith("multipart") ? body : new URLSearchParams(body),
    headers: { Accept: "application/json", "X-CSRF-Token": token() },
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect") throw new Error("Log in again in another tab; what you typed is still here.");
  if (answer.status === 403 && !once && (await renewed())) return send(wish, true);
  const told = await answer.json().catch(() => ({}));
  if (told.conflict || told.notes) return told;
  throw new Error(told.detail ?? "The register does not answer.");
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(work, PAUSE);
}

function work() {
  if (running) {
    again = true;
    return;
  }
  again = false;
  running = (mode === "draft" ? save() : check())
    .then(() => false)
    .catch((error) => {
      say(`Not saved: ${error.message}`, true);
      return true;
    })
    .then((failed) => {
      running = null;
      if (again) later();
      // A network that was away comes back; nobody has to type for it.
      else if (failed) timer = setTimeout(work, 10 * PAUSE);
    });
}

async function save() {
  say("Saving …");
  const told = await send("save");
  if (told.conflict) return conflict();
  tell(told.notes);
  if (!told.saved) return say(`Not saved: ${told.notes.length === 1 ? "a field is" : "some fields are"} to mend.`, true);
  field("version").value = told.version;
  field("loaded").value = told.loaded;
  form.querySelector("[data-number]").textContent = told.number;
  if (!again) changed = false;
  say(`Saved at ${told.saved} UTC.`);
}

async function check() {
  tell((await send("check")).notes);
  say(mode === "new" ? "Checked; not saved yet." : "Checked; not published yet.");
}

function conflict() {
  clearTimeout(timer);
  form.dataset.conflict = "";
  say("Not saved: somebody else saved this draft. ", true);
  const button = Object.assign(document.createElement("button"), { className: "button", name: "do", value: "save" });
  button.textContent = "Show both";
  state.append(button);
}

let changed = false;
function touched(event) {
  if (event?.target?.type === "file" || event?.target?.name?.startsWith("chosen.")) return;
  changed = true;
  if ("conflict" in form.dataset) return;
  if (mode === "report") return say("Not registered yet.");
  say(mode === "draft" ? "Typing …" : "Not saved yet.");
  later();
}
form.addEventListener("input", touched);
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (running) {
    // What is on its way must arrive first, else this would look like somebody else's change.
    event.preventDefault();
    const { submitter } = event;
    running.finally(() => form.requestSubmit(submitter));
    return;
  }
  changed = false;
});
// The kind of certificate says which fields there are: the server shows the form anew.
field("kind")?.addEventListener?.("change", () => form.requestSubmit(form.querySelector("[data-check]")));

// ---- records --------------------------------------------------------------------------------------------------------

let next = 1_000;
function numbered(rows, one) {
  [...rows.children].forEach((row, index) => {
    row.querySelector("legend").textContent = `${one} ${index + 1}`;
    row.querySelector(".remove").setAttribute("aria-label", `Remove ${one} ${index + 1}`);
  });
}
for (const group of form.querySelectorAll("[data-records]")) {
  const rows = group.querySelector("[data-rows]");
  const adding = group.querySelector("[data-add]");
  const one = adding.textContent.replace(/^Add an? /, "");
  adding.addEventListener("click", (event) => {
    event.preventDefault();
    add();
  });
  function add() {
    const row = group.querySelector("template").content.firstElementChild.cloneNode(true);
    const place = next++;
    for (const part of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...part.attributes]) {
        if (value.includes("__")) part.setAttribute(name, value.replaceAll("__", place));
      }
    }
    rows.append(row);
    numbered(rows, one);
    row.querySelector("input, select, textarea").focus();
    return row;
  }
  rows.addEventListener("click", (event) => {
    const button = event.target.closest(".remove");
    if (!button) return;
    event.preventDefault();
    const row = button.closest(".record");
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    numbered(rows, one);
    (beside?.querySelector(".remove") ?? adding).focus();
    touched();
  });
}

// A standard that the register knows brings its edition along.
form.addEventListener("change", (event) => {
  const found = /^standards\.([0-9]+)\.number$/.exec(event.target.name ?? "");
  if (!found) return;
  const known = [...document.querySelectorAll("#known-standards option")].find((row) => row.value === event.target.value);
  const edition = field(`standards.${found[1]}.edition`);
  if (known?.dataset.edition && edition && !edition.value) edition.value = known.dataset.edition;
});

// ---- photo ----------------------------------------------------------------------------------------------------------

const file = form.querySelector("[data-photo-file]");
if (file) {
  const button = form.querySelector("[data-photo-send]");
  const progress = form.querySelector("[data-photo-progress]");
  const told = form.querySelector("[data-photo-state]");
  const picture = form.querySelector("[data-photo]");
  button.hidden = true;
  file.addEventListener("change", () => {
    if (!file.files.length) return;
    const body = new FormData();
    body.append("picture", file.files[0]);
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.photos);
    request.setRequestHeader("X-CSRF-Token", token());
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    progress.hidden = false;
    progress.value = 0;
    told.className = "";
    told.textContent = "Sending the photo …";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      progress.hidden = true;
      const refused = request.status !== 201;
      told.className = refused ? "note refused" : "";
      if (refused) {
        const answer = request.response;
        told.textContent = `Not taken: ${answer?.errors?.[0]?.text ?? answer?.detail ?? "The register does not answer."}`;
        return;
      }
      field("photo").value = request.response.photo;
      picture.src = URL.createObjectURL(file.files[0]);
      picture.hidden = false;
      told.textContent = "The photo is uploaded.";
      file.value = "";
      touched();
    });
    request.send(body);
  });
}

// ---- where one is ---------------------------------------------------------------------------------------------------

const links = new Map([...form.querySelectorAll(".drafting-sections a")].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  },
  { rootMargin: "-25% 0px -65% 0px" },
);
for (const id of links.keys()) seen.observe(document.getElementById(id));
