"""Start the playground: `streamlit run app.py`."""

import streamlit as st

from pdviz.ui.served import routes

app = st.App("pdviz/ui/pages/router.py", routes=routes())
