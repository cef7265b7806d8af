"""A replica of search that dies and loses its index, while certificates are issued and searches run."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from demonstration.client import Client
from services.search.domain.questions import MOST_SCANNED, read_question
from services.search.index import CertificateIndex
from tests.certificates import a_person_body
from tests.pictures import a_file
from tests.running import Broker, running
from tests.service.search.indexes import scanned
from tests.stack import Register
from tests.waiting import until

REPLICAS = ("search", "search-2")
ISSUERS, SEARCHERS = ("bas-signatory", "sir-signatory"), 2
# Persons in one request.
BATCH = 25
# So many certificates pass before the replica dies, while it is away, and when it is back.
PASSING = 250
WITHIN = 60.0
QUESTIONS = ("", "kim", "Kim Example", "IECEx CP BAS", "IECEx CP BAS 26.0001", "nobody", '"example kim"')


class Load:
    """Issues and searches as fast as it goes, each in threads of its own, until it is stopped."""

    def __init__(self, register: Register) -> None:
        self.issued, self.last_change, self.answers = 0, 0, [0]
        self._register, self._failures = register, list[str]()
        self._enough, self._lock = threading.Event(), threading.Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Fails at the end if anything did."""
        works = [(self._issue, account) for account in ISSUERS] + [(self._search, each) for each in range(SEARCHERS)]
        threads = [threading.Thread(target=self._guarded, args=work) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._enough.set()
            for thread in threads:
                thread.join()
        assert not self._failures, self._failures[:5]

    def pass_by(self, count: int) -> None:
        """Waits until so many more are issued, and as many searches are answered as there are questions."""
        issued, answered = self.issued + count, len(self.answers) + len(QUESTIONS)

        def passed() -> bool:
            assert not self._failures, self._failures[:5]
            return self.issued >= issued and len(self.answers) >= answered

        until(passed, WITHIN, f"{count} more are issued")

    def _guarded(self, work: Callable[[Any], None], argument: Any) -> None:
        try:
            work(argument)
        except Exception as error:  # noqa: BLE001 - reported in the test's own thread
            self._failures.append(repr(error))

    def _issue(self, account: str) -> None:
        client = self._register.log_in(account)
        photo = client.call("POST", "/photos", data=a_file(), headers={"Content-Type": "image/jpeg"}).json()["photo"]
        lines = (json.dumps(a_person_body(photo)) + "\n") * BATCH
        while not self._enough.is_set():
            headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": uuid.uuid4().hex}
            answer = client.call("POST", "/certificates/batch?issue=true", data=lines, headers=headers)
            issued = json.loads(answer.content.splitlines()[-1])["summary"]["issued"]
            assert issued == BATCH, answer.text
            with self._lock:
                self.issued += issued

    def _search(self, first: int) -> None:
        """Each search is tried once."""
        session = requests.Session()
        for q in itertools.islice(itertools.cycle(QUESTIONS), first, None):
            if self._enough.is_set():
                break
            answer = session.get(f"{self._register.url}/api/v1/search", params={"q": q}, timeout=30)
            assert answer.status_code == 200, (q, answer.text)
            self.answers.append(answer.json()["change_no"])


def test_a_replica_that_is_killed_and_wiped_under_load_fails_no_search_and_comes_back_equal(
    register: Register,
) -> None:
    register.start("search-2")
    load = Load(register)
    with load.running():
        wait_serving(register, *REPLICAS)
        load.pass_by(PASSING)
        before = wait_indexed(register, log_end(register))
        answered = len(load.answers)

        register.kill("search-2", signal.SIGKILL)
        shutil.rmtree(register.folder / "index-search-2")
        load.pass_by(PASSING)

        register.start("search-2")
        wait_serving(register, *REPLICAS)
        load.pass_by(PASSING)
    assert min(load.answers[answered + SEARCHERS :]) >= before, "no answer came from an index that was not whole"

    end = wait_indexed(register, log_end(register))
    for name in REPLICAS:
        register.kill(name, signal.SIGTERM)
    register_holds = told(register)
    assert len(register_holds) == load.issued == end
    for folder in ("index", "index-search-2"):
        assert held(register.folder / folder) == register_holds, folder


def wait_serving(register: Register, *names: str) -> None:
    """Until so many replicas take questions."""
    broker = Broker(register.settings.amqp_uri)
    until(
        lambda: broker.consumers("rpc.search") == len(names), WITHIN, f"{' and '.join(names)} take questions", pause=0.1
    )


def wait_indexed(register: Register, change_no: int) -> int:
    """Until each replica says of itself that it has come to this change."""
    reached: set[str] = set()
    with running(register.settings) as outside:

        def all_reached() -> bool:
            status = outside.call("search", "status")
            if status["change_no"] >= change_no:
                reached.add(status["replica"])
            return reached == set(REPLICAS)

        until(all_reached, WITHIN, f"both replicas have come to change {change_no}")
    return change_no


def log_end(register: Register) -> int:
    end: int = Client(register.url).call("GET", "/changes", params={"limit": 1}).json()["last"]
    return end


def told(register: Register) -> dict[str, Any]:
    """What the register told of each certificate last, by number."""
    client, certificates, after = Client(register.url), dict[str, Any](), 0
    while items := client.call("GET", "/changes", params={"after": after, "limit": 500}).json()["items"]:
        certificates |= {item["certificate"]["number"]: item["certificate"] for item in items}
        after = items[-1]["change_no"]
    return certificates


def held(folder: Path) -> dict[str, Any]:
    """All that an index holds, by number."""
    index, position = CertificateIndex(folder), None
    question, certificates = read_question().for_scan(), dict[str, Any]()
    while True:
        page = index.view.scan(question, MOST_SCANNED, position)
        certificates |= {snapshot["number"]: snapshot for snapshot in scanned(page)}
        position = page.next
        if position is None:
            break
    index.close()
    return certificates
