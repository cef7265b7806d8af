"""Where the head of each page leads: to what everybody may open, and to the work of who is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from contracts.identity import Role
from gateway.calls import identity

OFFICERS: tuple[Role, ...] = ("author", "signatory", "administrator")
OVERSEERS: tuple[Role, ...] = ("administrator", "secretariat", "it-administrator")


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the head. ``roles``: whom it is shown to; nothing for everybody."""

    text: str
    endpoint: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry on one page; ``here`` if that page is the entry's, or below it."""

    text: str
    href: str
    here: bool


SITE = (
    Entry("Search", "search_pages.show"),
    Entry("Verify", "verify_pages.show"),
    Entry("Check a list", "check_pages.new"),
    Entry("Reports", "report_pages.listing"),
    Entry("Numbers", "number_pages.choose"),
    Entry("Statistics", "statistics_pages.show"),
    Entry("Bodies", "body_pages.listing"),
    Entry("API", "docs_pages.index"),
)
# What officers, the Secretariat and the IT administrator have to do, in the order of their day.
WORK = (
    Entry("Your work", "worklist.show", OFFICERS),
    Entry("Own certificates", "worklist.own", OFFICERS),
    Entry("Own reports", "registering.own", OFFICERS),
    Entry("Own scopes", "worklist.scopes", OFFICERS),
    Entry("Requests", "worklist.requests", OFFICERS),
    Entry("Secretariat", "secretariat.show", ("secretariat", "it-administrator")),
    Entry("Accounts", "administration.listed", OVERSEERS),
    Entry("Access audit", "administration.audit", OVERSEERS),
)
FOOT = (
    Entry("Is a PDF genuine?", "document_check.show"),
    Entry("What the statuses mean", "help_pages.statuses"),
    Entry("About", "help_pages.about"),
    Entry("Privacy", "help_pages.privacy"),
    Entry("Accessibility", "help_pages.accessibility"),
)
BARS = {"site": SITE, "work": WORK, "foot": FOOT}


def links(entries: tuple[Entry, ...]) -> list[Link]:
    """The links of ``entries`` for who reads the page."""
    shown = [entry for entry in entries if not entry.roles or identity().role in entry.roles]
    found = [(entry.text, url_for(entry.endpoint)) for entry in shown if entry.endpoint in current_app.view_functions]
    # Of an entry and one below it, the page is the lower one's.
    here = max((href for _text, href in found if _is_here(urlsplit(href).path)), key=len, default=None)
    return [Link(text, href, href == here) for text, href in found]


def _is_here(path: str) -> bool:
    below = request.path.startswith(path.rstrip("/") + "/") and path != "/"
    return request.path == path or below
