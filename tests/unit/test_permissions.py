"""Who may do what: every role, on certificates of the own body and of another one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.errors import Forbidden
from contracts.identity import ROLES, Identity, Role
from services.certificates.domain import permissions
from services.certificates.domain.certificate import Certificate
from tests.certificates import AUTHOR, SECRETARIAT, SIGNATORY, a_current, a_draft, somebody

Check = Callable[[Identity, Certificate], None]


def allowed(check: Check, certificate: Certificate, excb: str) -> set[str]:
    """The roles, at the body ``excb``, that pass ``check``."""
    return {role for role in ROLES if passes(check, somebody(role, excb), certificate)}


def passes(check: Callable[..., None], *arguments: object) -> bool:
    try:
        check(*arguments)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("check", "certificate", "own", "other"),
    [
        (permissions.check_may_edit, a_draft(), {"author", "signatory", "secretariat"}, {"secretariat"}),
        (permissions.check_may_edit, a_current(), {"signatory", "secretariat"}, {"secretariat"}),
        (permissions.check_may_issue, a_draft(), {"signatory"}, set()),
        (
            permissions.check_may_judge,
            a_current(),
            {"author", "signatory", "administrator", "secretariat", "it-administrator"},
            {"secretariat", "it-administrator"},
        ),
    ],
)
def test_a_body_acts_on_its_own_and_the_secretariat_on_all(
    check: Check, certificate: Certificate, own: set[str], other: set[str]
) -> None:
    assert allowed(check, certificate, "BAS") == own
    assert allowed(check, certificate, "SIR") == other


def test_a_draft_exists_for_its_body_and_the_administrators_only() -> None:
    def sees(role: Role, excb: str) -> bool:
        return permissions.may_see(somebody(role, excb), a_draft())

    assert {role for role in ROLES if sees(role, "BAS")} == set(ROLES) - {"guest", "service"}
    assert {role for role in ROLES if sees(role, "SIR")} == {"secretariat", "it-administrator"}


@pytest.mark.parametrize("status", ["current", "suspended", "cancelled"])
def test_what_was_published_everybody_sees(status: str) -> None:
    assert all(permissions.may_see(somebody(role, "SIR"), a_current(status=status)) for role in ROLES)


def test_only_authors_and_signatories_create_drafts() -> None:
    creators = {role for role in ROLES if passes(permissions.check_may_draft, somebody(role))}
    assert creators == {"author", "signatory"}


def test_only_the_secretariat_decides_on_published_certificates() -> None:
    deciders = {role for role in ROLES if passes(permissions.check_secretariat, somebody(role))}
    assert deciders == {"secretariat"}


def without(identity: Identity, scope: str) -> Identity:
    return Identity(identity.role, identity.excb, identity.account, tuple(s for s in identity.scopes if s != scope))


def test_a_token_does_only_what_it_was_made_for() -> None:
    with pytest.raises(Forbidden, match="draft"):
        permissions.check_may_draft(without(AUTHOR, "draft"))
    with pytest.raises(Forbidden, match="issue"):
        permissions.check_may_issue(without(SIGNATORY, "issue"), a_draft())
    with pytest.raises(Forbidden, match="administer"):
        permissions.check_secretariat(without(SECRETARIAT, "administer"))


def test_a_token_for_drafts_cannot_change_what_is_published() -> None:
    with pytest.raises(Forbidden, match="issue"):
        permissions.check_may_edit(without(SIGNATORY, "issue"), a_current())


def test_a_token_for_nothing_sees_no_draft() -> None:
    assert not permissions.may_see(Identity("author", "BAS", "bas-author", ()), a_draft())


def test_the_worklist_of_a_body_is_its_own_and_that_of_the_secretariat_all() -> None:
    assert permissions.worklist(AUTHOR) == "BAS"
    assert permissions.worklist(SECRETARIAT) is None


@pytest.mark.parametrize("role", ["guest", "service"])
def test_others_have_no_worklist(role: Role) -> None:
    with pytest.raises(Forbidden):
        permissions.worklist(somebody(role))


def test_a_body_that_is_not_accepted_changes_nothing() -> None:
    with pytest.raises(Forbidden, match="BAS is not an active"):
        permissions.check_active(AUTHOR, active=False)
    permissions.check_active(SECRETARIAT, active=False)


def test_the_public_learns_the_body_but_never_the_person() -> None:
    assert permissions.actor(SIGNATORY) == {"role": "excb", "excb": "BAS"}
    assert permissions.actor(SECRETARIAT) == {"role": "secretariat", "excb": None}
