"""The demonstration's accounts: the Secretariat, two bodies with their officers, four more bodies."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.identity import Role


@dataclass(frozen=True)
class Account:
    """An account of the gateway; ``country`` is the body's, as its reports are numbered."""

    name: str
    role: Role
    excb: str | None = None
    country: str = ""

    @property
    def description(self) -> str:
        return f"{self.role} of {self.excb}" if self.excb else "suspends, reinstates, cancels, deletes"


SECRETARIAT = Account("secretariat", "secretariat")
NAMED = (
    SECRETARIAT,
    Account("bas-author", "author", "BAS", "GB"),
    Account("bas-signatory", "signatory", "BAS", "GB"),
    Account("bas-administrator", "administrator", "BAS", "GB"),
    Account("sir-author", "author", "SIR", "GB"),
    Account("sir-signatory", "signatory", "SIR", "GB"),
)
FURTHER = tuple(
    Account(f"{excb.lower()}-signatory", "signatory", excb, country)
    for excb, country in (("PTB", "DE"), ("DEK", "NL"), ("TSA", "AU"), ("UL", "US"))
)
ALL = (*NAMED, *FURTHER)
SIGNATORIES = tuple(account for account in ALL if account.role == "signatory")
BODIES = tuple((account.excb or "", account.country) for account in SIGNATORIES)
