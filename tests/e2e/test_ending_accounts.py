"""An account that is ended at one gateway is ended at every other, on real servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import requests

from gateway.authentication import REMEMBER
from tests.private import free_port
from tests.stack import PASSWORD, Register
from tests.waiting import until

NEW_PASSWORD = "a lantern under the bridge"


@pytest.fixture(scope="module")
def another_gateway(real_register: Register, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A second gateway of the same register: a process of its own, on the same database and broker."""
    port = free_port()
    environment = real_register.environment | {"WEB_ADDRESS": f"127.0.0.1:{port}"}
    second = Register(tmp_path_factory.mktemp("another"), environment, port)
    second.start("gateway-2")
    second.wait_ready()
    yield second
    second.stop()


class Site:
    """A browser's part that matters here. It sends its cookie to both gateways, as behind one address by TLS."""

    def __init__(self) -> None:
        self.cookie = ""

    def get(self, gateway: Register, path: str) -> requests.Response:
        answer = requests.get(gateway.url + path, headers={"Cookie": self.cookie}, allow_redirects=False, timeout=10)
        self._keep(answer)
        return answer

    def send(self, gateway: Register, path: str, **fields: str) -> requests.Response:
        token = re.findall(r'name="csrf_token" value="([0-9a-f]{64})"', self.get(gateway, path).text)[0]
        sent = {"csrf_token": token, **fields}
        answer = requests.post(
            gateway.url + path, data=sent, headers={"Cookie": self.cookie}, allow_redirects=False, timeout=10
        )
        self._keep(answer)
        return answer

    def is_logged_in(self, gateway: Register) -> bool:
        return self.get(gateway, "/account").status_code == 200

    def _keep(self, answer: requests.Response) -> None:
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]


def api(gateway: Register, method: str, path: str, token: str | None, **more: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(method, f"{gateway.url}/api/v1{path}", headers=headers, timeout=10, **more)  # type: ignore[arg-type]


def test_what_is_ended_at_one_gateway_is_over_at_the_other_within_seconds(
    real_register: Register, another_gateway: Register
) -> None:
    name = f"officer-{uuid4()}"
    office = real_register.log_in("secretariat").token
    made = api(real_register, "POST", "/accounts", office, json={"name": name, "role": "author", "excb": "BAS"})
    assert made.status_code == 201
    site, code = Site(), made.json()["invitation"]["code"]
    answer = site.send(
        real_register, "/invitation", name=name, code=code, new_password=NEW_PASSWORD, again=NEW_PASSWORD
    )
    assert answer.status_code == 303
    wanted = {"name": "t", "scopes": ["draft"]}
    token = requests.post(
        f"{real_register.url}/api/v1/tokens", json=wanted, auth=(name, NEW_PASSWORD), timeout=10
    ).json()["token"]
    for gateway in (real_register, another_gateway):
        assert site.is_logged_in(gateway)
        assert api(gateway, "GET", "/mine", token).status_code == 200

    assert api(real_register, "POST", f"/accounts/{name}/renew", office).status_code == 200

    assert not site.is_logged_in(another_gateway), "a session is looked up each time"
    assert not site.is_logged_in(real_register)
    assert api(real_register, "GET", "/mine", token).status_code == 401
    until(
        lambda: api(another_gateway, "GET", "/mine", token).status_code == 401,
        REMEMBER + 1,
        "the other gateway has forgotten the token",
    )
    for gateway in (real_register, another_gateway):
        refused = requests.get(f"{gateway.url}/api/v1/tokens", auth=(name, NEW_PASSWORD), timeout=10)
        assert refused.status_code == 401


def test_a_session_that_began_at_one_gateway_is_good_at_the_other_and_ends_at_both(
    real_register: Register, another_gateway: Register
) -> None:
    site = Site()
    assert site.send(real_register, "/login", name="sir-author", password=PASSWORD).status_code == 303
    copy = Site()
    copy.cookie = site.cookie
    assert copy.is_logged_in(another_gateway)
    token = re.findall(r'name="csrf_token" value="([0-9a-f]{64})"', site.get(another_gateway, "/account").text)[0]
    out = requests.post(
        f"{another_gateway.url}/logout",
        data={"csrf_token": token},
        headers={"Cookie": site.cookie},
        allow_redirects=False,
        timeout=10,
    )
    assert out.status_code == 303
    assert not copy.is_logged_in(real_register)
