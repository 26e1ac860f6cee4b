"""The code of our drawings, sent to a page once, and the few lines that each component carries."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import streamlit as st

from pdviz.figures.style import ACCENT, COLOURS
from pdviz.limits import (
    MAX_DILATION,
    MAX_EVERY,
    MAX_EXTENT,
    MAX_GROWTH,
    MAX_ISLAND,
    MAX_KERNEL_SIZE,
    MAX_LAYERS,
    MAX_OWN_DILATION,
    MAX_PATTERN_TEXT,
    MAX_STRIDE,
    MAX_WING,
)

_HERE: Final = Path(__file__).parent
_MAIN: Final = "main.js"
_IMPORT: Final = re.compile(r'from "\./([\w.]+)"')


def source(name: str) -> str:
    """The text of a file beside this one."""
    return (_HERE / name).read_text(encoding="utf-8")


_LOADER = st.components.v2.component("pdviz_code", js=source("loader.js"))


def load_code() -> None:
    """Send the code; call it in every full run, outside what an edit runs again."""
    _LOADER(key="code", data={"modules": modules()}, height=1)


@lru_cache(maxsize=1)
def modules() -> list[list[str]]:
    """Name and text of every module that is used, each after those that it imports."""
    texts, needs, waiting = {}, {}, [_MAIN]
    while waiting:
        name = waiting.pop()
        if name not in texts:
            texts[name] = constants() if name == "constants.js" else source(name)
            needs[name] = _IMPORT.findall(texts[name])
            waiting += needs[name]
    return [[name, texts[name]] for name in TopologicalSorter(needs).static_order()]


def constants() -> str:
    """The palette and the limits as a module; `constants.d.ts` has its types."""
    limits = {
        "wing": MAX_WING,
        "dilation": MAX_DILATION,
        "island": MAX_ISLAND,
        "layers": MAX_LAYERS,
        "growth": MAX_GROWTH,
        "every": MAX_EVERY,
        "stride": MAX_STRIDE,
        "ownDilation": MAX_OWN_DILATION,
        "span": MAX_KERNEL_SIZE,
        "extent": MAX_EXTENT,
        "text": MAX_PATTERN_TEXT,
    }
    values = {"COLOURS": COLOURS, "ACCENT": ACCENT, "LIMITS": limits}
    return "".join(f"export const {name} = {json.dumps(v)}\n" for name, v in values.items())
