"""Every page of the web site and whom it lets in: the matrix that ``test_page_access`` holds it to.

A new page without a row fails there. A cell is what happens to that visitor before the page itself is asked:
``LET_IN``, ``LOG_IN`` (led to the log-in and back) or ``REFUSED``.
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
LET_IN, LOG_IN, REFUSED = "let in", "led to the log-in", "refused"

EVERYBODY = (LET_IN,) * len(VISITORS)
ACCOUNTS = (LOG_IN, *(LET_IN,) * (len(VISITORS) - 1))


def only(*roles: Role) -> tuple[str, ...]:
    """Guests are led to the log-in, these roles let in, the others refused."""
    return (LOG_IN, *(LET_IN if role in roles else REFUSED for role, _excb in VISITORS[1:]))


OVERSEERS = only("administrator", "secretariat", "it-administrator")
MANAGERS = only("administrator", "secretariat")
OFFICERS = only("author", "signatory", "administrator")
WRITERS = only("author", "signatory")
A_CERTIFICATE = "/work/certificates/<number:number>"
AN_ISSUE = f"{A_CERTIFICATE}/issues/<int(max=999):issue>"

PAGES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/verify/document"): EVERYBODY,
    ("POST", "/verify/document"): EVERYBODY,
    ("GET", "/static/<digest>/<name>"): EVERYBODY,
    ("GET", "/search"): EVERYBODY,
    ("GET", "/certificates/<number:number>"): EVERYBODY,
    ("GET", "/certificates/<number:number>/issues/<int(max=999):issue>"): EVERYBODY,
    ("GET", "/certificates/<number:number>/differences"): EVERYBODY,
    ("GET", "/reports"): EVERYBODY,
    ("GET", "/reports/<report:number>"): EVERYBODY,
    ("GET", "/exports/new"): EVERYBODY,
    ("POST", "/exports"): EVERYBODY,
    ("GET", "/exports/<uuid:job_id>"): EVERYBODY,
    ("GET", "/exports/<uuid:job_id>/file"): EVERYBODY,
    ("GET", "/verify"): EVERYBODY,
    ("GET", "/checks"): EVERYBODY,
    ("POST", "/checks"): EVERYBODY,
    ("GET", "/statistics"): EVERYBODY,
    ("GET", "/numbers"): EVERYBODY,
    ("GET", "/numbers/<excb>/<scheme>"): EVERYBODY,
    ("GET", "/numbers/<excb>/<scheme>/<int(max=9999):year>"): EVERYBODY,
    ("GET", "/bodies"): EVERYBODY,
    ("GET", "/bodies/<code>"): EVERYBODY,
    ("GET", "/docs"): EVERYBODY,
    ("GET", "/docs/<section>"): EVERYBODY,
    ("GET", "/help/statuses"): EVERYBODY,
    ("GET", "/about"): EVERYBODY,
    ("GET", "/privacy"): EVERYBODY,
    ("GET", "/accessibility"): EVERYBODY,
    ("GET", "/login"): EVERYBODY,
    ("POST", "/login"): EVERYBODY,
    ("GET", "/login/code"): EVERYBODY,
    ("POST", "/login/code"): EVERYBODY,
    ("POST", "/logout"): EVERYBODY,
    ("GET", "/invitation"): EVERYBODY,
    ("POST", "/invitation"): EVERYBODY,
    ("GET", "/account"): ACCOUNTS,
    # Open to who must set up the second factor before all else; it leads guests to the log-in by itself.
    ("GET", "/account/second-factor"): EVERYBODY,
    ("POST", "/account/second-factor"): EVERYBODY,
    ("GET", "/account/second-factor/keep"): ACCOUNTS,
    ("POST", "/account/second-factor/recovery-codes"): ACCOUNTS,
    ("POST", "/account/second-factor/end"): ACCOUNTS,
    ("POST", "/account/password"): ACCOUNTS,
    ("POST", "/account/sessions/<uuid:session_id>/end"): ACCOUNTS,
    ("POST", "/account/sessions/end-others"): ACCOUNTS,
    ("GET", "/account/tokens"): ACCOUNTS,
    ("POST", "/account/tokens"): ACCOUNTS,
    ("POST", "/account/tokens/<uuid:token_id>/revoke"): ACCOUNTS,
    ("GET", "/accounts"): OVERSEERS,
    ("POST", "/accounts"): MANAGERS,
    ("GET", "/accounts/<name>"): OVERSEERS,
    ("POST", "/accounts/<name>/role"): MANAGERS,
    ("GET", "/accounts/<name>/renew"): MANAGERS,
    ("POST", "/accounts/<name>/renew"): MANAGERS,
    ("GET", "/accounts/<name>/deactivate"): MANAGERS,
    ("POST", "/accounts/<name>/deactivate"): MANAGERS,
    ("POST", "/accounts/<name>/reactivate"): MANAGERS,
    ("POST", "/accounts/<name>/end-second-factor"): MANAGERS,
    ("POST", "/second-factor"): MANAGERS,
    ("GET", "/tokens"): OVERSEERS,
    ("POST", "/tokens/<uuid:token_id>/revoke"): MANAGERS,
    ("GET", "/accesses"): OVERSEERS,
    ("GET", "/work"): OFFICERS,
    ("GET", "/work/certificates"): OFFICERS,
    ("GET", "/work/scopes"): OFFICERS,
    ("GET", "/work/requests"): OFFICERS,
    ("POST", "/work/requests/<uuid:request_id>/withdraw"): WRITERS,
    ("GET", f"{A_CERTIFICATE}/request"): WRITERS,
    ("POST", f"{A_CERTIFICATE}/request"): WRITERS,
    ("GET", "/work/new"): WRITERS,
    ("GET", "/work/new/<scheme>"): WRITERS,
    ("POST", "/work/new/<scheme>"): WRITERS,
    ("POST", "/work/photos"): WRITERS,
    ("POST", f"{A_CERTIFICATE}/issues"): WRITERS,
    ("GET", AN_ISSUE): WRITERS,
    ("POST", AN_ISSUE): WRITERS,
    ("GET", f"{AN_ISSUE}/photo"): ACCOUNTS,
    ("GET", f"{AN_ISSUE}/pdf"): ACCOUNTS,
    ("GET", f"{AN_ISSUE}/annexes"): WRITERS,
    ("POST", f"{AN_ISSUE}/annexes"): WRITERS,
    ("POST", f"{AN_ISSUE}/annexes/remove"): WRITERS,
    ("GET", f"{AN_ISSUE}/annexes/<name>"): ACCOUNTS,
    ("GET", f"{AN_ISSUE}/issue"): WRITERS,
    ("POST", f"{AN_ISSUE}/issue"): only("signatory"),
    ("GET", f"{AN_ISSUE}/drop"): WRITERS,
    ("POST", f"{AN_ISSUE}/drop"): WRITERS,
    ("GET", "/work/reports"): OFFICERS,
    ("GET", "/work/reports/new"): WRITERS,
    ("POST", "/work/reports/new"): WRITERS,
    ("GET", "/work/reports/<report:number>/next"): WRITERS,
    ("POST", "/work/reports/<report:number>/next"): WRITERS,
    ("GET", "/work/batch"): WRITERS,
    ("POST", "/work/batch"): WRITERS,
}


CERTIFICATE = "/secretariat/certificates/<number:number>"
DECISION = f"{CERTIFICATE}/<any(suspend,reinstate,cancel,delete):action>"
BODY = "/secretariat/bodies/<excb>"
REQUEST = "/secretariat/requests/<uuid:request_id>"
QUALITY = "/secretariat/quality"
SAMPLE = f"{QUALITY}/samples/<uuid:sample_id>"
SAMPLE_ITEM = f"{SAMPLE}/<int(min=1,max=1000000):position>"
SEEN = only("secretariat", "it-administrator")
DECIDED = only("secretariat")
PAGES |= {
    ("GET", "/secretariat"): SEEN,
    ("GET", "/secretariat/certificates"): SEEN,
    ("GET", CERTIFICATE): SEEN,
    ("GET", DECISION): DECIDED,
    ("POST", DECISION): DECIDED,
    ("GET", "/secretariat/requests"): SEEN,
    ("GET", REQUEST): SEEN,
    ("POST", f"{REQUEST}/grant"): DECIDED,
    ("POST", f"{REQUEST}/refuse"): DECIDED,
    ("GET", "/secretariat/bodies"): SEEN,
    ("GET", "/secretariat/bodies/new"): DECIDED,
    ("POST", "/secretariat/bodies/new"): DECIDED,
    ("GET", BODY): SEEN,
    ("POST", BODY): DECIDED,
    ("GET", f"{BODY}/end"): DECIDED,
    ("POST", f"{BODY}/end"): DECIDED,
    ("POST", f"{BODY}/resume"): DECIDED,
    ("GET", f"{BODY}/scopes"): DECIDED,
    ("POST", f"{BODY}/scopes"): DECIDED,
    ("GET", "/secretariat/standards"): SEEN,
    ("GET", "/secretariat/standards/new"): DECIDED,
    ("POST", "/secretariat/standards/new"): DECIDED,
    ("GET", "/secretariat/standards/edit"): DECIDED,
    ("POST", "/secretariat/standards/edit"): DECIDED,
    ("GET", QUALITY): SEEN,
    ("GET", f"{QUALITY}/findings"): SEEN,
    ("GET", f"{QUALITY}/samples"): SEEN,
    ("POST", f"{QUALITY}/samples"): DECIDED,
    ("GET", SAMPLE): SEEN,
    ("GET", SAMPLE_ITEM): DECIDED,
    ("POST", SAMPLE_ITEM): DECIDED,
    ("GET", "/secretariat/cards"): DECIDED,
    ("POST", "/secretariat/cards/sheet"): DECIDED,
    ("POST", "/secretariat/cards/printed"): DECIDED,
    ("GET", "/secretariat/import"): DECIDED,
    ("POST", "/secretariat/import"): DECIDED,
}


def all_operations(browser: Browser) -> set[tuple[str, str]]:
    """Every method of every route."""
    return {
        (method, rule.rule)
        for rule in browser.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
