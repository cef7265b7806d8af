"""The life of certificates as a game: anybody tries anything, and a model of fifteen lines says what holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from contracts.errors import Gone, NotFound, RegisterError
from contracts.identity import GUEST, ROLES, Identity, service_identity
from plumbing.db import Handle, create_engine_for
from services.certificates.tables import metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office

PEOPLE = [somebody(role, excb) for role in ROLES for excb in ("BAS", "SIR")]
ACTIONS = {
    "suspend": ({"current"}, "suspended"),
    "reinstate": ({"suspended"}, "current"),
    "cancel": ({"current", "suspended"}, "cancelled"),
    "delete": ({"draft", "current", "suspended", "cancelled"}, "deleted"),
}


@dataclass
class Model:
    """What the scheme says of one certificate of BAS."""

    status: str = "draft"
    issued_on: date | None = None
    was_public: bool = False
    text: int = 0

    def may_edit(self, who: Identity, today: date) -> bool:
        if who.role == "secretariat":
            return self.status != "deleted"
        if self.status == "draft":
            return who.excb == "BAS" and who.role in ("author", "signatory")
        in_time = self.issued_on is not None and today <= self.issued_on + timedelta(days=14)
        return self.status == "current" and in_time and who.excb == "BAS" and who.role == "signatory"

    def may_issue(self, who: Identity) -> bool:
        return self.status in ("draft", "current") and who.excb == "BAS" and who.role == "signatory"


class Life(RuleBasedStateMachine):
    numbers = Bundle("numbers")
    people = st.sampled_from(PEOPLE)

    @initialize()
    def open(self) -> None:
        handle = Handle(create_engine_for("sqlite://"))
        metadata.create_all(handle.engine)
        self.office = Office(handle)
        self.models: dict[str, Model] = {}

    def teardown(self) -> None:
        self.office.handle.engine.dispose()

    def tries(self, who: Identity, method: str, expected: bool, **arguments: Any) -> bool:
        """Whether it worked; AssertionError when the model says otherwise."""
        refused = None
        try:
            getattr(self.office.as_(who), method)(**arguments)
        except RegisterError as error:
            refused = error
        assert expected == (refused is None), f"{who} {method}: {refused or 'done'}"
        return expected

    def version(self, number: str) -> str:
        if self.models[number].status == "deleted":
            return "1"
        return str(self.office.secretariat.get(number=number)["version"])

    @rule(target=numbers)
    def draft(self) -> str:
        number = str(self.office.draft()["number"])
        assert number not in self.models
        self.models[number] = Model()
        return number

    @rule(number=numbers, who=people, text=st.integers(0, 3))
    def edit(self, number: str, who: Identity, text: int) -> None:
        model = self.models[number]
        same = model.text == text and who.excb == "BAS" and who.role == "signatory" and model.status != "deleted"
        body = a_body(schedule=f"Text {text}.") if text else a_body()
        expected = same or model.may_edit(who, self.office.now.date())
        if self.tries(who, "edit", expected, number=number, body=body, version=self.version(number), reason="A slip."):
            model.text = text

    @rule(number=numbers, who=people)
    def issue(self, number: str, who: Identity) -> None:
        model = self.models[number]
        if self.tries(who, "issue", model.may_issue(who), number=number, version=self.version(number)):
            model.issued_on = model.issued_on or self.office.now.date()
            model.status, model.was_public = "current", True

    @rule(number=numbers, who=people, action=st.sampled_from(sorted(ACTIONS)))
    def decide(self, number: str, who: Identity, action: str) -> None:
        model, (sources, target) = self.models[number], ACTIONS[action]
        details = {"date": self.office.now.date().isoformat(), "supplied_affected": True} if action == "cancel" else {}
        expected = who.role == "secretariat" and model.status in sources
        if self.tries(who, action, expected, number=number, reason="Decided.", **details):
            model.status = target

    @rule(days=st.integers(1, 8))
    def time_passes(self, days: int) -> None:
        self.office.pass_time(days=days)

    @rule()
    def the_sweeper_comes(self) -> None:
        self.office.as_(service_identity("certificates")).sweep()

    @invariant()
    def the_public_sees_what_was_published_and_never_a_draft(self) -> None:
        for number, model in self.models.items():
            assert seen_by(self.office.as_(GUEST), number) == (model.status if model.was_public else "nothing")

    @invariant()
    def the_log_tells_the_whole_story(self) -> None:
        log = self.office.log()
        assert [change["change_no"] for change in log] == list(range(1, len(log) + 1))
        told = {change["certificate"]["number"]: change["certificate"] for change in log}
        assert {number for number, model in self.models.items() if model.was_public} == told.keys()
        for number, certificate in told.items():
            if certificate["status"] != "deleted":
                assert certificate == without_version(self.office.public.get(number=number))


def seen_by(reader: Any, number: str) -> str:
    try:
        return str(reader.get(number=number)["status"])
    except Gone:
        return "deleted"
    except NotFound:
        return "nothing"


def without_version(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "version"}


def test_whatever_anybody_tries_the_scheme_holds() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
