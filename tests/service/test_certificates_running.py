"""The certificates service as it runs: called over RabbitMQ, asking for numbers, its log relayed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors import Forbidden, MalformedCall
from contracts.events import EXCHANGE
from contracts.identity import service_identity
from plumbing import migrations
from plumbing.db import Handle, create_engine_for
from plumbing.rpc import Call, rpc
from plumbing.settings import database_url_of
from services.certificates import reference
from services.certificates.service import Certificates
from tests.certificates import AUTHOR, SIGNATORY, a_body
from tests.running import Broker, running, settings_for
from tests.service.certificates import Numbering


class FakeNumbering:
    """Numbering behind RPC; it must see the body that asks."""

    name = "numbering"
    call = Call()
    book = Numbering()

    @rpc
    def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
        assert self.call.identity == service_identity("certificates")
        return self.book.allocate_many(series, owner_ids)


@pytest.fixture
def handle(database_url: str) -> Iterator[Handle]:
    """The service's own database, as its migrations and the reference data make it."""
    url = database_url_of(database_url, "certificates")
    migrations.upgrade("certificates", url)
    handle = Handle(create_engine_for(url))
    reference.load(handle)
    yield handle
    handle.engine.dispose()


def test_what_is_issued_is_told_to_the_world_as_it_stands_in_the_log(
    amqp_uri: str, database_url: str, handle: Handle
) -> None:
    FakeNumbering.book = Numbering()
    broker = Broker(amqp_uri)
    with running(settings_for(amqp_uri, database_url), FakeNumbering, Certificates) as services:
        with broker.channel() as channel:
            channel.queue_declare("listener", durable=True, exclusive=False, auto_delete=False)
            channel.queue_bind("listener", EXCHANGE, "certificate.issued.equipment.*")
        draft = services.call("certificates", "create_draft", identity=AUTHOR, body=a_body(), idempotency_key="k")
        assert draft["number"] == "IECEx BAS 26.0001"
        arguments = {"number": draft["number"], "version": draft["version"]}
        issued = services.call("certificates", "issue", identity=SIGNATORY, **arguments)
        ((body, _headers),) = broker.take_all("listener", 1)
        with handle.read() as session:
            assert body.decode() == session.connection().exec_driver_sql("SELECT envelope FROM changes").scalar()
        assert services.call("certificates", "get", number="bas 26.0001") == issued
        with pytest.raises(Forbidden):
            services.call("certificates", "suspend", identity=SIGNATORY, number=draft["number"], reason="Mine.")
        with pytest.raises(MalformedCall):
            services.call("certificates", "reference", table="accounts")
