"""One person's session: the state they have, the link to it, and the sentences they are owed.

The state in `st.session_state` is the truth. A control shows it and, when moved, edits it; nothing
else is kept. The address bar follows the state; a link opened later reopens it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from pdviz.ui.state import State

_STATE: Final = "state"
_LINK: Final = "link written"
_LINK_NOTICES: Final = "link notices"
_NOTICES: Final = "notices"


def open_session() -> None:
    """Take the state from the link that was opened, if one was; call it once in every full run."""
    query = st.query_params.to_dict()
    new = _STATE not in st.session_state
    if new or (query and query != st.session_state.get(_LINK)):
        state, notices = State.from_query(query)
        st.session_state[_STATE] = state
        st.session_state[_LINK_NOTICES] = notices
        st.session_state[_NOTICES] = {}


def current() -> State:
    """The state as it is now."""
    state: State = st.session_state[_STATE]
    return state


def write_link() -> None:
    """Let the address bar say what the state is."""
    query = current().to_query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[_LINK] = query


def apply(change: Callable[[State], tuple[State, str | None]], control: str) -> None:
    """Change the state; a sentence that comes with it is shown at `control` until the next one."""
    state, notice = change(current())
    st.session_state[_STATE] = state
    st.session_state[_NOTICES] = {control: notice} if notice else {}
    st.session_state[_LINK_NOTICES] = []


def show_link_notices() -> None:
    """Say what was wrong with the link that was opened."""
    notices: list[str] = st.session_state[_LINK_NOTICES]
    if notices:
        st.warning("\n".join(f"- {notice}" for notice in notices), icon=":material/link_off:")


def show_notice(control: str) -> None:
    """The sentence owed at a control, if there is one."""
    notice = st.session_state[_NOTICES].get(control)
    if notice:
        st.warning(notice, icon=":material/info:")


def bind(name: str, value: Any) -> str:
    """Let the control of this name show `value`; returns its key.

    Writing only what differs leaves the browser's own edits alone, so that quick ones are not lost.
    """
    key = f"control-{name}"
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def edited(name: str) -> None:
    """Callback of a bound control: take its value into the state."""
    value = st.session_state[f"control-{name}"]
    apply(lambda state: state.edit(name, value), name)
