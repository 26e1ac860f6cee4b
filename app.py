"""Start the playground: `streamlit run app.py`."""

import os

# Before NumPy is there: sums for many people are small, and threads would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import streamlit as st
from starlette.middleware import Middleware

from pdviz.ui.serving.history import KeptHistory
from pdviz.ui.serving.routes import routes
from pdviz.ui.serving.sockets import without_delay

app = st.App(
    "pdviz/ui/pages/router.py",
    routes=routes(),
    lifespan=without_delay,
    middleware=[Middleware(KeptHistory)],
)
