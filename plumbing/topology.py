"""The broker's exchanges and queues, by name, and how each is declared: the one place that knows.

    register.rpc          direct   requests, by the name of the service      → rpc.<service>
    certificates.events   topic    the change log, relayed in order          → events.<service>[.<replica>],
                                                                               events.<service>.listening-<…>
       └─ whatever nobody is bound to                                        → certificates.unrouted
    register.dead         topic    what could not be handled, with a reason  → dead.rpc, dead.events

Every connection declares what it uses before it publishes; declaring is idempotent. The arguments of a live queue
cannot be changed (406 PRECONDITION_FAILED): to change them, give the queue a new name.
"""

from __future__ import annotations

import uuid
from typing import Any

from contracts import events

RPC = "register.rpc"
EVENTS = events.EXCHANGE
DEAD = "register.dead"
UNROUTED = "certificates.unrouted"
DEAD_RPC = "dead.rpc"
DEAD_EVENTS = "dead.events"

DELIVERY_LIMIT = 5
DAY = 24 * 3600 * 1000
# A request nobody could answer is of no use tomorrow; an event nobody could handle waits for a person.
DEAD_RPC_ARGUMENTS = {"x-message-ttl": DAY, "x-max-length": 10_000, "x-max-length-bytes": 100_000_000}
# A replica that did not come back within this time has another name, or is gone for good.
REPLICA_QUEUE_EXPIRES = 3600 * 1000


def declare(channel: Any) -> None:
    """Declares what everybody shares. Safe to repeat, by any number of processes at once."""
    channel.exchange_declare(RPC, "direct", durable=True, auto_delete=False)
    channel.exchange_declare(DEAD, "topic", durable=True, auto_delete=False)
    channel.exchange_declare(UNROUTED, "fanout", durable=True, auto_delete=False)
    channel.exchange_declare(
        EVENTS, "topic", durable=True, auto_delete=False, arguments={"alternate-exchange": UNROUTED}
    )
    _queue(channel, UNROUTED, UNROUTED, "", {"x-queue-type": "quorum", "x-max-length": 100_000})
    _queue(channel, DEAD_RPC, DEAD, "rpc.#", DEAD_RPC_ARGUMENTS)
    _queue(channel, DEAD_EVENTS, DEAD, "events.#", {"x-queue-type": "quorum"})


def declare_rpc_queue(channel: Any, service: str) -> str:
    """The queue of requests to ``service``. Classic: its messages are transient and live for seconds."""
    name = f"rpc.{service}"
    _queue(channel, name, RPC, service, _dead_letters_to(name))
    return name


def declare_event_queue(channel: Any, service: str, replica: str | None, routing_key: str) -> str:
    """The queue of events for ``service``, or for one replica of it."""
    name = f"events.{service}.{replica}" if replica else f"events.{service}"
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": DELIVERY_LIMIT, **_dead_letters_to(name)}
    if replica:
        arguments["x-expires"] = REPLICA_QUEUE_EXPIRES
    _queue(channel, name, EVENTS, routing_key, arguments)
    return name


def declare_listening_queue(channel: Any, service: str, routing_key: str) -> str:
    """A queue of events for as long as this connection lasts, for who need not know what happened before.

    It has a name of its own each time, among those that the service's rights at the broker are for.
    """
    name = f"events.{service}.listening-{uuid.uuid4().hex}"
    channel.queue_declare(name, durable=False, exclusive=True, auto_delete=True)
    channel.queue_bind(name, EVENTS, routing_key)
    return name


def _dead_letters_to(queue: str) -> dict[str, Any]:
    return {"x-dead-letter-exchange": DEAD, "x-dead-letter-routing-key": queue}


def _queue(channel: Any, name: str, exchange: str, routing_key: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(name, durable=True, exclusive=False, auto_delete=False, arguments=arguments)
    channel.queue_bind(name, exchange, routing_key)
