"""A drawing, the sidebar and a server whose sessions end: whatever overtakes what, all agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest import mock

import streamlit
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pdviz.ui import session
from pdviz.ui.state.link import to_query
from pdviz.ui.state.state import State


def take(state: State, value: Any) -> tuple[State, None]:
    return state.put(wing=value["wing"]), None


class Drawing:
    """What the browser does, as `edit_stream.js` has it: it shows its edits before their answers.

    An edit that no answer has acknowledged is sent again to the next session, and by the drawing
    that takes this one's place on another page.
    """

    def __init__(self, page: int = 0, before: Drawing | None = None) -> None:
        self.page = page
        self.rev, self.seq, self.wing = -1, 0, -1
        self.outbox = self.inherited = before.outbox if before else None
        if self.outbox is not None:
            self.rev, self.seq = self.outbox["rev"], self.outbox["seq"]
            self.wing = self.outbox["value"]["wing"]

    def edit(self, wing: int) -> dict[str, Any]:
        self.seq += 1
        self.wing = wing
        self.outbox = {"rev": self.rev, "seq": self.seq, "value": {"wing": wing}}
        return self.outbox

    def receive(self, rev: int, seq: int, wing: int) -> dict[str, Any] | None:
        """Take an answer; return the edit that is sent again."""
        if rev == self.rev and seq < self.seq:
            inherited, self.inherited = self.inherited, None
            mine = inherited is None or inherited is not self.outbox
            return None if mine else self.edit(inherited["value"]["wing"])
        self.inherited = None
        other_session = rev // session.SESSION_REVISIONS != self.rev // session.SESSION_REVISIONS
        if self.outbox is not None and other_session:
            self.rev, self.seq = rev, seq
            return self.edit(self.outbox["value"]["wing"])
        self.outbox = None
        self.rev, self.seq = rev, max(self.seq, seq)
        self.wing = wing
        return None


@dataclass
class Answer:
    """What a run sends: a link, if it wrote one, and before or after it what the drawing gets."""

    rev: int
    seq: int
    wing: int
    number: int
    page: int
    link: dict[str, str] | None


class Session(RuleBasedStateMachine):
    """Edits are sent and answered in order, each after any time; runs take what was sent last."""

    @initialize(alone=st.booleans())
    def open(self, alone: bool) -> None:
        self.alone = alone  # nobody touches the sidebar
        self.moved = self.last = 0
        self.ruling: int | None = None  # what the sidebar said, until the hand answers to it
        self.ruled = 0
        self.cut = False
        self.receipts = 0
        self.kept: dict[str, Any] = {}
        self.page = 0
        self.drawing = Drawing()
        self.answers: list[Answer] = []
        self.sendings = 0
        self.edits: list[tuple[dict[str, Any], dict[str, str], int]] = []
        self.address = {"wing": "0"}  # what the browser's address bar has
        self.query = self.address  # what the server received with the last message
        self.sessions = 0
        self.connected = True
        self.begin_session()
        self.answer()

    def begin_session(self) -> None:
        self.kept = {}
        self.sessions += 1
        self.run_in_full()

    def run_in_full(self, in_history: bool = False) -> None:
        self.query = self.address
        with self.server(), mock.patch.object(session, "_in_history", return_value=in_history):
            session.open_session()
        self.run()

    @contextmanager
    def server(self) -> Iterator[None]:
        query = SimpleNamespace(to_dict=lambda: self.query, from_dict=self.write)
        patch, revision = mock.patch.multiple, self.sessions * session.SESSION_REVISIONS
        with (
            patch(streamlit, session_state=self.kept, query_params=query),
            patch(session, _random_revision=lambda: revision),
        ):
            yield

    def write(self, link: dict[str, str]) -> None:
        self.query = self.sent_link = link

    def fresh(self) -> int:
        """A value that nobody has chosen before."""
        self.last += 1
        return self.last

    @rule()
    def the_hand_edits(self) -> None:
        self.moved = self.fresh()
        self.send_edit(self.drawing.edit(self.moved))
        if self.receipts >= self.ruled:
            self.ruling = None

    def send_edit(self, edit: dict[str, Any] | None) -> None:
        if edit is not None and self.connected:
            self.edits.append((edit, self.address, self.drawing.page))

    @precondition(lambda self: self.connected)
    @rule()
    def the_connection_is_cut(self) -> None:
        """What is on its way is lost."""
        self.connected = False
        self.edits.clear()
        self.answers.clear()

    @precondition(lambda self: not self.connected)
    @rule(same=st.booleans())
    def the_connection_is_back(self, same: bool) -> None:
        """To the same session, or to a new one; the page runs in full, with the last edit sent."""
        self.connected = True
        if not same:
            self.begin_session()
            self.ruling = None  # an edit that nobody acknowledged may be older, and is sent again
        if self.drawing.outbox is not None:
            self.kept["editor"] = {"edit": self.drawing.outbox}
        self.run_in_full()

    @precondition(lambda self: self.edits)
    @rule()
    def an_edit_arrives(self) -> None:
        edit, query, page = self.edits.pop(0)
        if page == self.page:  # else of a drawing that is no more
            self.kept["editor"], self.query = {"edit": edit}, query

    @precondition(lambda self: self.connected)
    @rule(detour=st.booleans())
    def the_hand_opens_another_page(self, detour: bool) -> None:
        """Its address has no parameters yet; on a detour over one that has no drawing."""
        self.page += 1
        self.address = {}
        if detour:
            self.query = {}
            with self.server():
                session.take_edits("without")
                if not self.alone:
                    self.ruling, self.ruled = self.fresh(), self.sendings + 1
                    self.kept["state"] = session.current().put(wing=self.ruling)
            self.edits.clear()
            self.kept.pop("editor", None)
        self.run_in_full()
        self.kept.pop("editor", None)

    @precondition(lambda self: self.connected and not self.alone)
    @rule()
    def the_sidebar_edits(self) -> None:
        """In a run that takes, after it, what the drawing has sent."""
        wing, cut = self.fresh(), self.cut
        with self.server():
            self.kept["state"] = session.current().put(wing=wing)
            session.take_edits(f"page {self.page}")
        self.send()
        # After a run that was cut short the server does not know what the drawing shows.
        self.ruling = wing if self.kept["state"].kernel.wing == wing and not cut else None
        self.ruled = self.sendings

    @precondition(lambda self: self.connected)
    @rule()
    def run(self) -> None:
        with self.server():
            session.take_edits(f"page {self.page}")
        self.send()

    @precondition(lambda self: self.connected)
    @rule()
    def a_run_is_cut_short(self) -> None:
        """By a newer one, before the drawing is told anything."""
        with self.server():
            session.take_edits(f"page {self.page}")
        self.cut = True

    def send(self) -> None:
        self.sent_link: dict[str, str] | None = None
        with self.server():
            session.write_link()
            wing = session.current().kernel.wing
            stamp = session.channel("editor", (wing,), take)
        self.sendings += 1
        self.cut = False
        link = self.sent_link
        self.answers.append(
            Answer(**stamp, wing=wing, number=self.sendings, page=self.page, link=link)
        )

    @precondition(lambda self: self.answers)
    @rule()
    def answer(self) -> None:
        answer = self.answers.pop(0)
        self.receipts = answer.number
        self.address = self.address if answer.link is None else answer.link
        if answer.page != self.drawing.page:
            self.drawing = Drawing(answer.page, self.drawing)
        self.send_edit(self.drawing.receive(answer.rev, answer.seq, answer.wing))

    @rule()
    def a_last_edit_of_the_hand_holds(self) -> None:
        """Once everything has arrived, what the hand does is what the server has."""
        self.all_arrives()
        self.the_hand_edits()
        self.all_arrives()
        assert self.drawing.wing == self.kept["state"].kernel.wing == self.moved

    @rule(wing=st.integers(0, 64))
    def the_hand_steps_through_the_history(self, wing: int) -> None:
        """Once everything has arrived; to a link that may be the same."""
        self.all_arrives()
        self.address, self.ruling = to_query(State().put(wing=wing)), None
        self.run_in_full(in_history=True)
        self.all_arrives()
        self.moved = self.drawing.wing
        assert self.kept["state"].kernel.wing == wing

    def all_arrives(self) -> None:
        if not self.connected:
            self.the_connection_is_back(same=True)
        while self.edits or self.answers:
            while self.edits:
                self.an_edit_arrives()
                self.run()
            while self.answers:
                self.answer()
        self.run()
        while self.answers:
            self.answer()

    @invariant()
    def an_acknowledged_number_is_one_that_was_sent(self) -> None:
        for answer in getattr(self, "answers", []):
            assert 0 <= answer.seq <= self.drawing.seq

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
            assert self.address == to_query(self.kept["state"])


TestSession = Session.TestCase
TestSession.settings = settings(max_examples=300, stateful_step_count=30)
