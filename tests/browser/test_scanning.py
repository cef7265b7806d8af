"""The camera on the page that verifies: offered only where the browser can read codes, and let go once it has read one.

Chromium on Linux reads no codes by itself: a test brings the reader along. The camera is the browser's own invention.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.places import Places
from tests.browser.visitor import Visitor
from tests.stack import Register

SCAN = "Scan the code with the camera"
# Reads VALUE from the first picture of a camera that runs, and notes how the camera is left when the form is sent.
READER = """
window.BarcodeDetector = class {
  async detect(video) { return video.videoWidth > 0 && VALUE ? [{ rawValue: VALUE }] : []; }
};
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.tracks = [];
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  window.tracks.push(...stream.getTracks());
  return stream;
};
document.addEventListener("submit", () => {
  sessionStorage.setItem("camera", window.tracks.map((track) => track.readyState).join());
}, true);
"""


def test_without_a_reader_of_codes_the_camera_is_not_offered(visitor: Visitor) -> None:
    page = visitor.go("/verify")
    assert page.evaluate("!('BarcodeDetector' in window)")
    expect(page.get_by_role("button", name=SCAN)).to_have_count(0)


def test_a_scanned_code_is_looked_up_and_the_camera_is_let_go(visitors: Visitors, site: Register) -> None:
    number = Places(site.url).first(kind="equipment")["number"]
    visitor = visitors()
    address = f"https://register.example/verify?q={number.replace(' ', '+')}"
    visitor.page.add_init_script(READER.replace("VALUE", repr(address)))
    page = visitor.go("/verify")
    page.get_by_role("button", name=SCAN).click()
    expect(page.get_by_role("status").first).to_contain_text(f"{number} is in the register")
    assert page.evaluate("sessionStorage.getItem('camera')") == "ended"
