"""The gateway's own rules: which role may hold which scopes, what a token looks like, how guessing is slowed down.

Pure: the standard library and contracts, no clock but the one it is given. What a role may do with a certificate is
not decided here but by the service that owns it.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.errors import Forbidden, InvalidInput, NotFound
from contracts.identity import SCOPES, Identity, Role, Scope

# The most that a token of each role may be given. An administrator's accounts and the Secretariat's edits, suspensions
# and deletions are all "administer": what it means, the service tells by the role.
SCOPES_OF: dict[Role, tuple[Scope, ...]] = {
    "author": ("read", "draft"),
    "signatory": ("read", "draft", "issue"),
    "administrator": ("read", "administer"),
    "secretariat": ("read", "administer"),
    "it-administrator": ("read",),
}
ACCOUNT_ROLES: tuple[Role, ...] = tuple(SCOPES_OF)
# Whose work each scope is for.
DOERS: dict[Scope, str] = {
    "draft": "an author or a signatory of {body}",
    "issue": "a signatory of {body}",
    "administer": "the Secretariat",
}

# A prefix that scanners of leaked secrets can recognise.
TOKEN_PREFIX = "exr_"  # noqa: S105 - no secret, but what one begins with
TOKEN_BYTES = 32
TOKEN = re.compile(r"exr_[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST_TOKEN_LIFE = 365
TOKEN_LIFE = 90

KEY_PATTERN = "[!-~]{1,200}"


def scopes_for(role: Role, wanted: Iterable[Scope]) -> tuple[Scope, ...]:
    """The scopes of a new token, in their one order; reading is always among them.

    Raises Forbidden that names each scope which the role may not hold.
    """
    allowed, wanted = SCOPES_OF[role], list(wanted)
    errors = [
        {"field": f"scopes.{i}", "text": f"The role {role} may hold {', '.join(allowed)}, not {scope}."}
        for i, scope in enumerate(wanted)
        if scope not in allowed
    ]
    if errors:
        raise Forbidden(errors[0]["text"], errors=errors)
    return tuple(scope for scope in SCOPES if scope == "read" or scope in wanted)


def may_ever(role: Role, scopes: Iterable[Scope]) -> bool:
    """Whether some token of this role could be given one of ``scopes``."""
    return not set(scopes).isdisjoint(SCOPES_OF.get(role, ()))


def who_does(asking: Identity, scopes: Sequence[Scope]) -> str:
    """A sentence that says who does what needs one of ``scopes``, for somebody whose role never does."""
    # Whoever may issue may draft.
    wanted = [scope for scope in scopes if scope in DOERS and (scope != "issue" or "draft" not in scopes)]
    doers = ", or ".join(DOERS[scope] for scope in wanted).format(body="your body" if asking.excb else "the body")
    return f"{doers[:1].upper()}{doers[1:]} does this."


def identity_of(role: Role, excb: str | None, account: str, scopes: Iterable[str]) -> Identity:
    """Who asks with a token: never more than the role may today, whatever the token was once given."""
    given = set(scopes)
    return Identity(role, excb, account, tuple(scope for scope in SCOPES_OF[role] if scope in given))


def token_text(random_text: str) -> str:
    """The token whose secret part is ``random_text`` (32 random bytes in URL-safe base64)."""
    return TOKEN_PREFIX + random_text


def token_hash(text: str) -> str:
    """What is stored of a token. A plain hash does: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(text.encode()).hexdigest()


def expiry(created: datetime, days: int) -> datetime:
    return created + timedelta(days=days)


def checked_idempotency_key(text: str | None) -> str | None:
    """The key as it was sent. Raises InvalidInput that names the header."""
    if text is not None and not re.fullmatch(KEY_PATTERN, text):
        raise InvalidInput.field(
            "Idempotency-Key", "Must be 1 to 200 visible ASCII characters, such as a UUID of your own making."
        )
    return text


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Attempts:
    """Slows down the guessing of passwords: each wrong one doubles the wait before the next is looked at.

    Counted for an account from one place, where slips are few, and for an account from anywhere, where whoever has
    many addresses is slowed down, too. It delays rather than denies: the owner of an account that somebody guesses at
    still gets in, some seconds later, unless so many wait at once that they would hold up everybody else.
    Times in seconds of any steady clock; what was long ago is forgotten, and so is the oldest when memory fills.
    """

    FREE, FREE_ANYWHERE = 2, 20
    FIRST, LONGEST = 0.25, 4.0
    FORGET = 900.0
    MOST = 10_000
    ANYWHERE = ""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def delay(self, account: str, address: str, now: float) -> float:
        """How long to wait before the password is looked at."""
        from_here = self._beyond(self.FREE, account, address, now)
        from_anywhere = self._beyond(self.FREE_ANYWHERE, account, self.ANYWHERE, now)
        beyond = max(from_here, from_anywhere)
        return float(min(self.LONGEST, self.FIRST * 2 ** min(beyond - 1, 10))) if beyond > 0 else 0.0

    def failed(self, account: str, address: str, now: float) -> None:
        for place in (address, self.ANYWHERE):
            self._count(account, place, now)

    def passed(self, account: str, address: str) -> None:
        for place in (address, self.ANYWHERE):
            self._failures.pop((account, place), None)

    def _beyond(self, free: int, account: str, place: str, now: float) -> int:
        failures = self._failures.get((account, place))
        return failures.count - free if failures and now - failures.last <= self.FORGET else 0

    def _count(self, account: str, place: str, now: float) -> None:
        known = self._failures.pop((account, place), None)
        count = known.count if known and now - known.last <= self.FORGET else 0
        self._failures[account, place] = _Failures(count + 1, now)
        if len(self._failures) > self.MOST:
            self._failures.popitem(last=False)


# The Secretariat makes a body's administrator, who makes its officers; nobody makes anything of the own account.
OFFICERS: tuple[Role, ...] = ("author", "signatory")


def roles_to_give(asking: Identity) -> tuple[Role, ...]:
    """The roles that somebody may give to others and take from them."""
    if not asking.may("administer"):
        return ()
    return {"secretariat": ACCOUNT_ROLES, "administrator": OFFICERS}.get(asking.role, ())


def sees_accounts_of(asking: Identity) -> str | None:
    """The body whose accounts somebody sees; None for those of all. Raises Forbidden."""
    if asking.role in ("secretariat", "it-administrator"):
        return None
    if asking.role == "administrator":
        return asking.excb
    raise Forbidden("The accounts of a body are for its administrator and for the Secretariat.")


def check_may_manage(asking: Identity, name: str, role: str, excb: str | None) -> None:
    """Whether ``asking`` may change the account ``name`` of this role and body. Raises NotFound, Forbidden.

    What one may not see is not there. The own account is managed by others, and by the page of the own account.
    """
    if sees_accounts_of(asking) not in (None, excb):
        raise NotFound("There is no such account.")
    if name == asking.account:
        raise Forbidden("Nobody changes the rights of the own account.")
    if role not in roles_to_give(asking):
        raise Forbidden(f"An account of the role {role} is not yours to make or change.")
