// Shows how far an upload is; without this file the browser sends it by itself.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const progress = form.querySelector("progress");
    const button = form.querySelector("button");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    progress.hidden = false;
    button.disabled = true;
    request.upload.addEventListener("progress", (told) => {
      if (told.lengthComputable) progress.value = told.loaded / told.total;
    });
    request.addEventListener("load", () => {
      // Taken: the page as it is now. Else what the register says of it stands in the answer's page.
      if (request.status === 200) return location.reload();
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const said = page.querySelector(".error-summary") ?? page.querySelector("h1");
      document.querySelector("main .error-summary")?.remove();
      if (said) form.before(said);
      said?.focus();
      progress.hidden = true;
      button.disabled = false;
    });
    request.addEventListener("error", () => form.submit());
    request.send(new FormData(form));
  });
}
