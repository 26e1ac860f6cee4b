"""Session of one person: the state, the link to it, the notices still to show, and the edits.

The state is the truth, and controls and drawings only show it.

**Controls.** A control's new value is an edit of the state; any other change of the state gives the
controls that show it a new identity. So what a browser still sends of an earlier moment, while
somebody clicks faster than responses arrive, is not taken for an edit, and no edit waits for a
callback that a later click may cancel.

**Drawings.** An edit of a drawing goes three ways at once; `pdviz/README.md` draws them.

1. The browser: the drawing shows its edit before anything is sent.
2. The request: the report below asks `/reports/…` for the blocks of the edited state
   (`serving/routes.py`), which keeps nothing.
3. The run: Streamlit brings the edit here, as the drawing's state "edit", `{"rev", "seq",
   "value"}`. `seq` numbers the edits of a drawing; `rev` is the revision of the state that the edit
   was made in, which counts how often the state moved under the drawing. An edit is taken once,
   and only if it was made in the present revision. `channel` gives a drawing the revision and the
   number of its last edit that was taken, so that it can tell whether what it receives is newer
   than what it shows; `base/edit_stream.js` is the other end.

**The end of a session.** A browser may outlive it: the server was restarted, or the connection was
closed for longer than Streamlit keeps a session. The next session starts from the link. Revisions
begin at another number in each, so a drawing notices, and sends again what nobody acknowledged;
what a control holds is taken by a second run. `components/connection` has the page run in full,
since no fragment of the old session is known.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pdviz.ui.state.link import Notice, from_query, to_query
from pdviz.ui.state.state import State

_STATE: Final = "state"
_LINKS: Final = "links written"
_LINK_NOTICES: Final = "link notices"
_NOTICES: Final = "notices"
_CONTROLS: Final = "controls"
_CHANNELS: Final = "channels"
_PAGE: Final = "page"
_FIRST_REVISION: Final = "first revision"
_COMPLETE: Final = "complete run"

_MAX_LINKS: Final = 50
"""How many links are remembered, of those that a browser may still show."""

SESSION_REVISIONS: Final = 2**20
"""How many revisions a session has; the first is a random multiple of this."""

Edit = Callable[[State, Any], tuple[State, str | None]]
"""Applies a new value to the state; returns a notice if the value was corrected."""


@dataclass(frozen=True)
class _Control:
    """A control as it was last drawn.

    Attributes:
        key: of its widget in Streamlit; another one makes another widget.
        number: how often it was given a new identity.
        bounds: what else is part of its identity, such as its least and most.
        initial: the value that the widget was given.
        value: the value that was last taken into the state, or drawn from it.
        edit: see `bind`.
        drawn: whether it stands on the page that is open.
    """

    key: str
    number: int
    bounds: Hashable
    initial: Any
    value: Any
    edit: Edit
    drawn: bool = True


@dataclass(frozen=True)
class _Channel:
    """A drawing that sends edits.

    Attributes:
        revision: how often the state moved under it.
        sequence: the number of its last edit that was taken.
        value: the part of the state that it shows; None right after one of its edits.
        edit: see `channel`.
        edited: the state right after its last edit.
        drawn: whether it stands on the page that is open.
    """

    revision: int
    sequence: int
    value: Any
    edit: Edit
    edited: State | None = None
    drawn: bool = True


def open_session() -> None:
    """Take the state from the link that was opened, if one was; call it once in every full run.

    The link of another page is empty, and what is chosen stays. After a step through the browser's
    history the address is right, even an empty one: it is that of a first visit. Otherwise it may
    be older than what was written last, which was lost with the connection or is on its way.
    """
    query = st.query_params.to_dict()
    new = _STATE not in st.session_state
    if new or _in_history() or (query and query not in st.session_state[_LINKS]):
        state, notices = from_query(query)
        st.session_state[_STATE] = state
        st.session_state[_LINK_NOTICES] = notices
        st.session_state[_NOTICES] = {}
        st.session_state[_LINKS] = (query,)
        st.session_state.setdefault(_CONTROLS, {})
        st.session_state.setdefault(_CHANNELS, {})
        st.session_state.setdefault(_FIRST_REVISION, _random_revision())


def _in_history() -> bool:
    """Return whether this run was requested by a step through the browser's history."""
    context = get_script_run_ctx(suppress_warning=True)
    return bool(getattr(context, "is_history_navigation", False))


def _random_revision() -> int:
    return secrets.randbelow(2**32) * SESSION_REVISIONS


def current() -> State:
    """Return the state as it is now."""
    state: State = st.session_state[_STATE]
    return state


def write_link() -> None:
    """Write the state into the address bar.

    What a run received may be older than what was written last, so both must be this link.
    """
    query, links = to_query(current()), st.session_state[_LINKS]
    if links[-1] != query:
        st.session_state[_LINKS] = (*links[1 - _MAX_LINKS :], query)
    elif st.query_params.to_dict() == query:
        return
    st.query_params.from_dict(query)  # at last: here a newer run may take over


def take_edits(page: str) -> None:
    """Apply the edits that drawings and controls sent since the last run.

    An edit of a drawing says what it was made of, so it counts even if it comes with the change to
    another page; what controls of the page that is left still send is no edit.
    """
    for name, channel in st.session_state[_CHANNELS].items():
        message: Any = st.session_state.get(name, {}).get("edit") if channel.drawn else None
        sequence = _new_sequence(message, channel)
        if sequence is not None:
            _apply(name, channel.edit, message["value"])
            taken = replace(channel, sequence=sequence, value=None, edited=current())
            _remember(_CHANNELS, name, taken)
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        for kind in (_CONTROLS, _CHANNELS):
            before = st.session_state[kind].items()
            st.session_state[kind] = {name: replace(each, drawn=False) for name, each in before}
    for name, control in st.session_state[_CONTROLS].items():
        if not control.drawn or control.key not in st.session_state:
            continue
        value = _value(control)
        if value != control.value:
            _apply(name, control.edit, value)
            _remember(_CONTROLS, name, replace(control, value=value))


def _apply(name: str, edit: Edit, value: Any) -> None:
    state, notice = edit(current(), value)
    st.session_state[_STATE] = state
    st.session_state[_NOTICES] = {name: notice} if notice else {}
    st.session_state[_LINK_NOTICES] = []


def _new_sequence(message: Any, channel: _Channel) -> int | None:
    """Return the number of a drawing's edit, if it is a new one in the present revision."""
    if not isinstance(message, dict) or set(message) != {"rev", "seq", "value"}:
        return None
    revision, sequence = message["rev"], message["seq"]
    if type(revision) is not int or type(sequence) is not int:
        return None
    new = revision == channel.revision and channel.sequence < sequence < 2**53
    return sequence if new else None


def channel(name: str, value: Any, edit: Edit) -> dict[str, int]:
    """Return the revision and sequence number to send with this drawing's data.

    Args:
        name: the key of the drawing in Streamlit.
        value: the part of the state that it shows and edits.
        edit: applies what it sends to the state; must bear anything, since it comes from a browser.

    Returns:
        "rev", the revision, and "seq", the number of the last edit that was taken.
    """
    before: _Channel | None = st.session_state[_CHANNELS].get(name)
    if before is None:
        now = _Channel(st.session_state[_FIRST_REVISION], 0, value, edit)
    elif before.value == value or (
        before.value is None and (before.drawn or before.edited == current())
    ):
        now = replace(before, value=value, edit=edit, drawn=True)
    else:
        now = _Channel(before.revision + 1, before.sequence, value, edit)
    _remember(_CHANNELS, name, now)
    return {"rev": now.revision, "seq": now.sequence}


def last_edit(name: str) -> dict[str, int]:
    """Return revision and number of the last edit of this drawing that was taken."""
    now: _Channel = st.session_state[_CHANNELS][name]
    return {"rev": now.revision, "seq": now.sequence}


def acknowledged() -> dict[str, dict[str, int]]:
    """Return revision and number of the last edit that was taken, by the drawing's name."""
    return {name: last_edit(name) for name in st.session_state[_CHANNELS]}


def drawn() -> list[str]:
    """List the drawings on the page that is open."""
    return [name for name, channel in st.session_state[_CHANNELS].items() if channel.drawn]


def bind(
    name: str,
    value: Any,
    edit: Edit | None = None,
    *,
    bounds: Hashable = None,
) -> tuple[str, Any]:
    """Bind a control to the state.

    Args:
        name: the key of a choice, unless `edit` is given.
        value: the value to show.
        edit: applies a new value; by default it changes the choice.
        bounds: what else is part of the control's identity, such as its least and most.

    Returns:
        The key to draw the widget with, and its initial value.
    """
    if edit is None:

        def edit(state: State, new: Any) -> tuple[State, str | None]:
            return state.edit(name, new)

    control: _Control | None = st.session_state[_CONTROLS].get(name)
    if control is None or not control.drawn or control.bounds != bounds or _value(control) != value:
        number = 0 if control is None else control.number + 1
        key = f"control-{name}-{number}"
        control = _Control(key, number, bounds, value, value, edit)
    else:
        control = replace(control, value=value, edit=edit)
    _remember(_CONTROLS, name, control)
    return control.key, control.initial


def has_older_edits() -> bool:
    """Return whether a control holds an edit from before the session; ask at the end of a run.

    A browser that outlived its session may send it with the first run, which did not know the
    control yet; the next run takes it. Only the first run that comes to its end can tell.
    """
    if st.session_state.get(_COMPLETE):
        return False
    st.session_state[_COMPLETE] = True
    controls: Iterable[_Control] = st.session_state[_CONTROLS].values()
    return any(each.drawn and _value(each) != each.value for each in controls)


def _value(control: _Control) -> Any:
    """Return what a control shows: its initial value until the browser sends another."""
    if control.key not in st.session_state:
        return control.initial
    return st.session_state[control.key]


def _remember(kind: str, name: str, entry: _Control | _Channel) -> None:
    """Store an entry in a new dictionary: another run may be reading the old one."""
    st.session_state[kind] = {**st.session_state[kind], name: entry}


def show_link_notices() -> None:
    """Show what was invalid in the link that was opened."""
    notices: Sequence[Notice] = st.session_state[_LINK_NOTICES]
    if notices:
        st.warning("\n".join(f"- {notice}" for notice in notices), icon=":material/link_off:")


def show_notice(name: str) -> None:
    """Show the notice at this control, if there is one."""
    notice = st.session_state[_NOTICES].get(name)
    if notice:
        st.warning(notice, icon=":material/info:")
