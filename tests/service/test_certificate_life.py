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
    latest: int = 0
    # The text of the draft of the next issue, where there is one.
    next_text: int | None = None
    # What its body asked the Secretariat for, and the request's id.
    asked: tuple[str, str] | None = None

    def may_edit(self, who: Identity, today: date) -> bool:
        if who.role == "secretariat":
            return self.status != "deleted"
        if self.status == "draft":
            return who.excb == "BAS" and who.role in ("author", "signatory")
        in_time = self.issued_on is not None and today <= self.issued_on + timedelta(days=14)
        return self.status == "current" and in_time and who.excb == "BAS" and who.role == "signatory"

    def may_issue(self, who: Identity) -> bool:
        return self.status in ("draft", "current") and who.excb == "BAS" and who.role == "signatory"

    def may_draft_next(self, who: Identity) -> bool:
        return self.status == "current" and self.next_text is None and writes(who)


def writes(who: Identity) -> bool:
    return who.excb == "BAS" and who.role in ("author", "signatory")


def body(text: int, issue: int) -> dict[str, Any]:
    """Text 0 is the builder's own. What changed is told from issue 1 on."""
    changes = {"changes": "Another text."} if issue else {}
    return a_body(schedule=f"Text {text}.", **changes) if text else a_body(**changes)


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
        expected = same or model.may_edit(who, self.office.now.date())
        sent = {"body": body(text, model.latest), "version": self.version(number), "reason": "A slip."}
        if self.tries(who, "edit", expected, number=number, **sent):
            model.text = text

    @rule(number=numbers, who=people)
    def issue(self, number: str, who: Identity) -> None:
        model = self.models[number]
        version = self.version(number)
        if model.next_text is not None and model.status != "deleted":
            version = self.office.secretariat.get_issue(number=number, issue=model.latest + 1)["version"]
        if not self.tries(who, "issue", model.may_issue(who), number=number, version=version):
            return
        if model.next_text is not None:
            model.text, model.latest, model.next_text = model.next_text, model.latest + 1, None
            model.issued_on = self.office.now.date()
        model.issued_on = model.issued_on or self.office.now.date()
        model.status, model.was_public = "current", True

    @rule(number=numbers, who=people, text=st.integers(0, 3))
    def draft_next(self, number: str, who: Identity, text: int) -> None:
        model = self.models[number]
        sent = body(text, model.latest + 1)
        if self.tries(who, "create_issue", model.may_draft_next(who), number=number, body=sent):
            model.next_text = text

    @rule(number=numbers, who=people)
    def give_up_next(self, number: str, who: Identity) -> None:
        model = self.models[number]
        may = who.role == "secretariat" or (who.role in ("author", "signatory") and who.excb == "BAS")
        expected = may and model.next_text is not None and model.status != "deleted"
        if self.tries(who, "delete_draft", expected, number=number, issue=model.latest + 1):
            model.next_text = None

    @rule(number=numbers, who=people, action=st.sampled_from(["suspend", "reinstate", "cancel"]))
    def ask(self, number: str, who: Identity, action: str) -> None:
        model = self.models[number]
        possible = model.status in ACTIONS[action][0] and (model.asked is None or model.asked[0] == action)
        details = {"date": self.office.now.date().isoformat(), "supplied_affected": True, "reason": "Please."}
        if model.asked and model.asked[0] == action:
            # The same request again is the same one; with another date it is another.
            possible, details = False, {"date": "2026-11-20", "reason": "Otherwise."}
        if self.tries(who, "ask", writes(who) and possible, number=number, action=action, **details):
            request = self.office.secretariat.requests(state="open", limit=100)["items"]
            model.asked = (action, next(row["id"] for row in request if row["number"] == number))

    @rule(number=numbers, who=people, approved=st.booleans())
    def answer(self, number: str, who: Identity, approved: bool) -> None:
        model = self.models[number]
        if model.asked is None:
            return
        action, request = model.asked
        if approved:
            expected = who.role == "secretariat" and model.status in ACTIONS[action][0]
            if self.tries(who, "approve", expected, id=request):
                model.status, model.asked = ACTIONS[action][1], None
        elif self.tries(who, "reject", who.role == "secretariat", id=request, reason="No."):
            model.asked = None

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
    def every_issue_stays_readable_under_the_status_of_the_certificate(self) -> None:
        for number, model in self.models.items():
            if model.was_public and model.status != "deleted":
                issues = [self.office.public.get_issue(number=number, issue=issue) for issue in range(model.latest + 1)]
                assert [found["status"] for found in issues] == [model.status] * (model.latest + 1)

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
        settings=settings(max_examples=40, stateful_step_count=30, suppress_health_check=list(HealthCheck)),
    )
