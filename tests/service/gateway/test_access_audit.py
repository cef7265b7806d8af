"""The access audit on real databases: nothing that changes something is missing, nothing secret is in it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import eventlet
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from contracts.errors import Unavailable
from gateway import accounts, housekeeping
from gateway.tables import Access, metadata
from plumbing import logs
from plumbing.db import Handle, create_engine_for
from tests.schemes import a_person
from tests.service.gateway.browser import TOKENS, WANTED, Browser, basic
from tests.service.gateway.fakes import some_settings
from tests.service.gateway.pages import PAGES
from tests.service.gateway.test_access import LEAST, MATRIX, answered
from tests.service.gateway.visitor import PASSWORD, Visitor, as_a

ACCESSES = "/api/v1/accesses"
ADDRESS_PART = re.compile(r"<([^>]+)>")


@pytest.fixture
def browser_each(browser_on_each: Browser) -> Browser:
    return browser_on_each


def lines(browser: Browser) -> list[Access]:
    with browser.gateway.db.read() as session:
        return list(session.scalars(sa.select(Access).order_by(Access.id)))


def told(browser: Browser) -> list[tuple[str, str, str | None]]:
    return [(line.what, line.outcome, line.account) for line in lines(browser)]


@pytest.mark.parametrize("operation", [*LEAST, ("GET", "/api/v1/certificates/<number:number>/private")], ids=" ".join)
def test_whatever_changes_something_is_noted_with_who_and_how_it_ended(
    browser: Browser, operation: tuple[str, str]
) -> None:
    """From the matrix of all operations, so that a new one is in it."""
    browser.gateway.certificates.add()
    role = LEAST.get(operation, ("author", "draft"))[0]
    excb = None if role == "secretariat" else "BAS"
    status = answered(browser, operation, browser.as_(role, excb)).status_code
    line = lines(browser)[-1]
    assert (line.role, line.excb) == (role, excb)
    assert line.account
    assert line.outcome == ("ok" if status < 400 else "refused")
    assert line.at == browser.gateway.now


@pytest.mark.parametrize("operation", [row for row in MATRIX if row[0] != "GET"], ids=" ".join)
def test_whatever_is_refused_to_an_account_is_noted(browser: Browser, operation: tuple[str, str]) -> None:
    browser.gateway.certificates.add()
    status = answered(browser, operation, browser.as_("it-administrator")).status_code
    if status in (401, 403):
        assert lines(browser)[-1].outcome == "refused"


@pytest.mark.parametrize("page", [page for page in PAGES if page[0] == "POST"], ids=" ".join)
def test_whatever_is_sent_to_a_page_by_an_account_is_noted_however_it_ends(
    browser: Browser, page: tuple[str, str]
) -> None:
    """The session's page gives the token of the form, so that each request gets as far as its page."""
    visitor = as_a(browser, "secretariat")
    token, before = visitor.form_token("/account"), len(lines(browser))
    visitor.http.post(ADDRESS_PART.sub(part, page[1]), data={"csrf_token": token})
    added = lines(browser)[before:]
    assert [line.account for line in added] == [visitor.name]


def test_who_opens_the_form_of_a_person_is_noted_for_what_it_shows(browser: Browser) -> None:
    draft = browser.gateway.certificates.add(**a_person(status="draft", base_number="IECEx CP BAS 26.0001"))
    visitor = as_a(browser, "author", "BAS")
    assert visitor.get(f"/work/certificates/IECEx-CP-BAS-26.0001/issues/{draft['issue']}").status_code == 200
    line = lines(browser)[-1]
    assert (line.what, line.object, line.account) == ("certificates.private", "IECEx CP BAS 26.0001 0", visitor.name)


def part(placeholder: re.Match[str]) -> str:
    """Something that fits into an address where this placeholder stands."""
    kind = placeholder[1].partition(":")[0].partition("(")[0]
    fitting = {"uuid": str(uuid4()), "int": "1", "number": "IECEx-BAS-26.0001X", "report": "GB-BAS-ExTR26.0001-00"}
    return fitting.get(kind, "BAS")


def test_a_line_says_from_where_with_what_and_about_what(browser_each: Browser) -> None:
    browser_each.gateway.certificates.add()
    headers = browser_each.as_("secretariat") | {"User-Agent": "Mozilla/5.0 " + "x" * 500, "If-Match": '"3"'}
    browser_each.http.post(
        "/api/v1/certificates/IECEx-BAS-26.0001X/suspend", json={"reason": "Why not."}, headers=headers
    )
    line = lines(browser_each)[-1]
    assert (line.what, line.object, line.address) == ("certificates.suspend", "IECEx-BAS-26.0001X", "127.0.0.1")
    assert line.agent.startswith("Mozilla/5.0 x")
    assert len(line.agent) == 120


def test_the_life_of_a_session_and_a_token_is_noted(browser_each: Browser) -> None:
    visitor = as_a(browser_each, "author", "BAS")
    name = visitor.name
    token_id, bearer = browser_each.a_token(basic(name, PASSWORD))
    browser_each.status_with(bearer)
    browser_each.status_with(bearer)
    browser_each.http.delete(f"{TOKENS}/{token_id}", headers=bearer)
    visitor.send("/account", "/logout")
    Visitor(browser_each).send("/login", name=name, password="wrong")
    assert told(browser_each) == [
        ("log-in", "ok", name),
        ("token.made", "ok", name),
        ("token.first-used", "ok", name),
        ("token.revoked", "ok", name),
        ("log-out", "ok", name),
        ("log-in", "failed", name),
    ]


def test_neither_a_password_nor_a_token_nor_a_typed_name_is_ever_in_it(browser_each: Browser) -> None:
    visitor = Visitor(browser_each)
    visitor.send("/login", name="my secret, typed into the wrong field", password="another secret of mine")
    browser_each.http.get(TOKENS, headers=basic("a third secret", "a fourth secret"))
    browser_each.http.get("/api/v1/changes", headers={"Authorization": "Bearer exr_" + "secret" * 7 + "x"})
    accounts.create(browser_each.gateway.db, "ada", "author", "BAS", PASSWORD)
    made = browser_each.http.post(TOKENS, json=WANTED, headers=basic("ada", PASSWORD)).json["token"]
    kept = repr([vars(line) for line in lines(browser_each)])
    assert [outcome for _what, outcome, _account in told(browser_each)] == ["failed", "failed", "failed", "ok"]
    for secret in ("secret", PASSWORD, made):
        assert secret not in kept


def test_those_who_come_at_the_same_time_share_a_commit_and_no_line_is_lost(postgres_url: str, tmp_path: Path) -> None:
    handle = Handle(create_engine_for(postgres_url, workers=12))
    metadata.create_all(handle.engine)
    browser, commits = Browser(handle, tmp_path), list[object]()
    headers = browser.as_("author", "BAS")
    browser.status_with(headers)
    before = len(lines(browser))
    sa.event.listen(handle.engine, "commit", commits.append)
    requests = [eventlet.spawn(browser.http.delete, f"{TOKENS}/{uuid4()}", headers=headers) for _ in range(12)]
    assert {request.wait().status_code for request in requests} == {404}
    assert len(lines(browser)) == before + 12
    assert len(commits) < 12
    handle.engine.dispose()


def test_it_can_only_be_added_to(browser_each: Browser) -> None:
    as_a(browser_each, "author", "BAS")
    statements = (sa.update(Access).values(outcome="failed"), sa.delete(Access))
    for statement in statements:
        with pytest.raises(DBAPIError, match="only added to"), browser_each.gateway.db.begin() as session:
            session.execute(statement.execution_options(synchronize_session=False))
    assert told(browser_each)[0][1] == "ok"


def test_what_is_old_enough_is_removed_and_nothing_else(browser_each: Browser) -> None:
    gateway = browser_each.gateway
    gateway.now -= timedelta(days=401)
    as_a(browser_each, "author", "BAS")
    gateway.now += timedelta(days=401)
    as_a(browser_each, "author", "BAS")
    housekeeping.tidy(gateway.db, gateway.now, some_settings())
    assert [line.at for line in lines(browser_each)] == [gateway.now]


def test_an_audit_that_cannot_be_written_undoes_nothing_and_leaves_its_line_in_the_log(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[dict[str, Any]] = []
    headers, begin = browser.as_("secretariat"), Handle.begin
    browser.status_with(headers)
    browser.gateway.certificates.add()
    monkeypatch.setattr(logs.log, "error", lambda _text, **more: logged.append(more), raising=False)

    def away(_handle: Handle) -> Any:
        raise Unavailable

    monkeypatch.setattr(Handle, "begin", away)
    answer = browser.http.post(
        "/api/v1/certificates/IECEx-BAS-26.0001X/suspend", json={"reason": "Why not."}, headers=headers
    )
    monkeypatch.setattr(Handle, "begin", begin)
    assert answer.status_code == 200
    assert [entry["entry"]["what"] for entry in logged] == ["certificates.suspend"]


def page(browser: Browser, headers: dict[str, str], **parameters: Any) -> Any:
    return browser.http.get(ACCESSES, query_string=parameters, headers=headers).json


def test_a_body_reads_its_own_lines_and_the_secretariat_all(browser_each: Browser) -> None:
    as_a(browser_each, "author", "BAS")
    as_a(browser_each, "author", "SIR")
    own = page(browser_each, browser_each.as_("administrator", "BAS"))["items"]
    assert {line["excb"] for line in own} == {"BAS"}
    assert page(browser_each, browser_each.as_("administrator", "BAS"), excb="SIR")["items"][0]["excb"] == "BAS"
    all_of_them = page(browser_each, browser_each.as_("secretariat"))["items"]
    assert {"BAS", "SIR"} <= {line["excb"] for line in all_of_them}
    theirs = page(browser_each, browser_each.as_("it-administrator"), excb="SIR")["items"]
    assert {line["excb"] for line in theirs} == {"SIR"}


def test_pages_of_it_follow_each_other_without_gap_while_lines_come_in(browser_each: Browser) -> None:
    for _ in range(5):
        as_a(browser_each, "author", "SIR")
    headers = browser_each.as_("secretariat")
    seen: list[str] = []
    found = page(browser_each, headers, excb="SIR", limit=2)
    while True:
        seen += [line["account"] for line in found["items"]]
        as_a(browser_each, "author", "SIR")
        if found["next"] is None:
            break
        found = page(browser_each, headers, excb="SIR", limit=2, cursor=found["next"])
    assert len(seen) == len(set(seen)) == 5


def test_it_is_filtered_by_account_time_what_and_outcome(browser_each: Browser) -> None:
    visitor = as_a(browser_each, "author", "BAS")
    browser_each.gateway.now += timedelta(hours=2)
    Visitor(browser_each).send("/login", name=visitor.name, password="wrong")
    browser_each.a_token(basic(visitor.name, PASSWORD))
    headers = browser_each.as_("secretariat")

    def found(**filters: str) -> list[str]:
        return [line["what"] for line in page(browser_each, headers, account=visitor.name, **filters)["items"]]

    assert found() == ["token.made", "log-in", "log-in"]
    assert found(what="token") == ["token.made"]
    assert found(what="tok") == []
    assert found(outcome="failed") == ["log-in"]
    assert found(until="2026-11-21T11:00:00Z") == ["log-in"]
    assert found(since="2026-11-21T11:00:00Z") == ["token.made", "log-in"]


@pytest.mark.parametrize("wrong", [{"cursor": "x"}, {"cursor": "9" * 19}, {"since": "today"}, {"limit": "0"}])
def test_a_question_that_cannot_be_read_is_refused(browser: Browser, wrong: dict[str, str]) -> None:
    answer = browser.http.get(ACCESSES, query_string=wrong, headers=browser.as_("secretariat"))
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, *wrong)
