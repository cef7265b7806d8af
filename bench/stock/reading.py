"""The other side of B2: a gateway and a service that reads one row of PostgreSQL, all as nameko has them.

``python -m bench.stock.reading gateway|store port``. One request is one RPC and one SELECT by the primary key; what it
answers is what the register answers of the same certificates.
"""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import json
import os
import sys
from typing import Any

import sqlalchemy as sa
from nameko.containers import ServiceContainer
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import http
from sqlalchemy.dialects.postgresql import JSONB

from bench.remote import remote

metadata = sa.MetaData()
certificates = sa.Table(
    "certificates", metadata, sa.Column("number", sa.String(40), primary_key=True), sa.Column("content", JSONB)
)


class Gateway:
    name = "gateway"
    store = RpcProxy("store")

    @http("GET", "/certificates/<string:number>")  # type: ignore[untyped-decorator]
    def get(self, _request: Any, number: str) -> tuple[int, dict[str, str], str]:
        return 200, {"Content-Type": "application/json"}, json.dumps(self.store.get(number))


class Store:
    name = "store"
    engine: sa.Engine

    @rpc  # type: ignore[untyped-decorator]
    def get(self, number: str) -> dict[str, Any]:
        asked = sa.select(certificates.c.content).where(certificates.c.number == number)
        with self.engine.connect() as connection:
            content: dict[str, Any] = connection.execute(asked).scalar_one()
        return content

    @remote  # type: ignore[untyped-decorator]
    def keep(self, rows: list[dict[str, Any]]) -> None:
        """Stores ``{"number", "content"}`` rows."""
        with self.engine.begin() as connection:
            connection.execute(sa.insert(certificates), rows)


def main(part: str, port: str) -> None:
    service: Any = {"gateway": Gateway, "store": Store}[part]
    if service is Store:
        Store.engine = sa.create_engine(os.environ["DATABASE_URL"])
        metadata.create_all(Store.engine)
    config = {"AMQP_URI": os.environ["AMQP_URI"], "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "remote_port": port}
    container = ServiceContainer(service, config)
    container.start()
    container.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
