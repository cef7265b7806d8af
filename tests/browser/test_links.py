"""Every page that a role can reach by links is there for it, and leads on to pages that are there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from tests.stack import PASSWORD, Register

PAGE = {"Accept": "text/html"}
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What stands in an address for one of many; of each form of address a few are looked at.
ONE_OF_MANY = re.compile(r"IECEx-[^/]+|[A-Z]{2}-[A-Z]{2,5}-(?:ExTR|QAR|FAR|PCAR)[^/]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
OF_EACH_FORM = 2
# Python's or the templates' own words, which no page has for people.
EXAMPLE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
LEFT_OVER = re.compile(r">\s*None\s*<|Undefined|\{\{|\}\}|&lt;/?(?:p|b|a|span)\b")


def logged_in(site: Register, account: str) -> requests.Session:
    session, address = requests.Session(), f"{site.url}/login"
    page = requests.get(address, headers=PAGE, timeout=30)
    token = TOKEN.search(page.text)
    assert token
    given = {"csrf_token": token[1], "name": account, "password": PASSWORD}
    answer = requests.post(address, given, headers=with_cookies_of(page), allow_redirects=False, timeout=30)
    assert answer.status_code == 303
    session.headers.update(with_cookies_of(answer))
    return session


def with_cookies_of(answer: requests.Response) -> dict[str, str]:
    """The cookies are for TLS, which this client, unlike a browser, asks for of its own machine, too."""
    return PAGE | {"Cookie": "; ".join(f"{name}={value}" for name, value in answer.cookies.items())}


def links_of(address: str, text: str) -> Iterator[str]:
    """Where on the same site a page leads to, without logging out."""
    for link in LINK.findall(text):
        parts = urlsplit(urljoin(address, html.unescape(link)))
        if parts.netloc == urlsplit(address).netloc and not parts.path.endswith("/logout"):
            yield parts._replace(fragment="").geturl()


def form_of(address: str) -> str:
    parts = urlsplit(address)
    asked = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    return f"{ONE_OF_MANY.sub('…', parts.path)}?{asked}"


@pytest.mark.parametrize("account", [None, "bas-author", "bas-signatory", "bas-administrator", "secretariat"])
def test_every_link_leads_to_a_page_that_is_there_for_whoever_sees_it(site: Register, account: str | None) -> None:
    session = logged_in(site, account) if account else requests.Session()
    session.headers.update(PAGE)
    waiting, known, forms, wrong = [(f"{site.url}/", "")], {f"{site.url}/"}, dict[str, int](), list[str]()
    while waiting:
        address, found_on = waiting.pop(0)
        forms[form_of(address)] = seen = forms.get(form_of(address), 0) + 1
        if seen > OF_EACH_FORM:
            continue
        answer = session.get(address, timeout=30)
        if answer.status_code != 200:
            wrong.append(f"{found_on} leads to {address}: {answer.status_code}")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            wrong += [f"{address} says {left!r}" for left in LEFT_OVER.findall(EXAMPLE.sub("", answer.text))]
            new = dict.fromkeys(link for link in links_of(answer.url, answer.text) if link not in known)
            known |= new.keys()
            waiting += [(link, address) for link in new]
    assert not wrong
    assert len(forms) > 50
