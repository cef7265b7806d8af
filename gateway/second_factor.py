"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day it is lost.

A code is good once: the time step of the last one is kept, and nothing up to it is taken again. The secret is sealed
in the database by a key that only gateways have; recovery codes are kept as hashes, and each is good once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import segno
from markupsafe import Markup
from sqlalchemy.orm import Session

from contracts.errors import InvalidInput, TooManyRequests, Unauthenticated
from gateway import access, queries
from gateway.calls import backing
from gateway.sessions import Stage, hash_of
from gateway.tables import Account, RecoveryCode
from plumbing.vault import Vault

STEP = 30
# A clock may be off by half a minute or so: the step before and the one after are taken, too (RFC 6238, 5.2).
DRIFT = 1
DIGITS = 6
RECOVERY_CODES = 10
# Without what is mistaken for something else on paper: 16 of these signs are 79 random bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4
LONGEST_CODE = 40
# Six digits are soon tried through. Who gets here knows the password, so that it may be said how long to wait.
MOST_WRONG, WRONG_WITHIN = 10, timedelta(minutes=15)
# How a wrong code is noted in the access audit.
WRONG_CODE = "second-factor.wrong-code"
ISSUER = "Register of Ex certificates"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given: by its picture, or typed."""

    secret: str
    address: str
    picture: Markup


def stage_of(account: Account) -> Stage:
    """What is still to be done after the password."""
    if account.second_factor_since is not None:
        return "code"
    return "enrol" if is_demanded(account.excb) else "open"


def is_demanded(excb: str | None) -> bool:
    with backing().db.read() as session:
        return queries.second_factor_demanded(session, excb)


def begin(account: str, visit: str) -> Enrolment:
    """A secret for the account, which counts once it is confirmed; the same one until then to one ``visit``, by its id.

    Another visit gets another secret: whoever has the account's session in a second browser would else have seen what
    its owner is going to confirm. Raises InvalidInput where this register has no key to seal it.
    """
    with backing().db.begin() as session:
        found = queries.account_locked(session, account)
        if found.second_factor_since is not None:
            raise InvalidInput.field("code", "The second factor is set up already; end it first to set up another.")
        if not _was_shown_to(found, visit):
            found.second_factor = _vault().seal({"secret": pyotp.random_base32(), "visit": visit})
        secret = _secret_of(found)
    address = pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=account, issuer_name=ISSUER)
    return Enrolment(secret, address, _picture(address))


def confirm(account: str, visit: str, code: str) -> list[str]:
    """Puts the second factor in force by a first code; the recovery codes, to be shown once. Raises InvalidInput."""
    with backing().db.begin() as session:
        found = queries.account_locked(session, account)
        if found.second_factor_since is not None or not _was_shown_to(found, visit):
            raise InvalidInput.field("code", "There is nothing to confirm; load the page again.")
        if not _passes_time_step(found, code, backing().clock()):
            raise _wrong()
        found.second_factor_since = backing().clock()
        return _new_recovery_codes(session, account)


def new_recovery_codes(account: str) -> list[str]:
    """Ten new ones, in place of those that are left."""
    with backing().db.begin() as session:
        return _new_recovery_codes(session, account)


def end(session: Session, account: Account) -> None:
    """Nothing but the password is asked for from now on. In the caller's transaction."""
    account.second_factor = account.second_factor_since = account.second_factor_step = None
    queries.end_recovery_codes(session, account.name)


def demand(account: Account, code: str) -> None:
    """Lets pass who sends the account's code of this moment or one of its recovery codes; it is used up by that.

    Raises Unauthenticated; and TooManyRequests, whatever the code, while too many wrong ones were noted for the account
    in any process.
    """
    with backing().db.begin() as session:
        # Held before it is counted, and noted before it is let go: codes that come at once are counted one by one.
        found = queries.account_locked(session, account.name)
        since = backing().clock() - WRONG_WITHIN
        if queries.accesses_since(session, account.name, WRONG_CODE, since) >= MOST_WRONG:
            raise TooManyRequests(
                "Too many wrong codes for this account; wait a quarter of an hour.",
                retry_after=int(WRONG_WITHIN.total_seconds()),
            )
        if _passes_time_step(found, code, backing().clock()):
            return
        recovered = queries.use_recovery_code(session, account.name, hash_of(_tidy(code)))
        if recovered:
            access.note_with(session, "second-factor.recovery-code", "ok", account)
        else:
            access.note_with(session, WRONG_CODE, "failed", account)
    if not recovered:
        raise Unauthenticated("This is not the code of this moment, nor an unused recovery code.")


def _passes_time_step(account: Account, code: str, now: datetime) -> bool:
    if account.second_factor is None:
        return False
    step = _step_of(_tidy(code), _secret_of(account), int(now.timestamp()) // STEP)
    if step is None or step <= (account.second_factor_step or 0):
        return False
    account.second_factor_step = step
    return True


def _step_of(code: str, secret: str, present: int) -> int | None:
    """The latest step around ``present`` whose code this is."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    near = range(present + DRIFT, present - DRIFT - 1, -1)
    return next((step for step in near if secrets.compare_digest(totp.generate_otp(step), code)), None)


def _new_recovery_codes(session: Session, account: str) -> list[str]:
    queries.end_recovery_codes(session, account)
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account=account, code_hash=hash_of(_tidy(code))) for code in codes)
    return codes


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _tidy(code: str) -> str:
    """As people copy it: with blanks, dashes, capitals."""
    return "".join(sign for sign in code[:LONGEST_CODE].lower() if sign.isascii() and sign.isalnum())


def _secret_of(account: Account) -> str:
    return str(_vault().open(account.second_factor or "")["secret"])


def _was_shown_to(account: Account, visit: str) -> bool:
    """Whether the secret that waits to be confirmed was made for this visit."""
    return account.second_factor is not None and _vault().open(account.second_factor).get("visit") == visit


def _vault() -> Vault:
    return Vault(*backing().settings.second_factor_keys, purpose="second factors", field="code")


def _picture(address: str) -> Markup:
    """``address`` as a QR code, in SVG that holds nothing but numbers."""
    code = segno.make(address, error="m")
    return Markup(code.svg_inline(scale=4, border=4, dark="#000", light="#fff"))  # noqa: S704 - of numbers alone


def _wrong() -> InvalidInput:
    return InvalidInput.field("code", "This is not the code of this moment; wait for the next one and type it in.")
