"""Somebody in front of the site, with a browser window of their own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.private import install
from tests.stack import PASSWORD
from tests.waiting import until

# The first is the same browser without windows of its own, which takes two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# No requests of the browser's own, and nothing that a machine without a screen lacks; its camera shows a pattern.
OPTIONS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --use-fake-device-for-media-stream
    --use-fake-ui-for-media-stream""".split()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Milliseconds, for a machine that is busy with other tests.
PATIENCE = 15_000
# How wide a page may be: a small phone, a phone, a desk, a wide desk.
SMALL, PHONE, DESK, WIDE = 320, 390, 1280, 1680


def launch(playwright: Playwright) -> Browser:
    """Chromium, without a window. Raises ServerMissing, which says what to install where that may not be done here."""
    found = _found()
    if found is None:
        install("chromium-headless-shell", "The tests of the web site need a browser.")
        found = _found()
    return playwright.chromium.launch(executable_path=found, args=OPTIONS)


def _found() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Visitor:
    """``page`` is Playwright's; what any page did wrong on the way is told when the visitor leaves."""

    def __init__(self, browser: Browser, url: str, *, width: int = DESK, dark: bool = False, scripts: bool = True):
        self.url = url
        self.context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"a script failed: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        # An answer such as 404 is an error on the console, too; it is what the test asked for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def go(self, path: str, status: int = 200) -> Page:
        """Opens an address of the site, and sees that it is answered so."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.page

    def log_in(self, account: str) -> Page:
        """As one of the demonstration's accounts."""
        self.go("/login")
        self.page.get_by_label("Account").fill(account)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        return self.page

    def tab_to(self, text: str) -> None:
        """Goes by the Tab key alone to the link or button that begins with this text. One that is not on the page at
        all is told first; the keys are pressed for as long as a busy browser may take to heed them."""
        expect(self.page.locator("a, button").filter(has_text=text).first).to_be_attached()
        passed: list[str] = []

        def is_there() -> bool:
            self.page.keyboard.press("Tab")
            passed.append(str(self.page.evaluate("document.activeElement.textContent")).strip())
            return passed[-1].startswith(text)

        try:
            until(is_there, PATIENCE / 1000, "a key leads there", pause=0)
        except AssertionError:
            pytest.fail(f"No key leads to {text!r}; {len(passed)} led to {sorted({one[:40] for one in passed})}.")

    def offences(self, *rules: str) -> list[str]:
        """What axe finds wrong with the page as it stands, by all of its rules or by these: rule, and where."""
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
        found = Axe().run(self.page, options={"runOnly": only}).response["violations"]
        return [f"{one['id']}: {node['html'][:200]} {node['any'][:1]}" for one in found for node in one["nodes"]]

    def is_wider_than_the_window(self) -> bool:
        """Whether one would have to scroll sideways."""
        width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return bool(width > 0)

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """A screenshot of the page, as a PNG."""
        self.page.evaluate("document.fonts.ready")
        self.page.screenshot(path=path, full_page=whole)

    def leave(self) -> None:
        """Closes the window. Fails for scripts that failed and for what the content policy had to stop."""
        self.context.close()
        assert not self.faults
