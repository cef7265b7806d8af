"""What every public change of certificates goes through, one or many at a time, inside the transaction of the change.

The log's lock is taken first and held until the commit. So nobody else's public change comes in between, and what is
derived from other certificates (who superseded this one, how the certificates of a licence stand) is right when it
is published. Rows of other certificates are written under that lock alone, which is why nobody waits in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from contracts.events import ChangeType
from services.certificates import changes
from services.certificates.changes import Change
from services.certificates.domain import related, statistics
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.statistics import Sort
from services.certificates.queries import certificates as queries
from services.certificates.queries import counting, requests
from services.certificates.queries import related as relations

# What gives a certificate another content for the public, or its first.
WITH_CONTENT = ("certificate.issued", "certificate.amended", "certificate.imported")
DELETED: ChangeType = "certificate.deleted"
RELATED: ChangeType = "certificate.related"


def publish(session: Session, made: Sequence[Change]) -> list[Certificate]:
    """Writes the changes and all that follows from them; the certificates as they are now published, in that order.

    A follow-up is a change of its own in the log: a licence lists a certificate that is suspended now, an old
    certificate was superseded.
    """
    first = changes.take(session, len(made))
    ended = {change.new.id for change in made if change.type == DELETED}
    concerned = relations.superseded(session, ended) | _cite(session, made)
    numbered = _numbered(session, made, first)
    _write(session, numbered)
    _tell_others(session, numbered, concerned)
    return [change.new for change in numbered]


def _cite(session: Session, made: Sequence[Change]) -> set[str]:
    """Notes what the new contents refer to; the base numbers that are superseded by them, or were until now."""
    contents = {change.new.id: related.citations(change.new.content) for change in made if change.type in WITH_CONTENT}
    again = [change.new.id for change in made if change.type in WITH_CONTENT and change.before.change_no is not None]
    before = relations.superseded(session, again) if again else set()
    relations.cite(session, contents)
    now = {cited for pairs in contents.values() for relation, cited in pairs if relation == related.SUPERSEDES}
    return before ^ now


def _numbered(session: Session, made: Sequence[Change], first: int) -> list[Change]:
    """The changes with their numbers, and with what other certificates make of theirs at this moment."""
    successors = relations.successors(session, {change.new.base_number for change in made})
    listed = {number for change in made for number in change.new.content.get("certificates", ())}
    standings = relations.standings(session, listed)
    return [
        replace(
            change,
            new=replace(
                change.new,
                change_no=first + place,
                related=related.related(change.new, successors.get(change.new.base_number, ()), standings),
            ),
        )
        for place, change in enumerate(made)
    ]


def _write(session: Session, numbered: Sequence[Change]) -> None:
    changes.append(session, numbered)
    queries.save(session, *((change.old, change.new) for change in numbered))
    difference: Counter[Sort] = Counter()
    for change in numbered:
        difference.update(_counted(session, change))
    counting.add(session, difference)


def _counted(session: Session, change: Change) -> Counter[Sort]:
    if change.type == DELETED:
        return statistics.of_deletion(queries.public_issues(session, change.new.id))
    if change.previous is not None:
        return statistics.of_later_issue(change.previous, change.new)
    return statistics.difference(change.old, change.new)


def _tell_others(session: Session, numbered: Sequence[Change], superseded: set[str]) -> None:
    """Publishes what changed about other certificates because these did."""
    told = {change.new.id for change in numbered}
    bases = {change.new.base_number for change in numbered}
    ids = (relations.licences_listing(session, bases) | relations.ids_of(session, superseded)) - told
    if not ids:
        return
    standing = sorted(queries.latest_public(session, ids).values(), key=lambda certificate: certificate.base_number)
    successors = relations.successors(session, {certificate.base_number for certificate in standing})
    listed = {number for certificate in standing for number in certificate.content.get("certificates", ())}
    standings = relations.standings(session, listed)
    cause, followed = numbered[0], []
    for old in standing:
        now = related.related(old, successors.get(old.base_number, ()), standings)
        if now != (old.related or {}):
            followed.append(Change(RELATED, old, replace(old, related=now), cause.identity, cause.at, cause.since))
    if not followed:
        return
    first = changes.take(session, len(followed))
    followed = [
        replace(change, new=replace(change.new, change_no=first + place)) for place, change in enumerate(followed)
    ]
    _write(session, followed)
    requests.notify(session, [change.new for change in followed], cause.at)
