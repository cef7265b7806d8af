"""Who may do what with which certificate: decided from the signed identity alone.

A body acts on what it created, the Secretariat on everything, the IT administrator only looks. A token's scopes narrow
what its role may do and never widen it. What somebody may not see does not exist for them.
"""

from __future__ import annotations

from typing import NamedTuple

from contracts.errors import Forbidden, NotFound
from contracts.events import Actor
from contracts.identity import Identity
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import DRAFT

DRAFTING_ROLES = ("author", "signatory")
BODY_ROLES = ("author", "signatory", "administrator")
OVERSEEING_ROLES = ("secretariat", "it-administrator")


class Drafts(NamedTuple):
    """The drafts that exist for somebody: those of all bodies, or those ``of`` one, or none."""

    all: bool
    of: str | None = None


ALL = Drafts(True)


def drafts_of(identity: Identity) -> Drafts:
    """The drafts that exist for ``identity``: its own body's, and all of them for the administrators.

    Every scope includes looking at what it is about. Source: OD 011-1, 1.2.2 "Draft" and 2.1.
    """
    if not identity.scopes:
        return Drafts(False)
    return ALL if identity.role in OVERSEEING_ROLES else Drafts(False, identity.excb)


def may_see_drafts(identity: Identity, excb: str) -> bool:
    """Whether drafts of the body ``excb`` exist for ``identity``."""
    drafts = drafts_of(identity)
    return drafts.all or drafts.of == excb


def may_see(identity: Identity, certificate: Certificate) -> bool:
    """Everybody sees what was published, for ever."""
    return certificate.status != DRAFT or may_see_drafts(identity, certificate.excb)


def check_may_draft(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may write drafts for its body."""
    if identity.role not in DRAFTING_ROLES:
        raise Forbidden("Only authors and signatories of a certification body write its certificates.")
    _check_scope(identity, "draft")


def check_may_report(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may register reports of its body."""
    if identity.role not in DRAFTING_ROLES:
        raise Forbidden("Only authors and signatories of a certification body register its reports.")
    _check_scope(identity, "draft")


def check_own_report(identity: Identity, excb: str) -> None:
    """Raises Forbidden for a body that speaks of a report of another one, ``excb``."""
    if identity.excb != excb:
        raise Forbidden("A certification body issues anew only the reports that it registered.")


def check_may_edit(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless ``identity`` may ever edit ``certificate``; when it may is the life cycle's business.

    A token that may only draft cannot change what the public already reads.
    """
    if identity.role == "secretariat":
        _check_scope(identity, "administer")
        return
    if certificate.status == DRAFT:
        check_may_draft(identity)
    else:
        _check_signatory(identity, "A published certificate is edited by a signatory of its body or the Secretariat.")
    check_own(identity, certificate)


def check_may_give_up(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless ``identity`` may drop the draft of a later issue: who may write it, or the Secretariat.

    The first issue's draft has used a number, which only the Secretariat deletes.
    """
    if identity.role == "secretariat":
        _check_scope(identity, "administer")
        return
    check_may_draft(identity)
    check_own(identity, certificate)


def check_may_issue(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless ``identity`` is an authorising officer of the body. Source: OD 011-1, 2.3."""
    _check_signatory(identity, "Only a signatory of the body that created a certificate issues it.")
    check_own(identity, certificate)


def check_may_judge(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless the gate's findings are any business of ``identity``."""
    if not may_see_drafts(identity, certificate.excb):
        raise Forbidden("Only the body that created a certificate and the Secretariat see what is missing on it.")


def check_may_see_private(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless ``identity`` writes the body's certificates or is the Secretariat."""
    if identity.role == "secretariat":
        _check_scope(identity, "administer")
        return
    check_may_draft(identity)
    check_own(identity, certificate)


def check_may_ask(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless ``identity`` may ask the Secretariat to decide: an officer of the body."""
    if identity.role not in DRAFTING_ROLES:
        raise Forbidden("Only authors and signatories of its body ask for a certificate to be suspended or cancelled.")
    _check_scope(identity, "draft")
    check_own(identity, certificate)


def requests_of(identity: Identity, wanted: str | None = None) -> str | None:
    """The body whose requests and notices ``identity`` may see; None: those of all. Raises Forbidden.

    ``wanted``: the body asked for, if it was one.
    """
    if identity.role in BODY_ROLES and identity.scopes:
        if wanted not in (None, identity.excb):
            raise Forbidden("A certification body sees only its own requests.")
        return identity.excb
    if identity.role in OVERSEEING_ROLES and identity.scopes:
        return wanted
    raise Forbidden("Requests and notices are for certification bodies and the Secretariat.")


def check_may_weigh(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden unless it is any business of ``identity`` what a decision about ``certificate`` would touch."""
    if not may_see_drafts(identity, certificate.excb):
        raise Forbidden("Only the body that created a certificate and the Secretariat weigh a decision about it.")


def check_secretariat(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may suspend, reinstate, cancel and delete. Source: OD 011-1, 1.2.2."""
    if identity.role != "secretariat":
        raise Forbidden("Only the Secretariat suspends, reinstates, cancels and deletes certificates.")
    _check_scope(identity, "administer")


def check_may_import(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may bring in certificates from before the register."""
    if identity.role != "secretariat":
        raise Forbidden("Only the Secretariat imports certificates from before the register.")
    _check_scope(identity, "administer")


def check_may_see_quality(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` oversees the register: how bodies work is not for other bodies to see."""
    if identity.role not in OVERSEEING_ROLES or not identity.scopes:
        raise Forbidden("The quality of the register is for the Secretariat and the IT administrator to see.")


def check_may_review(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may draw samples and say what is wrong with certificates."""
    if identity.role != "secretariat":
        raise Forbidden("Only the Secretariat draws samples and reviews them.")
    _check_scope(identity, "administer")


def check_may_keep_bodies(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may say which certification bodies there are."""
    if identity.role not in ("secretariat", "service"):
        raise Forbidden("Only the Secretariat keeps the list of certification bodies.")
    _check_scope(identity, "administer")


def check_may_keep_standards(identity: Identity) -> None:
    """Raises Forbidden unless ``identity`` may say which standards there are, in which editions."""
    if identity.role not in ("secretariat", "service"):
        raise Forbidden("Only the Secretariat keeps the list of standards.")
    _check_scope(identity, "administer")


def check_service(identity: Identity) -> None:
    """Raises Forbidden unless another service of the register asks."""
    if identity.role != "service":
        raise Forbidden("Only the services of the register ask for this.")


def check_active(identity: Identity, active: bool) -> None:
    """Raises Forbidden for a body that is not, or no longer, accepted. The Secretariat belongs to none."""
    if identity.role != "secretariat" and not active:
        raise not_active(identity.excb or "")


def not_active(excb: str) -> Forbidden:
    """The error for a body that is not, or no longer, accepted."""
    return Forbidden(f"{excb} is not an active certification body of the register.")


def worklist(identity: Identity) -> str | None:
    """The body whose certificates are the worklist of ``identity``; None: those of all. Raises Forbidden."""
    if identity.role in BODY_ROLES and identity.scopes:
        return identity.excb
    if identity.role in OVERSEEING_ROLES and identity.scopes:
        return None
    raise Forbidden("A worklist is for certification bodies and the Secretariat; the public searches.")


def actor(identity: Identity) -> Actor:
    """Who changed a certificate, as the public may know it: a body or the Secretariat, never a person."""
    if identity.role == "secretariat":
        return {"role": "secretariat", "excb": None}
    return {"role": "excb", "excb": identity.excb}


def _check_signatory(identity: Identity, text: str) -> None:
    if identity.role != "signatory":
        raise Forbidden(text)
    _check_scope(identity, "issue")


def check_own(identity: Identity, certificate: Certificate) -> None:
    """Raises Forbidden for a body that speaks of another one's certificate."""
    if identity.excb != certificate.excb:
        raise Forbidden("A certification body changes only the certificates that it created.")


def _check_scope(identity: Identity, scope: str) -> None:
    if scope not in identity.scopes:
        raise Forbidden(f"This token was made without the scope '{scope}'.")


def not_found() -> NotFound:
    """One answer, to the letter, for a number nobody was given and for a draft that is not the reader's business."""
    return NotFound("There is no such certificate in the register.")
