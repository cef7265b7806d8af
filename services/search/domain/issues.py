"""The issues of one certificate, as the log tells of them one after the other.

Every public issue is found. An older one has its own content, but the status of the latest: whoever finds an old issue
of a suspended certificate must not read Current.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from contracts.schemas import STATUSES
from services.search.domain.keys import LAST_DAY, day_of
from services.search.domain.log import Change

Snapshot = dict[str, Any]
# By the number of the issue: what was told of it last.
Issues = dict[int, Snapshot]

PUBLIC_STATUSES = tuple(status for status in STATUSES if status != "draft")
# What an older issue has from the latest one; as the register answers for it.
FOLLOWING = ("status", "status_date", "status_reason", "supplied_affected", "superseded_by", "listed")


class Validity(NamedTuple):
    """From which day to which; everything but a person's certificate is valid for ever."""

    first: int = 0
    last: int = LAST_DAY


FOR_EVER = Validity()


def is_public(snapshot: Snapshot) -> bool:
    """Whether search shows this; neither a draft, should one ever come, nor the tombstone of what was deleted."""
    return snapshot.get("status") in PUBLIC_STATUSES


def key_of(change: Change) -> str | None:
    """What all issues of a certificate share: the base number as it is printed, for two that differ in a blank may be
    two. None for a change of something else, which search does not hold. Raises KeyError or TypeError for what is none.
    """
    if "certificate" not in change:
        return None
    base_number = change["certificate"]["base_number"]
    if not isinstance(base_number, str):
        raise TypeError("a base number is text")
    return base_number


def after(issues: Issues, change: Change) -> Issues:
    """The issues after a change; none are left of a certificate that was deleted."""
    snapshot = change["certificate"]
    if not is_public(snapshot):
        return {}
    return issues | {int(snapshot.get("issue") or 0): snapshot}


def shown(issues: Issues) -> Iterator[tuple[Snapshot, Validity]]:
    """Each issue as it is to be shown, the latest one last; an older one says which that is."""
    if not issues:
        return
    latest = issues[max(issues)]
    following = {name: latest[name] for name in FOLLOWING if name in latest}
    for number in sorted(issues):
        snapshot = issues[number]
        if number != max(issues):
            snapshot = snapshot | following | {"latest_issue": max(issues)}
        yield snapshot, _validity(issues, number)


def _validity(issues: Issues, number: int) -> Validity:
    """Of a person. The latest issue has been valid since the first of those that followed each other without a gap."""
    snapshot = issues[number]
    if not snapshot.get("valid_until"):
        return FOR_EVER
    first, last = day_of(snapshot.get("date_of_issue")), day_of(snapshot["valid_until"])
    if number == max(issues):
        for earlier in sorted(issues, reverse=True)[1:]:
            if day_of(issues[earlier].get("valid_until")) + 1 < first:
                break
            first = min(first, day_of(issues[earlier].get("date_of_issue")))
    return Validity(first, last)
