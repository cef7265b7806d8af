"""Pictures of the pages for the documentation, made of the demonstration: ``make screenshots`` puts them into docs.

    python -m tests.browser.screenshots

Few colours keep them small: a page is mostly paper.
"""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from demonstration.seed import seed
from tests.browser.places import Places
from tests.browser.visitor import DESK, PHONE, Visitor, launch
from tests.stack import PASSWORD, ROOT, running_embedded

FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 64
# Name, page, width of the window, dark, how much of the height is shown.
WANTED = (
    ("home", "home", DESK, False, 900),
    ("search", "results", DESK, False, 900),
    ("certificate", "a suspended one", DESK, False, 1_100),
    ("verify-dark", "verified", DESK, True, 1_000),
    ("certificate-phone", "a certificate", PHONE, False, 1_200),
)


def main() -> None:
    """Starts a register, fills it, and makes each picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_embedded(Path(folder)) as register:
        seed(register.url, PASSWORD)
        places = Places(register.url).all()
        browser = launch(sync_playwright().start())
        for name, place, width, dark, height in WANTED:
            visitor = Visitor(browser, register.url, width=width, dark=dark)
            visitor.page.set_viewport_size({"width": width, "height": height})
            visitor.go(places[place])
            path = FOLDER / f"{name}.png"
            visitor.picture(path, whole=False)
            visitor.leave()
            _shrink(path)
        browser.close()


def _shrink(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
