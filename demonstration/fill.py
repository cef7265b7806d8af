"""``make demo-data N=10000``: generated certificates, drafted and issued over HTTP by several clients at once.

Each has its Idempotency-Key, so that an interrupted run is simply started again.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

from tqdm import tqdm

from demonstration import accounts
from demonstration.client import Client, is_ready
from demonstration.generate import SEED, invent
from demonstration.surroundings import CannotStart

CLIENTS = 8
# Not the series of the forty that every demonstration has.
FILL_SEED = SEED + 1


class Filler:
    """Clients with a token for each body, one set of connections a thread."""

    def __init__(self, url: str, password: str) -> None:
        self._url = url
        logins = {account.excb: Client.log_in(url, account.name, password) for account in accounts.SIGNATORIES}
        self._tokens = {excb: client.token for excb, client in logins.items()}
        self._of_thread = threading.local()

    def make(self, index: int) -> None:
        """Drafts and issues the certificate ``index``, unless that was done before. Raises Refused."""
        invented = invent(index, accounts.BODIES, FILL_SEED)
        client = self._clients()[invented.excb]
        answer = client.create(invented.body, f"generated-{FILL_SEED}-{index}")
        if answer.json()["status"] == "draft":
            client.issue(answer.json()["number"], answer.headers["ETag"])

    def _clients(self) -> dict[str | None, Client]:
        if not hasattr(self._of_thread, "clients"):
            self._of_thread.clients = {excb: Client(self._url, token) for excb, token in self._tokens.items()}
        clients: dict[str | None, Client] = self._of_thread.clients
        return clients


def fill(url: str, password: str, count: int) -> None:
    """Makes the certificates 0 … ``count`` - 1 of the generated series.

    Raises CannotStart when there is no register, else what the first failing certificate raised.
    """
    if not is_ready(url):
        raise CannotStart(f"No register answers at {url}. Start one first: make run, in another terminal.")
    filler = Filler(url, password)
    progress = tqdm(total=count, unit=" certificates", smoothing=0.05, mininterval=0.5)
    with ThreadPoolExecutor(CLIENTS) as pool, progress:
        indexes = iter(range(count))
        # A few at a time, so that Ctrl-C ends it soon and a million of them take no memory.
        running = {pool.submit(filler.make, index) for index in islice(indexes, 2 * CLIENTS)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            done.result()
            progress.update()
            running |= {pool.submit(filler.make, index) for index in islice(indexes, 1)}
