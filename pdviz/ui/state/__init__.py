"""What a person has chosen: the state, its rules, its link, and the edits that change it.

`state.py` has the state and `parts` its choices by subject; `rules.py` says what a choice may be,
`layers.py` how a stack's layers are written; `link.py` turns a state into a link and back;
`edits.py` applies what drawings send; `resolve.py` makes the layers that a state stands for.
"""

from pdviz.ui.state.state import State as State
