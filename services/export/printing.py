"""Documents on request: certificates, the ID cards of persons, summaries of reports.

Drafts reach nobody but those to whom the certificates service shows them: it decides that anew each time, before
anything kept is looked for.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from typing import Any

from contracts.copies import Copy
from contracts.errors import Forbidden, InvalidInput, NotFound
from plumbing.dependencies import BlobStore, Config
from plumbing.rpc import Call, RpcClient, rpc
from services.export import cards
from services.export.document import Facts, Printed, Reference, filename_of, path_of
from services.export.press import Press, reference_of
from services.export.report import report_facts, report_identity
from services.export.signing import Signing

PDF = "application/pdf"


class Printing(Signing):
    """Each method answers ``{"blob", "filename", "content_type", "length", "etag"}``.

    Raises what the certificates service raises, and Unavailable.
    """

    call: Any = Call()
    settings: Any = Config()
    blobs: Any = BlobStore()
    certificates: Any = RpcClient("certificates")

    @rpc
    def certificate_pdf(self, number: str, issue: int | None = None) -> dict[str, Any]:
        """The latest public issue, or the one asked for; whoever may see a draft gets a preview of it."""
        printed = self._printed(number, issue)
        key, identity, length = self.press.certificate(
            printed, lambda: self.certificates, self._reference, self._patience()
        )
        return _file(key, filename_of(printed.certificate), length, identity)

    @rpc
    def card_pdf(self, number: str) -> dict[str, Any]:
        """The ID card of a person, front and back, in the size of a credit card; a status that is not good is on it.

        Raises InvalidInput for other schemes, NotFound while nothing is issued.
        """
        printed = self._printed(number, None)
        if reason := cards.unprintable(printed):
            raise reason
        identity = printed.identity(self.settings.public_url, self.press.look)
        key = f"cards/{identity}.pdf"
        length = self.press.size_of(key) or self._draw_cards(key, "card", [printed], printed.copy_as("card"))
        return _file(key, f"card-{filename_of(printed.certificate)}", length, identity)

    @rpc
    def cards_pdf(self, numbers: list[str]) -> dict[str, Any]:
        """Sheets of A4 with eight cards each, fronts and then backs, to be printed on both sides; the Secretariat's.

        Only a printer reads them, so that they are not signed; each card alone is.

        Raises Forbidden, and InvalidInput that names every number of which no valid card can be made.
        """
        if self.call.identity.role != "secretariat":
            raise Forbidden("Cards are printed by the Secretariat.")
        cards.check_numbers(numbers)
        printed, errors = [], []
        for place, number in enumerate(numbers):
            try:
                printed.append(cards.in_force(self._printed(number, None)))
            except (InvalidInput, NotFound) as error:
                errors.append({"field": f"numbers.{place}", "text": error.message})
        if errors:
            raise InvalidInput.fields(errors)
        identities = [one.identity(self.settings.public_url, self.press.look) for one in printed]
        identity = hashlib.sha256(json.dumps(identities).encode()).hexdigest()
        key = f"cards/{identity}.pdf"
        length = self.press.size_of(key) or self._draw_cards(key, "cards", printed)
        return _file(key, f"cards-{self.clock():%Y-%m-%d}.pdf", length, identity)

    @rpc
    def report_pdf(self, number: str) -> dict[str, Any]:
        """The public summary of a report, of the issue that the number names or of the latest one."""
        report, public_url, press = self.certificates.report(number=number), self.settings.public_url, self.press
        identity = report_identity(report, public_url, press.look)
        path = path_of(report["number"])
        key = f"documents/{path}/change-{report['change_no']}-{identity[:32]}.pdf"
        length = press.size_of(key)
        if not length:
            facts = report_facts(report, self._reference(), public_url) | press.signer
            seal = press.seal(Copy("report", report["number"], report["issue"], report["change_no"]), self.certificates)
            length = press.draw(key, "report", facts, self._patience(), seal)
        return _file(key, f"{path}-summary.pdf", length, identity)

    @property
    def press(self) -> Press:
        return Press(self.blobs, self.workers, self.settings.public_url, self.check_may_sign)

    def _printed(self, number: str, issue: int | None) -> Printed:
        return self.press.printed(self._issue_of(number, issue), self.certificates, self.clock().date())

    def _issue_of(self, number: str, issue: int | None) -> Facts:
        neighbour = self.certificates
        found: Facts = (
            neighbour.get(number=number) if issue is None else neighbour.get_issue(number=number, issue=issue)
        )
        return found

    def _reference(self) -> Reference:
        return reference_of(self.certificates)

    def _patience(self) -> float:
        """Drawing goes on when the caller's time is over: the next one finds the document there."""
        return max(0.1, float(self.call.remaining()))

    def _draw_cards(self, key: str, template: str, printed: list[Printed], copy: Copy | None = None) -> int:
        reference, public_url = self._reference(), self.settings.public_url
        seal = self.press.seal(copy, self.certificates) if copy else None
        with ExitStack() as files:
            faces: list[Facts] = [
                cards.face(one, reference, public_url)
                | {"photo_file": files.enter_context(self.press.photo_file(one.photo))}
                for one in printed
            ]
            return self.press.draw(key, template, {"cards": faces}, self._patience(), seal)


def _file(key: str, filename: str, length: int, identity: str) -> dict[str, Any]:
    return {"blob": key, "filename": filename, "content_type": PDF, "length": length, "etag": identity[:32]}
