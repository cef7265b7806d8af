"""Every page of the web site and whom it lets in.

A new page without a row fails in ``test_access``. A cell is what happens to that visitor before the page itself is
asked: ``LET_IN``.
"""

from __future__ import annotations

from contracts.identity import Role
from tests.service.gateway.browser import Browser

VISITORS: tuple[tuple[Role, str | None], ...] = (
    ("guest", None),
    ("author", "BAS"),
    ("signatory", "BAS"),
    ("administrator", "BAS"),
    ("secretariat", None),
    ("it-administrator", None),
)
LET_IN = "let in"

EVERYBODY = (LET_IN,) * len(VISITORS)

PAGES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/static/<digest>/<name>"): EVERYBODY,
}


def all_operations(browser: Browser) -> set[tuple[str, str]]:
    """Every method of every route."""
    return {
        (method, rule.rule)
        for rule in browser.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
