"""The other side of B3: a gateway, a service that gives numbers and one that stores, all as nameko has them.

``python -m bench.stock.drafting gateway|numbers|store port``. One request is two RPCs and one commit in PostgreSQL.
"""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import json
import os
import sys
import uuid
from itertools import count
from typing import Any

import sqlalchemy as sa
from marshmallow import INCLUDE, Schema, fields
from nameko.containers import ServiceContainer
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import http
from sqlalchemy.dialects.postgresql import JSONB

from bench.remote import remote

metadata = sa.MetaData()
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("number", sa.Integer, unique=True),
    sa.Column("content", JSONB),
)


class Party(Schema):
    name = fields.String(required=True)
    address = fields.String(required=True)
    country = fields.String(required=True)


class Draft(Schema):
    """Less than the register checks, as much as an example would."""

    class Meta:
        unknown = INCLUDE

    equipment = fields.String(required=True)
    applicant = fields.Nested(Party, required=True)
    manufacturer = fields.Nested(Party, required=True)
    marking = fields.List(fields.String(), required=True)


class Gateway:
    name = "gateway"
    numbers = RpcProxy("numbers")
    store = RpcProxy("store")

    @http("POST", "/drafts")  # type: ignore[untyped-decorator]
    def create(self, request: Any) -> tuple[int, dict[str, str], str]:
        content = Draft().load(json.loads(request.get_data(as_text=True)))
        number = self.numbers.allocate()
        return 201, {"Content-Type": "application/json"}, json.dumps(self.store.create(number, content))


class Numbers:
    """Without a database: the one commit is the other service's."""

    name = "numbers"
    next = count(1)

    @rpc  # type: ignore[untyped-decorator]
    def allocate(self) -> int:
        return next(self.next)

    @remote  # type: ignore[untyped-decorator]
    def ready(self) -> bool:
        return True


class Store:
    name = "store"
    engine: sa.Engine

    @rpc  # type: ignore[untyped-decorator]
    def create(self, number: int, content: dict[str, Any]) -> dict[str, Any]:
        row = {"id": str(uuid.uuid4()), "number": number, "content": content}
        with self.engine.begin() as connection:
            connection.execute(sa.insert(drafts).values(row))
        return row

    @remote  # type: ignore[untyped-decorator]
    def ready(self) -> bool:
        return True


def main(part: str, port: str) -> None:
    service: Any = {"gateway": Gateway, "numbers": Numbers, "store": Store}[part]
    if service is Store:
        Store.engine = sa.create_engine(os.environ["DATABASE_URL"])
        metadata.create_all(Store.engine)
    config = {"AMQP_URI": os.environ["AMQP_URI"], "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "remote_port": port}
    container = ServiceContainer(service, config)
    container.start()
    container.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
