"""One person's session: the state they have, the link to it, and the sentences they are owed.

The state is the truth, and a control only shows it. A control's new value is an edit of the state;
any other change of the state gives the controls that show it a new identity. So what a browser
still sends of an earlier moment, while somebody clicks faster than answers return, is not taken
for an edit, and no edit waits for a callback that a later click may cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.state import State

_STATE: Final = "state"
_LINK: Final = "link written"
_LINK_NOTICES: Final = "link notices"
_NOTICES: Final = "notices"
_CONTROLS: Final = "controls"
_CHANNELS: Final = "channels"
_PAGE: Final = "page"

Edit = Callable[[State, Any], tuple[State, str | None]]
"""What a control's new value does to the state, and a sentence if it had to be mended."""

Read = Callable[[Any, Any], Any]
"""From what a control began with and what its widget now holds to the value that it shows."""


@dataclass(frozen=True)
class _Control:
    """A control as it was last drawn: its identity, what it began with, and what it was seen at.

    One that is `drawn` stands on the page that is open.
    """

    key: str
    number: int
    bounds: Hashable
    initial: Any
    seen: Any
    edit: Edit
    read: Read
    drawn: bool = True


@dataclass(frozen=True)
class _Channel:
    """A drawing that sends edits: how often the state moved under it, and its last edit taken."""

    revision: int
    sequence: int
    shown: Any
    edit: Edit
    drawn: bool = True


def open_session() -> None:
    """Take the state from the link that was opened, if one was; call it once in every full run."""
    query = st.query_params.to_dict()
    new = _STATE not in st.session_state
    if new or (query and query != st.session_state[_LINK]):
        state, notices = from_query(query)
        st.session_state[_STATE] = state
        st.session_state[_LINK_NOTICES] = notices
        st.session_state[_NOTICES] = {}
        st.session_state[_LINK] = query
        st.session_state.setdefault(_CONTROLS, {})
        st.session_state.setdefault(_CHANNELS, {})


def current() -> State:
    """The state as it is now."""
    state: State = st.session_state[_STATE]
    return state


def write_link() -> None:
    """Let the address bar say what the state is."""
    query = to_query(current())
    st.session_state[_LINK] = query  # first: the line after may be where a newer run takes over
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def take_edits(page: str) -> None:
    """Let what was done to drawings and controls since the last run change the state.

    An edit of a drawing says what it was made of, so it counts even if it comes with the change to
    another page; what controls of the page that is left still send is no edit.
    """
    for name, channel in st.session_state[_CHANNELS].items():
        message: Any = st.session_state.get(name, {}).get("edit") if channel.drawn else None
        sequence = _sequence(message, channel)
        if sequence is not None:
            _apply(name, channel.edit, message["value"])
            taken = replace(channel, sequence=sequence, shown=None)
            st.session_state[_CHANNELS] = {**st.session_state[_CHANNELS], name: taken}
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        for kind in (_CONTROLS, _CHANNELS):
            left = st.session_state[kind].items()
            st.session_state[kind] = {name: replace(c, drawn=False) for name, c in left}
    for name, control in st.session_state[_CONTROLS].items():
        if not control.drawn or control.key not in st.session_state:
            continue
        shown = _shown(control)
        if shown != control.seen:
            _apply(name, control.edit, shown)
            _remember(name, replace(control, seen=shown))


def _apply(name: str, edit: Edit, value: Any) -> None:
    state, notice = edit(current(), value)
    st.session_state[_STATE] = state
    st.session_state[_NOTICES] = {name: notice} if notice else {}
    st.session_state[_LINK_NOTICES] = []


def _sequence(message: Any, channel: _Channel) -> int | None:
    """The number of an edit that a drawing sent, if it is a new one of what is shown now."""
    if not isinstance(message, dict) or set(message) != {"rev", "seq", "value"}:
        return None
    revision, sequence = message["rev"], message["seq"]
    if type(revision) is not int or type(sequence) is not int:
        return None
    new = revision == channel.revision and channel.sequence < sequence < 2**53
    return sequence if new else None


def channel(name: str, shown: Any, edit: Edit) -> dict[str, int]:
    """What a drawing of this name is to be told beside what it shows.

    A drawing shows its own edits before the server knows of them, so what it is told may be of an
    earlier moment. Every edit it sends, as its state "edit", is `{"rev", "seq", "value"}`: `seq`
    counts its edits, `rev` is the revision that it was made in. What it is told is newer than what
    it shows if `rev` is another, or `seq` is not below that of its own last edit.

    Args:
        name: the key that the drawing has in Streamlit.
        shown: the part of the state that it shows and edits.
        edit: what a value does to the state; must bear anything, since it comes from a browser.

    Returns:
        The revision and the number of the last edit that was taken, as "rev" and "seq".
    """
    before: _Channel | None = st.session_state[_CHANNELS].get(name)
    if before is None:
        now = _Channel(0, 0, shown, edit)
    elif before.drawn and before.shown in (None, shown):
        now = replace(before, shown=shown, edit=edit)
    else:
        now = _Channel(before.revision + 1, before.sequence, shown, edit)
    st.session_state[_CHANNELS] = {**st.session_state[_CHANNELS], name: now}
    return {"rev": now.revision, "seq": now.sequence}


def last_edit(name: str) -> dict[str, int]:
    """Revision and number of the last edit of this drawing that was taken, as "rev" and "seq"."""
    now: _Channel = st.session_state[_CHANNELS][name]
    return {"rev": now.revision, "seq": now.sequence}


def bind(
    name: str,
    value: Any,
    edit: Edit | None = None,
    *,
    bounds: Hashable = None,
    read: Read = lambda initial, held: held,
) -> tuple[str, Any]:
    """Let the control of this name show `value`.

    Args:
        name: the field of the state, unless `edit` is given.
        value: what the control is to show.
        edit: what a new value does; by default it replaces the field.
        bounds: what else is part of the control's identity, such as its least and most.
        read: the value shown, where a widget holds something else, such as the edits of a table.

    Returns:
        The key to draw it with, and the value it is to be given when it is drawn.
    """
    if edit is None:

        def edit(state: State, new: Any) -> tuple[State, str | None]:
            return state.edit(name, new)

    control: _Control | None = st.session_state[_CONTROLS].get(name)
    if control is None or not control.drawn or control.bounds != bounds or _shown(control) != value:
        number = 0 if control is None else control.number + 1
        key = f"control-{name}-{number}"
        control = _Control(key, number, bounds, value, value, edit, read)
    else:
        control = replace(control, seen=value, edit=edit)
    _remember(name, control)
    return control.key, control.initial


def _shown(control: _Control) -> Any:
    """What a control shows: what it began with until the browser says otherwise."""
    if control.key not in st.session_state:
        return control.initial
    return control.read(control.initial, st.session_state[control.key])


def _remember(name: str, control: _Control) -> None:
    st.session_state[_CONTROLS] = {**st.session_state[_CONTROLS], name: control}


def show_link_notices() -> None:
    """Say what was wrong with the link that was opened."""
    notices: list[str] = st.session_state[_LINK_NOTICES]
    if notices:
        st.warning("\n".join(f"- {notice}" for notice in notices), icon=":material/link_off:")


def show_notice(name: str) -> None:
    """The sentence owed at a control, if there is one."""
    notice = st.session_state[_NOTICES].get(name)
    if notice:
        st.warning(notice, icon=":material/info:")
