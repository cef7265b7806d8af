"""Who gets how far with what: one row for each operation, made complete by the routes themselves.

A cell is what the gateway and the services behind it (here fakes that keep to the roles) answer to that role, with all
the scopes that the role may hold; ``LEAST`` says which scope the operation cannot do without.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from contracts.identity import Role, Scope
from gateway.api import examples
from gateway.domain import SCOPES_OF
from gateway.openapi import LINES
from tests.pictures import a_file
from tests.service.gateway.browser import TOKENS, WANTED, Browser
from tests.service.gateway.pages import PAGES, all_operations
from tests.signed import a_signed_document

COLUMNS: tuple[tuple[Role, str | None], ...] = (
    ("guest", None),
    ("author", "BAS"),
    ("signatory", "BAS"),
    ("administrator", "BAS"),
    ("secretariat", None),
    ("it-administrator", None),
)
CERTIFICATES = "/api/v1/certificates"
CERTIFICATE = f"{CERTIFICATES}/<number:number>"
ISSUE = f"{CERTIFICATE}/issues/<int(max=999):issue>"
LATER_ISSUE = f"{CERTIFICATE}/issues/<int(min=1,max=999):issue>"
REPORT = "/api/v1/reports/<report:number>"
REQUEST = "/api/v1/requests/<uuid:request_id>"
EXCB = "/api/v1/excbs/<excb>"
LEDGER = "/api/v1/numbers/<excb>/<scheme>"
ACCOUNT = "/api/v1/accounts/<name>"
SAMPLES = "/api/v1/quality/samples"
REVIEW = f"{SAMPLES}/<uuid:sample_id>/items/<int(min=1,max=1000000):position>"


class Row(NamedTuple):
    """The answers to guest, author, signatory, administrator, Secretariat, IT administrator."""

    answers: tuple[int, ...]
    # A file as bytes, lines of JSON as text.
    body: dict[str, Any] | bytes | str | None = None


def everybody(status: int = 200, body: dict[str, Any] | bytes | None = None) -> Row:
    return Row((status,) * len(COLUMNS), body)


SECRETARIAT_ONLY = (401, 403, 403, 403, 200, 403)
OVERSEERS_ONLY = (401, 403, 403, 403, 200, 200)
MATRIX = {
    ("GET", "/healthz"): everybody(),
    ("GET", "/readyz"): everybody(),
    ("GET", "/metrics"): everybody(),
    ("GET", "/problems/<code>"): everybody(),
    ("GET", "/api/v1"): everybody(),
    ("GET", "/api/v1/openapi.json"): everybody(),
    ("GET", "/api/v1/asyncapi.json"): everybody(),
    ("GET", "/api/v1/search"): everybody(),
    ("GET", "/api/v1/changes"): everybody(),
    ("GET", "/api/v1/excbs"): everybody(),
    ("GET", "/api/v1/standards"): everybody(),
    ("GET", "/api/v1/units"): everybody(),
    ("POST", "/api/v1/exports"): everybody(202, examples.EXPORT),
    ("GET", "/api/v1/exports/columns"): everybody(),
    ("POST", "/api/v1/exports/checks"): everybody(415),
    ("GET", "/api/v1/exports/<uuid:job_id>"): everybody(404),
    ("POST", "/api/v1/exports/<uuid:job_id>/cancel"): everybody(404),
    ("GET", "/api/v1/exports/<uuid:job_id>/file"): everybody(404),
    ("GET", CERTIFICATE): everybody(),
    ("GET", f"{CERTIFICATE}/history"): everybody(),
    ("GET", f"{CERTIFICATE}/pdf"): everybody(),
    ("GET", f"{CERTIFICATE}/card"): everybody(),
    ("POST", "/api/v1/cards"): Row(SECRETARIAT_ONLY, examples.CARDS),
    ("GET", ISSUE): everybody(),
    ("GET", f"{ISSUE}/pdf"): everybody(),
    ("GET", f"{CERTIFICATE}/photo"): everybody(404),
    ("GET", f"{ISSUE}/photo"): everybody(404),
    ("GET", f"{CERTIFICATE}/annexes"): everybody(),
    ("GET", f"{ISSUE}/annexes"): everybody(),
    ("GET", f"{CERTIFICATE}/annexes/<name>"): everybody(404),
    ("GET", f"{ISSUE}/annexes/<name>"): everybody(404),
    ("PUT", f"{CERTIFICATE}/annexes/<name>"): Row((401, 200, 200, 403, 403, 403), a_file()),
    ("DELETE", f"{CERTIFICATE}/annexes/<name>"): Row((401, 404, 404, 403, 403, 403)),
    ("GET", f"{CERTIFICATE}/check"): Row((401, 200, 200, 200, 200, 200)),
    ("GET", "/api/v1/mine"): Row((401, 200, 200, 200, 200, 200)),
    ("POST", "/api/v1/certificates"): Row((401, 201, 201, 403, 403, 403), examples.CONTENT),
    ("POST", "/api/v1/imports"): Row((401, 403, 403, 200, 200, 403), "{}"),
    ("POST", "/api/v1/certificates/batch"): Row((401, 200, 200, 403, 403, 403), json.dumps(examples.CONTENT)),
    ("PUT", CERTIFICATE): Row((401, 200, 200, 200, 200, 403), examples.CONTENT),
    ("POST", "/api/v1/photos"): Row((401, 201, 201, 403, 403, 403), a_file()),
    ("PUT", f"{CERTIFICATE}/photo"): Row((401, 200, 200, 403, 403, 403), a_file()),
    ("POST", f"{CERTIFICATE}/issue"): Row((401, 403, 200, 403, 403, 403)),
    ("POST", f"{CERTIFICATE}/suspend"): Row(SECRETARIAT_ONLY, examples.SUSPENSION),
    ("POST", f"{CERTIFICATE}/reinstate"): Row(SECRETARIAT_ONLY, examples.REINSTATEMENT),
    ("POST", f"{CERTIFICATE}/cancel"): Row(SECRETARIAT_ONLY, examples.CANCELLATION),
    ("DELETE", CERTIFICATE): Row((401, 403, 403, 403, 204, 403), examples.DELETION),
    ("GET", "/api/v1/verify"): everybody(422),
    ("POST", "/api/v1/verify/document"): everybody(200, a_signed_document()),
    ("GET", "/api/v1/signing-certificates"): everybody(),
    ("GET", "/api/v1/signing-certificate"): everybody(),
    ("GET", f"{CERTIFICATE}/diff"): everybody(422),
    ("GET", f"{CERTIFICATE}/private"): Row((401, 200, 200, 403, 200, 403)),
    ("POST", f"{CERTIFICATE}/issues"): Row((401, 201, 201, 403, 403, 403)),
    ("PUT", ISSUE): Row((401, 200, 200, 200, 200, 403), examples.CONTENT),
    ("DELETE", LATER_ISSUE): Row((401, 204, 204, 403, 204, 403)),
    ("GET", "/api/v1/reports"): everybody(),
    ("GET", f"{REPORT}/pdf"): everybody(),
    ("GET", REPORT): everybody(),
    ("POST", "/api/v1/reports"): Row((401, 201, 201, 403, 403, 403), examples.REPORT),
    ("POST", f"{REPORT}/issues"): Row((401, 201, 201, 403, 403, 403), examples.REPORT),
    ("POST", f"{CERTIFICATE}/requests"): Row((401, 201, 201, 403, 403, 403), examples.REQUEST),
    ("GET", "/api/v1/requests"): Row((401, 200, 200, 200, 200, 200)),
    ("GET", REQUEST): Row((401, 404, 404, 404, 404, 404)),
    ("GET", f"{CERTIFICATE}/consequences"): Row((401, 200, 200, 200, 200, 200)),
    ("GET", "/api/v1/notices"): Row((401, 200, 200, 200, 200, 200)),
    ("POST", f"{REQUEST}/approve"): Row((401, 403, 403, 403, 404, 403)),
    ("POST", f"{REQUEST}/reject"): Row((401, 403, 403, 403, 404, 403), examples.REJECTION),
    ("POST", f"{REQUEST}/withdraw"): Row((401, 404, 404, 403, 403, 403)),
    ("PUT", EXCB): Row(SECRETARIAT_ONLY, examples.BODY),
    ("PUT", f"{EXCB}/scopes"): Row(SECRETARIAT_ONLY, examples.SCOPES),
    ("PUT", "/api/v1/standards"): Row(SECRETARIAT_ONLY, examples.STANDARDS),
    ("GET", "/api/v1/statistics"): everybody(),
    ("GET", LEDGER): everybody(),
    ("GET", f"{LEDGER}/<int(max=9999):year>"): everybody(),
    ("GET", "/api/v1/quality"): Row(OVERSEERS_ONLY),
    ("GET", "/api/v1/quality/findings"): Row((401, 422, 422, 422, 422, 422)),
    ("GET", SAMPLES): Row(OVERSEERS_ONLY),
    ("GET", f"{SAMPLES}/<uuid:sample_id>"): Row((401, 403, 403, 403, 404, 404)),
    ("POST", SAMPLES): Row((401, 403, 403, 403, 201, 403), examples.SAMPLE),
    ("PUT", REVIEW): Row(SECRETARIAT_ONLY, examples.REVIEW),
    ("GET", "/api/v1/accounts"): Row((401, 403, 403, 200, 200, 200)),
    ("POST", "/api/v1/accounts"): Row((401, 403, 403, 201, 422, 403), examples.ACCOUNT),
    ("GET", ACCOUNT): Row((401, 403, 403, 404, 404, 404)),
    ("PUT", f"{ACCOUNT}/role"): Row((401, 403, 403, 404, 404, 403), examples.ROLE),
    ("POST", f"{ACCOUNT}/renew"): Row((401, 403, 403, 404, 404, 403)),
    ("POST", f"{ACCOUNT}/deactivate"): Row((401, 403, 403, 404, 404, 403)),
    ("POST", f"{ACCOUNT}/reactivate"): Row((401, 403, 403, 404, 404, 403)),
    ("DELETE", f"{ACCOUNT}/second-factor"): Row((401, 403, 403, 404, 404, 403)),
    ("PUT", "/api/v1/second-factor"): Row((401, 403, 403, 204, 204, 403), examples.DEMAND),
    ("GET", "/api/v1/accesses"): Row((401, 403, 403, 200, 200, 200)),
    # A token is made with a password, so that no column's token makes one.
    ("POST", TOKENS): everybody(401, WANTED),
    ("GET", TOKENS): Row((401, 200, 200, 200, 200, 200)),
    ("DELETE", f"{TOKENS}/<uuid:token_id>"): Row((401, 404, 404, 404, 404, 404)),
}
LEAST: dict[tuple[str, str], tuple[Role, Scope]] = {
    ("POST", "/api/v1/certificates"): ("signatory", "draft"),
    ("POST", "/api/v1/certificates/batch"): ("author", "draft"),
    ("POST", "/api/v1/imports"): ("secretariat", "administer"),
    ("PUT", CERTIFICATE): ("author", "draft"),
    ("POST", "/api/v1/photos"): ("author", "draft"),
    ("PUT", f"{CERTIFICATE}/photo"): ("signatory", "draft"),
    ("PUT", f"{CERTIFICATE}/annexes/<name>"): ("author", "draft"),
    ("DELETE", f"{CERTIFICATE}/annexes/<name>"): ("author", "draft"),
    ("POST", f"{CERTIFICATE}/issue"): ("signatory", "issue"),
    ("POST", f"{CERTIFICATE}/suspend"): ("secretariat", "administer"),
    ("POST", f"{CERTIFICATE}/reinstate"): ("secretariat", "administer"),
    ("POST", f"{CERTIFICATE}/cancel"): ("secretariat", "administer"),
    ("DELETE", CERTIFICATE): ("secretariat", "administer"),
    ("POST", f"{CERTIFICATE}/issues"): ("author", "draft"),
    ("PUT", ISSUE): ("author", "draft"),
    ("DELETE", LATER_ISSUE): ("author", "draft"),
    ("POST", "/api/v1/reports"): ("author", "draft"),
    ("POST", f"{REPORT}/issues"): ("signatory", "draft"),
    ("POST", f"{CERTIFICATE}/requests"): ("author", "draft"),
    ("POST", f"{REQUEST}/approve"): ("secretariat", "administer"),
    ("POST", f"{REQUEST}/reject"): ("secretariat", "administer"),
    ("POST", f"{REQUEST}/withdraw"): ("author", "draft"),
    ("POST", SAMPLES): ("secretariat", "administer"),
    ("PUT", REVIEW): ("secretariat", "administer"),
    ("PUT", EXCB): ("secretariat", "administer"),
    ("PUT", f"{EXCB}/scopes"): ("secretariat", "administer"),
    ("PUT", "/api/v1/standards"): ("secretariat", "administer"),
    ("POST", "/api/v1/cards"): ("secretariat", "administer"),
    ("POST", "/api/v1/accounts"): ("administrator", "administer"),
    ("PUT", f"{ACCOUNT}/role"): ("administrator", "administer"),
    ("POST", f"{ACCOUNT}/renew"): ("secretariat", "administer"),
    ("POST", f"{ACCOUNT}/deactivate"): ("secretariat", "administer"),
    ("POST", f"{ACCOUNT}/reactivate"): ("administrator", "administer"),
    ("DELETE", f"{ACCOUNT}/second-factor"): ("administrator", "administer"),
    ("PUT", "/api/v1/second-factor"): ("secretariat", "administer"),
}


def answered(browser: Browser, operation: tuple[str, str], headers: dict[str, str]) -> Any:
    method, rule = operation
    values = {"<number:number>": "IECEx-BAS-26.0001X", "<int(max=999):issue>": "0", "<code>": "gone"}
    values |= {"<int(min=1,max=999):issue>": "1", "<excb>": "BAS", "<uuid:request_id>": str(uuid4())}
    values |= {"<scheme>": "equipment", "<int(max=9999):year>": "2026", "<uuid:sample_id>": str(uuid4())}
    values |= {"<int(min=1,max=1000000):position>": "1"}
    values |= {"<report:number>": "GB-BAS-ExTR26.0001-00"}
    values |= {"annexes/<name>": "annexes/Annex 1.jpg", "<name>": "nobody-yet"}
    values |= {"<uuid:job_id>": str(uuid4()), "<uuid:token_id>": str(uuid4())}
    for argument, value in values.items():
        rule = rule.replace(argument, value)
    sent = headers | ({"If-Match": '"3"', "Idempotency-Key": "k"} if method != "GET" else {})
    body = MATRIX[operation].body
    content: dict[str, Any] = {"json": body}
    if isinstance(body, bytes | str):
        of_bytes = "application/pdf" if body[:4] == b"%PDF" else "image/jpeg"
        content = {"data": body, "content_type": of_bytes if isinstance(body, bytes) else LINES}
    return browser.http.open(rule, method=method, headers=sent, **content)


def test_every_operation_has_its_row(browser: Browser) -> None:
    """What is a page has its row in the matrix of pages."""
    assert all_operations(browser) - set(PAGES) == set(MATRIX)


@pytest.mark.parametrize("operation", MATRIX, ids=" ".join)
def test_each_role_gets_as_far_as_its_row_says(browser: Browser, operation: tuple[str, str]) -> None:
    answers = []
    for role, excb in COLUMNS:
        browser.gateway.certificates.add()
        answer = answered(browser, operation, {} if role == "guest" else browser.as_(role, excb))
        answers.append(answer.status_code)
    assert tuple(answers) == MATRIX[operation].answers


@pytest.mark.parametrize("operation", LEAST, ids=" ".join)
def test_a_token_without_the_scope_gets_nowhere_and_is_told_which_one(
    browser: Browser, operation: tuple[str, str]
) -> None:
    role, scope = LEAST[operation]
    others = tuple(other for other in SCOPES_OF[role] if other != scope)
    answer = answered(browser, operation, browser.as_(role, None if role == "secretariat" else "BAS", others))
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert f"'{scope}'" in answer.json["detail"]
    assert not browser.gateway.certificates.calls


@pytest.mark.parametrize(
    ("operation", "role", "advice"),
    [
        (("POST", f"{CERTIFICATE}/issue"), "author", "A signatory of your body does this."),
        (("POST", f"{CERTIFICATE}/issue"), "secretariat", "A signatory of the body does this."),
        (("POST", "/api/v1/certificates"), "secretariat", "An author or a signatory of the body does this."),
        (("POST", "/api/v1/certificates"), "administrator", "An author or a signatory of your body does this."),
        (("PUT", EXCB), "signatory", "The Secretariat does this."),
        (("POST", "/api/v1/accounts"), "author", "The administrator of the body does this, or the Secretariat."),
        (
            ("PUT", CERTIFICATE),
            "it-administrator",
            "An author or a signatory of the body, or the Secretariat does this.",
        ),
        *(
            (
                ("POST", f"{CERTIFICATE}/{action}"),
                "signatory",
                f"The Secretariat decides this; its body asks for it by POST {CERTIFICATES}/{{number}}/requests.",
            )
            for action in ("suspend", "reinstate", "cancel")
        ),
    ],
)
def test_whose_role_never_does_it_is_told_who_does_and_of_no_token_that_cannot_be_had(
    browser: Browser, operation: tuple[str, str], role: Role, advice: str
) -> None:
    excb = "BAS" if role in ("author", "signatory", "administrator") else None
    answer = answered(browser, operation, browser.as_(role, excb))
    assert (answer.status_code, answer.json["detail"]) == (403, f"Your role does not allow this. {advice}")


def test_every_operation_that_changes_something_has_a_scope() -> None:
    changing = {operation for operation in MATRIX if operation[0] != "GET"}
    own = {("POST", TOKENS), ("DELETE", f"{TOKENS}/<uuid:token_id>")}
    exports = {
        ("POST", "/api/v1/exports"),
        ("POST", "/api/v1/exports/checks"),
        ("POST", "/api/v1/exports/<uuid:job_id>/cancel"),
    }
    # What is handed in to be examined is not kept.
    examining = {("POST", "/api/v1/verify/document")}
    assert changing - set(LEAST) == exports | own | examining
