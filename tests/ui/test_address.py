"""The address bar names what the page shows, once things rest; every step back leads back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import streamlit
from hypothesis import given
from hypothesis import strategies as st

from pdviz.ui import session
from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.state import State

Link = dict[str, str]


class Tab:
    """A browser: links of the session reach its address after any time.

    Each request says what the address was when it was sent, and so may be of an earlier moment.
    """

    def __init__(self, address: Link) -> None:
        self.address = address
        self.on_its_way: list[Link] = []
        self.kept: dict[str, Any] = {}

    @contextmanager
    def run(self, address: Link, *, history: bool = False) -> Iterator[None]:
        """A run that was requested at this address."""
        query = {"now": address}

        def write(link: Link) -> None:
            query["now"] = link
            self.on_its_way.append(link)

        params = SimpleNamespace(to_dict=lambda: query["now"], from_dict=write)
        with (
            mock.patch.multiple(streamlit, session_state=self.kept, query_params=params),
            mock.patch.object(session, "_in_history", return_value=history),
        ):
            yield

    def open(self, address: Link, *, history: bool = False) -> None:
        """Run in full at an address."""
        self.address = address
        with self.run(address, history=history):
            session.open_session()
            session.write_link()
        self.receive_all()

    def edit(self, address: Link, **values: int) -> None:
        with self.run(address):
            self.kept["state"] = self.state.put(**values)
            session.write_link()

    def receive_all(self) -> None:
        while self.on_its_way:
            self.address = self.on_its_way.pop(0)

    @property
    def state(self) -> State:
        state: State = self.kept["state"]
        return state


edits = st.fixed_dictionaries(
    {"wing": st.sampled_from([1, 4, 12]), "goal": st.sampled_from([0, 2, 20])}
)


@given(st.lists(st.tuples(edits, st.booleans()), min_size=1, max_size=8))
def test_the_address_is_the_page_once_things_rest(moves: list[tuple[dict[str, int], bool]]) -> None:
    """Edits come while links are still on their way, and may return to what was there before."""
    tab = Tab({})
    tab.open({"wing": "12"})
    for values, at_once in moves:
        tab.edit(tab.address, **values)
        if not at_once and tab.on_its_way:
            tab.address = tab.on_its_way.pop(0)
    tab.receive_all()
    assert tab.address == to_query(tab.state)


@given(st.lists(edits, max_size=5))
def test_every_step_back_leads_to_what_its_address_says(moves: list[dict[str, int]]) -> None:
    tab = Tab({})
    tab.open({})
    entries = [tab.address]
    for values in moves:
        tab.edit(tab.address, **values)
        tab.receive_all()
        entries.append(tab.address)
    for entry in reversed(entries):
        tab.open(entry, history=True)
        assert tab.state == from_query(entry)[0]
        assert tab.address == entry


def test_another_page_keeps_what_is_chosen() -> None:
    tab = Tab({})
    tab.open({"wing": "6"})
    tab.open({})
    assert tab.state == State.of(wing=6)
    assert tab.address == {"wing": "6"}
