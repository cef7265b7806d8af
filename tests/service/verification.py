"""A small register for the tests of the verification, with something of everything, to be spoilt and healed.

Made without a broker: the two services that write what is verified, called directly, on real databases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from contracts.identity import service_identity
from plumbing.db import Handle, create_engine_for
from plumbing.migrations import ensure_database
from plumbing.settings import database_url_of
from services.certificates import changes
from services.certificates.tables import metadata as certificates_metadata
from services.numbering.tables import metadata as numbering_metadata
from tests.certificates import a_body, somebody
from tests.running import settings_for
from tests.service.certificates import MORNING, Numbering, Office
from tests.service.numbering import numbering
from verification.api import Gateway
from verification.finding import Finding
from verification.invariants import verify

# ruff: noqa: S608 - the statements are made of names of ours
TABLES = {"numbering": numbering_metadata, "certificates": certificates_metadata}
CHANGES = 11


class RealNumbering(Numbering):
    """The numbering service itself in place of the fake one."""

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self.service = numbering(handle, service_identity("certificates"))

    def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
        given: list[dict[str, Any]] = self.service.allocate_many(series=series, owner_ids=owner_ids)
        return given

    def adopt(self, series: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
        adopted: dict[str, Any] = self.service.adopt(series=series, owners=owners)
        return adopted

    def ledger(self, series: str, limit: int) -> dict[str, Any]:
        page: dict[str, Any] = self.service.ledger(series=series, limit=limit)
        return page


class Adopting(RealNumbering):
    """Whoever asks for a number comes with the number ``n``."""

    def __init__(self, handle: Handle, n: int) -> None:
        super().__init__(handle)
        self.n = n

    def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
        owners = [{"n": self.n, "owner_id": owner_id} for owner_id in owner_ids]
        adopted: list[dict[str, Any]] = self.service.adopt(series=series, owners=owners)["adopted"]
        return adopted


def adopt_one(office: Office, n: int) -> None:
    """A draft of BAS that comes with its number."""
    drawing = office.numbering
    office.numbering = Adopting(drawing.service.db, n)
    office.draft()
    office.numbering = drawing


@contextmanager
def office_at(url: str) -> Iterator[Office]:
    """The certificates service on its database, with the real numbering behind it."""
    handles = {name: Handle(create_engine_for(database_url_of(url, name), workers=4)) for name in TABLES}
    try:
        yield Office(handles["certificates"], numbering=RealNumbering(handles["numbering"]))
    finally:
        for handle in handles.values():
            handle.engine.dispose()


@contextmanager
def small_register(url: str, fill: Callable[[Office], None] | None = None) -> Iterator[Copy]:
    """What ``fill`` makes, or the usual one.

    BAS: 1 amended, 2 suspended, 3 cancelled, 4 deleted, 5 a draft, 6 a deleted draft. SIR: 1 reinstated.
    """
    for name, metadata in TABLES.items():
        ensure_database(database_url_of(url, name))
        engine = create_engine_for(database_url_of(url, name))
        metadata.create_all(engine)
        engine.dispose()
    with office_at(url) as office:
        (fill or _fill)(office)
        last = len(office.log())
        with office.handle.begin() as session:
            changes.mark_published(session, last)
    copy = Copy(url)
    copy.keep()
    yield copy
    copy.close()


def _fill(office: Office) -> None:
    secretariat = office.secretariat
    amended = office.issued()
    suspended, cancelled, deleted = [office.issued()["number"] for _ in range(3)]
    office.draft()
    office.pass_time(days=3)
    body = a_body(equipment="Transmitter PX-201")
    office.signatory.edit(number=amended["number"], body=body, version=amended["version"])
    secretariat.suspend(number=suspended, reason="The audit is overdue.")
    today = office.now.date().isoformat()
    secretariat.cancel(number=cancelled, reason="The maker stopped.", date=today, supplied_affected=False)
    secretariat.delete(number=deleted, reason="Issued by mistake.")
    secretariat.delete(number=office.draft()["number"], reason="Drafted by mistake.")
    sira = office.as_(somebody("signatory", "SIR"))
    draft = sira.create_draft(body=a_body())
    sira.issue(number=draft["number"], version=draft["version"])
    secretariat.suspend(number=draft["number"], reason="The audit is overdue.")
    secretariat.reinstate(number=draft["number"], reason="The audit took place.")


@dataclass
class Copy:
    """A register to be spoilt and healed again, which is a second quicker on PostgreSQL than another copy."""

    url: str
    _engines: dict[str, sa.Engine] = field(default_factory=dict)
    _loosened: bool = False

    @property
    def certificates_url(self) -> str:
        return database_url_of(self.url, "certificates")

    def change(self, service: str, *statements: str) -> None:
        """What somebody might do to a database by hand, past all code."""
        with self._engine(service).begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def loosen(self, service: str, table: str) -> None:
        """Makes the table anew without its keys, as a careless restore would."""
        cascade = "" if self.url.startswith("sqlite") else " CASCADE"
        self._loosened = True
        self.change(
            service,
            f"CREATE TABLE loose AS SELECT * FROM {table}",
            f"DROP TABLE {table}{cascade}",
            f"ALTER TABLE loose RENAME TO {table}",
        )

    def keep(self) -> None:
        """From here on ``heal`` leads back to this state."""
        for service, metadata in TABLES.items():
            self.change(service, *(f"CREATE TABLE kept_{t} AS SELECT * FROM {t}" for t in metadata.tables))

    def heal(self) -> None:
        for service, metadata in TABLES.items():
            if self._loosened:
                metadata.drop_all(self._engine(service))
                metadata.create_all(self._engine(service))
            names = [table.name for table in metadata.sorted_tables]
            emptied = [f"DELETE FROM {name}" for name in reversed(names)]
            self.change(service, *emptied, *(f"INSERT INTO {name} SELECT * FROM kept_{name}" for name in names))
        self._loosened = False

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()

    def _engine(self, service: str) -> sa.Engine:
        if service not in self._engines:
            self._engines[service] = sa.create_engine(make_plain(database_url_of(self.url, service)))
        return self._engines[service]

    def findings(self, now: datetime = MORNING + timedelta(days=4), gateways: Sequence[Gateway] = ()) -> dict[str, Any]:
        """Invariant's letter → Finding."""
        settings = settings_for("embedded://register", self.url)
        found: dict[str, Finding] = {finding.invariant[0]: finding for finding in verify(settings, gateways, now)}
        return found


def make_plain(url: str) -> sa.URL:
    parsed = sa.make_url(url)
    return parsed if parsed.get_backend_name() == "sqlite" else parsed.set(drivername="postgresql+psycopg")
