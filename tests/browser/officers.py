"""Officers at the pages of their body's work: what they type, and how long they wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.visitor import Visitor
from tests.stack import Register

AUTHOR, SIGNATORY, OTHER = "bas-author", "bas-signatory", "sir-author"
MAKER = {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1\n12345 Musterstadt", "country": "DE"}
APPROVER = {"approver.name": "A. Example", "approver.position": "Certification manager"}


def a_party(path: str) -> dict[str, str]:
    return {f"{path}.{name}": text for name, text in MAKER.items()}


EQUIPMENT = {
    **a_party("applicant"),
    **a_party("manufacturer"),
    **a_party("manufacturing_locations.0"),
    "equipment": "Pressure transmitter type PX-200",
    "protection": "d",
    "marking": "Ex db IIC T4 Gb",
    "standards.0.number": "IEC 60079-0",
    "standards.0.edition": "7.0",
    "test_reports": "DE/TUN/ExTR26.0007/00",
    "schedule": "A transmitter in a flameproof enclosure.",
    **APPROVER,
}
FORMS: dict[str, tuple[str, Mapping[str, str]]] = {
    "equipment": ("/work/new/equipment?kind=equipment", EQUIPMENT | {"quality_reports": "DE/TUN/QAR24.0004/04"}),
    "component": (
        "/work/new/equipment?kind=component",
        EQUIPMENT
        | {
            "quality_reports": "DE/TUN/QAR24.0004/04",
            "marking": "Ex db IIC Gb",
            "conditions_of_use": "For ambient temperatures up to 60 °C.",
        },
    ),
    "unit-verification": ("/work/new/equipment?kind=unit-verification", EQUIPMENT | {"serial_numbers": "SN 1\nSN 2"}),
    "service-facility": (
        "/work/new/service-facility",
        {
            **a_party("applicant"),
            **a_party("locations.0"),
            "services": "Repair of rotating machines",
            "protection": "d",
            "scope": "Motors up to 11 kV.",
            "standards.0.number": "IEC 60079-19",
            "standards.0.edition": "4.0",
            "facility_reports": "DE/TUN/FAR26.0003/00",
            "schedule": "Overhaul of flameproof motors.",
            **APPROVER,
        },
    ),
    "mark-licence": (
        "/work/new/mark-licence",
        {**a_party("applicant"), "schedule": "The mark on products.", **APPROVER},
    ),
    "person": (
        "/work/new/person",
        {
            "holder.name": "Maria Muster",
            "holder.country": "DE",
            "private.date_of_birth": "1980-02-03",
            "private.identity_number": "L01X00T47",
            "assessment_centre.name": "Example Centre",
            "assessment_centre.country": "NO",
            "units.0.unit": "Ex 001",
            "units.0.obtained": "2026-10-01",
            "assessment_reports": "DE/TUN/PCAR26.0009/00",
            **APPROVER,
        },
    ),
}


def filled_in(page: Page, values: Mapping[str, str]) -> None:
    for name, text in values.items():
        control = page.locator(f'[name="{name}"]').first
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(text)
        else:
            control.fill(text)


def led_to(page: Page, address: str) -> None:
    """Waits until the page has such an address. (Waiting for the load itself would never end in a green process.)"""
    expect(page).to_have_url(re.compile(address), timeout=15_000)


def saved(page: Page) -> None:
    """Waits until the form says that what was typed is saved."""
    expect(page.locator("[data-state]")).to_have_text(re.compile(r"Saved at \d\d:\d\d:\d\d UTC\."), timeout=15_000)


def drafted(visitor: Visitor, **values: str) -> str:
    """The address of a new draft of equipment, which stands open before the visitor."""
    page = visitor.go("/work/new/equipment")
    filled_in(page, {**a_party("applicant"), "equipment": "Lamp", **values})
    page.get_by_role("button", name="Save the draft").click()
    led_to(page, "/work/certificates/")
    return urlsplit(page.url).path


def an_officer(visitors: Visitors, account: str = AUTHOR, **window: Any) -> Visitor:
    visitor = visitors(**window)
    visitor.log_in(account)
    return visitor


def the_certificate(site: Register, number: str, account: str = SIGNATORY) -> dict[str, Any]:
    found: dict[str, Any] = site.log_in(account).get(number).json()
    return found
