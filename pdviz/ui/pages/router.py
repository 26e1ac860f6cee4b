"""The script that every session runs: one page of the playground, within what all of them share."""

from functools import partial

import streamlit as st

from pdviz.ui.components.assets import load_code
from pdviz.ui.components.connection.connection import connection
from pdviz.ui.components.frame.frame import themes
from pdviz.ui.components.pattern_fields.pattern_fields import pattern_fields
from pdviz.ui.pages import cost, kernel, receptive_field, signal, spectrum, training
from pdviz.ui.pages.frame import show
from pdviz.ui.queries.torch_start import warm_up
from pdviz.ui.session import current, has_older_edits, open_session

PAGES = (kernel.PAGE, receptive_field.PAGE, spectrum.PAGE, cost.PAGE, signal.PAGE, training.PAGE)

# Before the navigation, which would take a page's icon for the tab's and load it from elsewhere.
st.set_page_config(page_icon="assets/icon.png", layout="wide")
open_session()
load_code()
page = st.navigation(
    [
        st.Page(
            partial(show, page),
            title=page.title,
            icon=page.icon,
            url_path=page.url,
            default=page is kernel.PAGE,
        )
        for page in PAGES
    ]
)
st.set_page_config(page_title=f"{page.title} · pdviz")
st.sidebar.subheader("Pattern", anchor=False)
fields = st.sidebar.container()
page.run()
with fields:  # after the page, which takes what was edited
    pattern_fields(current())
    themes()
connection()
if has_older_edits():
    st.rerun()
warm_up()
