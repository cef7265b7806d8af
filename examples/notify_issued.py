"""The smallest batch job: prints a line for every certificate that is issued, and misses none.

    AMQP_URI=amqp://jobs:…@broker/register python examples/notify_issued.py

The queue is the job's own. It keeps what comes while the job is away, and what the job did not finish. An event may
come twice, so that the job remembers the last change it dealt with. One that it fails at five times is put aside.
"""

import os
from pathlib import Path
from typing import Any

from kombu import Connection, Exchange, Queue

EVENTS = Exchange("certificates.events", type="topic", no_declare=True)
ASIDE = {"x-dead-letter-exchange": "register.dead", "x-dead-letter-routing-key": "events.jobs.notify-issued"}
ISSUED = Queue(
    "jobs.notify-issued",
    EVENTS,
    routing_key="certificate.issued.#",
    queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": 5, **ASIDE},
)
LAST = Path(os.environ.get("LAST_CHANGE_FILE", "notify_issued.last"))


def notify(event: dict[str, Any], message: Any) -> None:
    last = int(LAST.read_text()) if LAST.exists() else 0
    if event["change_no"] > last:
        certificate = event["certificate"]
        print(f"{certificate['number']} issue {certificate['issue']}: {certificate['scheme']}", flush=True)
        LAST.write_text(str(event["change_no"]))
    message.ack()


with Connection(os.environ["AMQP_URI"], heartbeat=30) as connection:
    with connection.Consumer([ISSUED], callbacks=[notify], accept=["json"], prefetch_count=10):
        while True:
            connection.drain_events()
