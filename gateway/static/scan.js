// Reads the code of a document with the camera, where the browser can. Nothing of the picture leaves the device.

const start = document.querySelector("[data-scan]");
const scanner = document.querySelector("[data-scanner]");
const video = scanner.querySelector("video");
const text = scanner.querySelector("[data-scan-text]");
const box = document.querySelector("#f-q");
let stream = null;

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", scan);
  scanner.querySelector("[data-scan-stop]").addEventListener("click", stop);
}

async function scan() {
  scanner.hidden = false;
  try {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    while (stream) {
      const [code] = await detector.detect(video);
      if (code) return found(code.rawValue);
      await new Promise((next) => setTimeout(next, 150));
    }
  } catch {
    text.textContent = "The camera cannot be used here. Type the number instead.";
    stop({ keepText: true });
  }
}

function stop({ keepText } = {}) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  if (!keepText) scanner.hidden = true;
}

// The code is an address that ends in ?q=number; whatever host it names, this register answers.
function found(value) {
  stop();
  let number = value;
  try {
    number = new URL(value).searchParams.get("q") ?? value;
  } catch {
    // Not an address: the text itself is asked for.
  }
  box.value = number;
  box.form.requestSubmit();
}
