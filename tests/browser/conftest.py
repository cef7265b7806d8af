"""One register with the demonstration's certificates and one Chromium for the whole run; each test has its own visitor.

The data are everybody's: a test looks for what the demonstration has, and changes only what it made itself.
A test waits for what a page shows, never for its address: in a green process ``wait_for_url`` may wait for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from demonstration.seed import seed
from tests.browser.visitor import Visitor, launch
from tests.stack import PASSWORD, Register, running_embedded


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register in one process, filled as ``make run`` fills it."""
    with running_embedded(tmp_path_factory.mktemp("site")) as register:
        seed(register.url, PASSWORD)
        yield register


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Never stopped: in a green process it would wait for ever for its helper's end, which comes with this process's.
    browser = launch(sync_playwright().start())
    yield browser
    browser.close()


class Visitors:
    """Makes visitors of the site; when the test ends, each must have met no fault of a page."""

    def __init__(self, chromium: Browser, site: Register, stack: ExitStack) -> None:
        self._chromium, self._site, self._stack = chromium, site, stack

    def __call__(self, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Visitor:
        """A guest with a window so wide (CSS pixels), in the light or dark of the system, with scripts on or off."""
        visitor = Visitor(self._chromium, self._site.url, width=width, dark=dark, scripts=scripts)
        self._stack.callback(visitor.leave)
        return visitor


@pytest.fixture
def visitors(chromium: Browser, site: Register) -> Iterator[Visitors]:
    with ExitStack() as stack:
        yield Visitors(chromium, site, stack)


@pytest.fixture
def visitor(visitors: Visitors) -> Visitor:
    """A guest at a desk."""
    return visitors()
