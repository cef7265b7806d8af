"""The rules that all schemes share: what a body may certify, which editions count, what an issue tells of itself.

Standards are compared in one spelling, so that nobody passes the gate, or is held up there, for a dash or a capital.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from contracts.numbers import CertificateNumber, Number, parse_or_none
from contracts.schemas import ALL_STANDARDS
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Editions, Facts
from services.certificates.domain.rules import Breach, Rule

_DASHES = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
# Where a text says that there is more to read. "Annex B" may be one of a standard, or a file's own name.
_ANY_ANNEX = re.compile(r"(?i:\bannex(?:e|es|ures?)?\b)")
_ANNEX = re.compile(_ANY_ANNEX.pattern + r"(?! [A-Z]\b)")
_TEXTS = ("equipment", "scope", "schedule", "conditions_of_use", "changes")
_EDITION = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?", re.ASCII)


@lru_cache(maxsize=4_096)
def number_in(text: str) -> Number | None:
    """The number that a field holds. Several rules look at each, and reading one takes longer than judging it."""
    return parse_or_none(text)


@lru_cache(maxsize=4_096)
def standard(text: str) -> str:
    """The number of a standard in its one spelling: ``iec 60079–1:2014-06`` → ``IEC 60079-1``."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return " ".join(folded.partition(":")[0].upper().split())


def lists_any(certificate: Certificate, standards: Iterable[str]) -> bool:
    """Whether the certificate lists one of these standards, in whatever edition."""
    listed = {standard(row["number"]) for row in certificate.content["standards"]}
    return not listed.isdisjoint(standards)


def _scope(certificate: Certificate, facts: Facts) -> set[str] | None:
    """The standards that the body may certify in this scheme today, ``*`` for all; None where nobody looked."""
    if facts.scopes is None:
        return None
    return {
        standard(scope.standard)
        for scope in facts.scopes
        if scope.excb == certificate.excb and scope.scheme == certificate.scheme and scope.covers(facts.today)
    }


def _scheme_out_of_scope(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    if _scope(certificate, facts) == set():
        body, scheme = certificate.excb, certificate.scheme
        yield Breach("scheme", f"{body} is not accepted for the scheme {scheme} today; the Secretariat keeps scopes.")


def _standards_out_of_scope(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    scope = _scope(certificate, facts)
    if not scope or ALL_STANDARDS in scope:
        return
    for place, row in enumerate(certificate.content["standards"]):
        if standard(row["number"]) not in scope:
            text = f"{row['number']} is not in the scope of {certificate.excb} today; the Secretariat keeps scopes."
            yield Breach(f"standards.{place}", text)


@lru_cache(maxsize=1_024)
def _edition(text: str) -> tuple[int, int] | None:
    """``7.0``, ``Edition 7`` → (7, 0)."""
    found = _EDITION.search(text)
    return (int(found[1]), int(found[2] or 0)) if found else None


def _known(certificate: Certificate, facts: Facts) -> Iterator[tuple[int, str, str, Editions | None]]:
    """Each standard: its place, number and edition, and the editions of it that are known."""
    if facts.editions is None:
        return
    for place, row in enumerate(certificate.content["standards"]):
        yield place, row["number"], row["edition"], facts.editions.get(standard(row["number"]))


def _unknown_standards(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    for place, number, _, editions in _known(certificate, facts):
        if editions is None:
            text = f"The register knows no standard {number}; its number is written like IEC 60079-0."
            yield Breach(f"standards.{place}", text)


def _older_editions(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    for place, number, text, editions in _known(certificate, facts):
        if editions and _age(text, editions) == "older":
            right = _named(editions)
            yield Breach(f"standards.{place}", f"Edition {text} of {number} is too old; list one of: {right}.")


def _unknown_editions(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    for place, number, text, editions in _known(certificate, facts):
        if editions and _age(text, editions) == "unknown":
            right = _named(editions)
            yield Breach(f"standards.{place}", f"The register knows no edition {text} of {number}, only: {right}.")


def _age(text: str, editions: Editions) -> str:
    """``known``, ``older`` than the last two editions, or ``unknown``. Of some standards no edition is known."""
    given, known = _edition(text), [_edition(edition) for edition in (*editions.previous, *editions.current)]
    numbers = [edition for edition in known if edition is not None]
    if not numbers or given in numbers:
        return "known"
    return "older" if given is not None and given < min(numbers) else "unknown"


def _named(editions: Editions) -> str:
    return ", ".join((*editions.previous, *editions.current))


def _unexplained_changes(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if certificate.issue > 0 and not certificate.content["changes"]:
        yield Breach("changes", f"Say what issue {certificate.issue} changes of the issue before it.")


def _changes_of_nothing(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if certificate.issue == 0 and certificate.content["changes"]:
        yield Breach("changes", "The first issue changes nothing yet; leave out the details of changes.")


def _superseding_itself(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for place, number in enumerate(certificate.content["supersedes"]):
        if number == certificate.base_number:
            text = "A certificate cannot take its own place; leave out its number. A later issue follows by itself."
            yield Breach(f"supersedes.{place}", text)


def _superseding_others(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    for place, text in enumerate(certificate.content["supersedes"]):
        number = number_in(text)
        if isinstance(number, CertificateNumber) and number.excb != certificate.excb:
            says = f"{text} is a certificate of {number.excb}: everybody will read there that this one took its place."
            yield Breach(f"supersedes.{place}", f"{says} Agree on it with {number.excb}.")


def _mentions_of_annexes(certificate: Certificate, mention: re.Pattern[str]) -> list[str]:
    """The fields in which an annex is mentioned."""
    return [field for field in _TEXTS if mention.search(certificate.content.get(field) or "")]


def _missing_annexes(certificate: Certificate, facts: Facts) -> Iterator[Breach]:
    if certificate.annexes:
        return
    for field in _mentions_of_annexes(certificate, _ANNEX):
        yield Breach(field, "An annex is mentioned here, but none is there; upload it, or write here what it says.")
    before = facts.previous.get(certificate.id)
    if before is not None and before.annexes:
        text = (
            f"Issue {before.issue} has annexes, this one none: an annex belongs to one issue; upload those of this one."
        )
        yield Breach("annexes", text)


def _unmentioned_annexes(certificate: Certificate, _facts: Facts) -> Iterator[Breach]:
    if certificate.annexes and not _mentions_of_annexes(certificate, _ANY_ANNEX):
        text = "There are annexes, but no text mentions an annex; say in the schedule what they hold."
        yield Breach("annexes", text)


_SCOPE_SOURCE = "OD 011-1, 1.1; On-line system, key features: bodies issue within their scope"
_EDITION_SOURCE = "IECEx 02, 8.1.1: the current edition or the one before it"
_ANNEX_SOURCE = "IECEx certificate, schedule and annex"
_SUPERSEDED_SOURCE = "IECEx certificate, superseded certificates"
_ISSUES_SOURCE = "IECEx certificate, details of certificate changes"
RULES = (
    Rule("scope-scheme", _SCOPE_SOURCE, _scheme_out_of_scope),
    Rule("scope-standard", _SCOPE_SOURCE, _standards_out_of_scope),
    Rule("standard-unknown", _EDITION_SOURCE, _unknown_standards, "warning"),
    Rule("standard-older-edition", _EDITION_SOURCE, _older_editions, "warning"),
    Rule("standard-unknown-edition", _EDITION_SOURCE, _unknown_editions, "warning"),
    Rule("changes-missing", _ISSUES_SOURCE, _unexplained_changes),
    Rule("changes-first-issue", _ISSUES_SOURCE, _changes_of_nothing, "warning"),
    Rule("annex-missing", _ANNEX_SOURCE, _missing_annexes, "warning"),
    Rule("annex-unmentioned", _ANNEX_SOURCE, _unmentioned_annexes, "warning"),
    Rule("supersedes-itself", _SUPERSEDED_SOURCE, _superseding_itself),
    Rule("supersedes-others", _SUPERSEDED_SOURCE, _superseding_others, "warning"),
)
