"""A drawing, the sidebar and the server at once: whatever overtakes what, all come to agree."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import streamlit
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pdviz.ui import session
from pdviz.ui.state.state import State


def take(state: State, value: Any) -> tuple[State, None]:
    return state.put(wing=value["wing"]), None


class Drawing:
    """What the browser does, as wire.js has it: it shows its own edits before they are answered."""

    def __init__(self) -> None:
        self.rev, self.seq, self.wing = -1, 0, -1

    def edit(self, wing: int) -> dict[str, Any]:
        self.seq += 1
        self.wing = wing
        return {"rev": self.rev, "seq": self.seq, "value": {"wing": wing}}

    def receive(self, rev: int, seq: int, wing: int) -> None:
        if rev == self.rev and seq < self.seq:
            return
        self.rev, self.seq = rev, max(self.seq, seq)
        self.wing = wing


class Session(RuleBasedStateMachine):
    """Edits are sent and answered in order, each after any time; runs take what was sent last."""

    @initialize(alone=st.booleans())
    def open(self, alone: bool) -> None:
        self.alone = alone  # nobody touches the sidebar
        self.moved = self.last = State().kernel.wing
        self.ruling: int | None = None  # what the sidebar said, until the hand answers to it
        self.ruled = 0
        self.cut = False
        self.receipts = 0
        self.kept: dict[str, Any] = {}
        self.drawing = Drawing()
        self.answers: list[tuple[int, int, int]] = []
        self.sendings = 0
        self.edits: list[dict[str, Any]] = []
        with self.server():
            session.open_session()
        self.run()
        self.answer()

    def server(self) -> Any:
        query = SimpleNamespace(to_dict=dict)
        return mock.patch.multiple(streamlit, session_state=self.kept, query_params=query)

    def fresh(self) -> int:
        """A value that nobody has chosen before."""
        self.last += 1
        return self.last

    @rule()
    def the_hand_edits(self) -> None:
        self.moved = self.fresh()
        self.edits.append(self.drawing.edit(self.moved))
        if self.receipts >= self.ruled:
            self.ruling = None

    @precondition(lambda self: self.edits)
    @rule()
    def an_edit_arrives(self) -> None:
        self.kept["editor"] = {"edit": self.edits.pop(0)}

    @precondition(lambda self: not self.alone)
    @rule()
    def the_sidebar_edits(self) -> None:
        """In a run that takes, after it, what the drawing has sent."""
        wing, cut = self.fresh(), self.cut
        with self.server():
            self.kept["state"] = session.current().put(wing=wing)
            session.take_edits("page")
        self.send()
        # After a run that was cut short the server does not know what the drawing shows.
        self.ruling = wing if self.kept["state"].kernel.wing == wing and not cut else None
        self.ruled = self.sendings

    @rule()
    def run(self) -> None:
        with self.server():
            session.take_edits("page")
        self.send()

    @rule()
    def a_run_is_cut_short(self) -> None:
        """By a newer one, before the drawing is told anything."""
        with self.server():
            session.take_edits("page")
        self.cut = True

    def send(self) -> None:
        with self.server():
            wing_now = session.current().kernel.wing
            send = session.channel("editor", (wing_now,), take)
        self.sendings += 1
        self.cut = False
        self.answers.append((send["rev"], send["seq"], wing_now))

    @precondition(lambda self: self.answers)
    @rule()
    def answer(self) -> None:
        self.receipts += 1
        self.drawing.receive(*self.answers.pop(0))

    @rule()
    def a_last_edit_of_the_hand_holds(self) -> None:
        """Once everything has arrived, what the hand does is what the server has."""
        self.all_arrives()
        self.the_hand_edits()
        self.all_arrives()
        assert self.drawing.wing == self.kept["state"].kernel.wing == self.moved

    def all_arrives(self) -> None:
        while self.edits:
            self.an_edit_arrives()
            self.run()
        self.run()
        while self.answers:
            self.answer()

    @invariant()
    def an_acknowledged_number_is_one_that_was_sent(self) -> None:
        for _, sequence, _ in getattr(self, "answers", []):
            assert 0 <= sequence <= self.drawing.seq

    @invariant()
    def what_the_hand_did_stays(self) -> None:
        if hasattr(self, "answers") and self.alone:
            assert self.drawing.wing == self.moved

    @invariant()
    def a_change_in_the_sidebar_is_not_undone_by_an_edit_made_before_it(self) -> None:
        if getattr(self, "ruling", None) is not None:
            assert self.kept["state"].kernel.wing == self.ruling

    def teardown(self) -> None:
        if hasattr(self, "kept"):
            self.all_arrives()
            assert self.drawing.wing == self.kept["state"].kernel.wing


TestSession = Session.TestCase
TestSession.settings = settings(max_examples=300, stateful_step_count=30)
