"""The script that every session runs: one page of the playground, within what all of them share."""

import streamlit as st

from pdviz.ui.components.assets import load_code
from pdviz.ui.components.pattern_fields.pattern_fields import pattern_fields
from pdviz.ui.queries.torch_start import warm_up
from pdviz.ui.session import current, open_session

st.set_page_config(page_title="pdviz", page_icon="assets/icon.png", layout="wide")
open_session()
load_code()
page = st.navigation(
    [
        st.Page("kernel.py", title="Kernel", icon=":material/line_style:", default=True),
        st.Page("receptive_field.py", title="Receptive field", icon=":material/account_tree:"),
        st.Page("spectrum.py", title="Spectrum", icon=":material/graphic_eq:"),
        st.Page("cost.py", title="Cost", icon=":material/speed:"),
        st.Page("signal.py", title="Signal", icon=":material/show_chart:"),
        st.Page(
            "training.py", url_path="gradient", title="Gradient flow", icon=":material/call_merge:"
        ),
    ]
)
st.sidebar.subheader("Pattern", anchor=False)
fields = st.sidebar.container()
page.run()
with fields:  # after the page, which takes what was edited
    pattern_fields(current())
warm_up()
