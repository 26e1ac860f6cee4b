"""Links that people may have kept open what they opened when they were made.

`links.json` was written once, by the code of that day, and is not made anew: for each link what
differs from a first visit, by key, how many notices it gets, and the link that the address bar then
shows, where it is another.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.state import CHOICES, State

LINKS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "links.json").read_text(encoding="utf-8")
)


def flat(state: State) -> dict[str, Any]:
    """Every choice by its key, as JSON has it."""
    return {key: plain(state.get(key)) for key in CHOICES}


def plain(value: Any) -> Any:
    """A value as JSON has it, the layers of a stack by their fields."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if hasattr(value, "stride"):
        return {name: plain(getattr(value, name)) for name in type(value).__slots__}
    return value


def test_there_are_links_of_every_kind() -> None:
    assert len(LINKS) >= 200
    assert {name for row in LINKS for name in row["state"]} == set(flat(State()))


@pytest.mark.parametrize("row", LINKS, ids=lambda row: row["link"][:40])
def test_a_link_opens_what_it_opened(row: dict[str, Any]) -> None:
    state, notices = from_query(dict(parse_qsl(row["link"], keep_blank_values=True)))
    assert flat(state) == {**flat(State()), **row["state"]}
    assert len(notices) == row["notices"]
    again = parse_qsl(row.get("again", row["link"]), keep_blank_values=True)
    assert to_query(state) == dict(again)
