"""The rights of deploy/rabbitmq/definitions.json, on a real broker: enough for each service's work, and no more."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import kombu
import pytest

from plumbing import topology
from tests.private import PrivateRabbitMQ

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "rabbitmq"
USERS = ("numbering", "certificates", "search", "export", "gateway", "operator", "jobs")
LISTENERS = ("search", "gateway")
CALLERS = ("certificates", "search", "export", "gateway")
PASSWORD = "a1B2c3D4"


def start_script(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs the start script with a broker that does nothing."""
    return subprocess.run(
        ["sh", DEPLOY / "start.sh"],
        env={"PATH": os.environ["PATH"], "RABBITMQ_SERVER": "true", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def passwords(**overrides: str) -> dict[str, str]:
    return {f"{user.upper()}_BROKER_PASSWORD": PASSWORD for user in USERS} | overrides


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbitMQ]:
    definitions = tmp_path_factory.mktemp("broker") / "definitions.json"
    done = start_script(passwords(DEFINITIONS=str(definitions)))
    assert done.returncode == 0, done.stderr
    broker = PrivateRabbitMQ()
    try:
        broker.start()
        broker.control("import_definitions", str(definitions))
        yield broker
    finally:
        broker.remove()


@contextmanager
def channel_of(broker: PrivateRabbitMQ, user: str) -> Iterator[Any]:
    with kombu.Connection(f"amqp://{user}:{PASSWORD}@127.0.0.1:{broker.port}/register") as connection:
        yield connection.channel()


def refuses(broker: PrivateRabbitMQ, user: str, attempt: Callable[[Any], object]) -> bool:
    """Whether the broker closes the channel for want of a right; of a publish it tells at the next question."""
    with channel_of(broker, user) as channel:
        try:
            attempt(channel)
            channel.basic_qos(0, 1, False)
        except amqp.AccessRefused:
            return True
    return False


@pytest.mark.parametrize("service", ["numbering", "certificates", "search", "export", "gateway"])
def test_a_service_may_do_its_work(broker: PrivateRabbitMQ, service: str) -> None:
    with channel_of(broker, service) as channel:
        topology.declare(channel)
        queue = topology.declare_rpc_queue(channel, service)
        channel.basic_consume(queue, callback=print)
        reply_queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
        channel.basic_consume(reply_queue, callback=print)
        channel.basic_publish(amqp.Message("reply"), exchange="", routing_key=reply_queue)
        channel.basic_publish(amqp.Message("dead"), exchange=topology.DEAD, routing_key=queue)
        if service in LISTENERS:
            events = topology.declare_event_queue(channel, service, "replica-1", "#")
            channel.basic_consume(events, callback=print)
            heard = topology.declare_listening_queue(channel, service, "certificate.#")
            channel.basic_consume(heard, callback=print)
        if service in CALLERS:
            channel.basic_publish(amqp.Message("call"), exchange=topology.RPC, routing_key="numbering")
        if service == "certificates":
            channel.basic_publish(amqp.Message("event"), exchange=topology.EVENTS, routing_key="certificate.issued")
        # A refused publish would have closed the channel by now.
        channel.basic_qos(0, 1, False)


@pytest.mark.parametrize("service", ["numbering", "search", "export", "gateway"])
def test_only_certificates_publishes_events(broker: PrivateRabbitMQ, service: str) -> None:
    with channel_of(broker, "certificates") as channel:
        topology.declare(channel)
    assert refuses(
        broker, service, lambda channel: channel.basic_publish(amqp.Message(""), topology.EVENTS, "certificate.issued")
    )


@pytest.mark.parametrize("service", ["certificates", "search", "export", "gateway"])
def test_only_numbering_takes_its_requests(broker: PrivateRabbitMQ, service: str) -> None:
    with channel_of(broker, "numbering") as channel:
        topology.declare(channel)
        topology.declare_rpc_queue(channel, "numbering")
    assert refuses(broker, service, lambda channel: channel.basic_consume("rpc.numbering"))


def test_numbering_calls_nobody(broker: PrivateRabbitMQ) -> None:
    with channel_of(broker, "certificates") as channel:
        topology.declare(channel)
    assert refuses(
        broker, "numbering", lambda channel: channel.basic_publish(amqp.Message(""), topology.RPC, "certificates")
    )


def test_only_the_operator_reads_dead_letters(broker: PrivateRabbitMQ) -> None:
    with channel_of(broker, "certificates") as channel:
        topology.declare(channel)
    assert refuses(broker, "search", lambda channel: channel.basic_get("dead.events"))
    assert not refuses(broker, "operator", lambda channel: channel.basic_get("dead.events"))


def test_a_batch_job_has_its_own_queues_and_no_calls(broker: PrivateRabbitMQ) -> None:
    with channel_of(broker, "certificates") as channel:
        topology.declare(channel)
    with channel_of(broker, "jobs") as channel:
        channel.queue_declare("jobs.example", durable=True, auto_delete=False)
        channel.queue_bind("jobs.example", topology.EVENTS, "certificate.issued.#")
        channel.basic_consume("jobs.example")
    assert refuses(broker, "jobs", lambda channel: channel.basic_publish(amqp.Message(""), topology.RPC, "numbering"))


def test_the_broker_does_not_start_without_every_password(tmp_path: Path) -> None:
    done = start_script(passwords(SEARCH_BROKER_PASSWORD="", DEFINITIONS=str(tmp_path / "definitions.json")))
    assert done.returncode == 1
    assert "SEARCH_BROKER_PASSWORD" in done.stderr


def test_a_password_that_could_break_out_of_the_file_is_refused(tmp_path: Path) -> None:
    done = start_script(passwords(EXPORT_BROKER_PASSWORD='a", "x', DEFINITIONS=str(tmp_path / "definitions.json")))
    assert done.returncode == 1
