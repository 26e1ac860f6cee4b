"""The files of the components: the code of all drawings, which a page is sent once, and the few
lines that each component carries.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from posixpath import basename, dirname, join, normpath
from typing import Any, Final

import streamlit as st

from pdviz.figures.palette import ACCENT, COLOURS, SHADES
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
from pdviz.pattern import Pattern
from pdviz.ui.session import SESSION_REVISIONS

_HERE: Final = Path(__file__).parent
_LINK: Final = "boot/link.js"
_MAIN: Final = "boot/main.js"
_CONSTANTS: Final = "boot/constants.js"
_UNREAD: Final = re.compile(r"\s*/\*.*?\*/|(?<=\n)\s+", re.DOTALL)
"""Comments of CSS, types in JavaScript, and indents: sent with every change, they would be read by
nobody."""
_IMPORT: Final = re.compile(r'(?<=from ")\.{1,2}/[\w./]+(?=")')


def source(name: str) -> str:
    """Return the text of a file, by its path below this folder."""
    return (_HERE / name).read_text(encoding="utf-8")


_LOADER = st.components.v2.component("pdviz_code", js=source("boot/loader.js"))
_MOUNT: Final = _UNREAD.sub("", source("boot/mount.js"))
HISTORY: Final = source("boot/page_history.js")
"""The module that keeps the browser's history, which comes before all others."""


def drawing(name: str, room: str, *, html: str = "") -> Any:
    """Register the component `pdviz_<name>`, which the module of this name in `room` draws.

    Its HTML, of the room's name or another, names the drawing that `boot/main.js` exports; its own
    code waits for that.
    """
    html, css = (
        _UNREAD.sub("", source(f"{room}/{name}"))
        for name in (f"{html or basename(room)}.html", f"{basename(room)}.css")
    )
    return st.components.v2.component(f"pdviz_{name}", html=html, css=css, js=_MOUNT)


def receiver(name: str) -> Any:
    """Register the component `pdviz_<name>`, whose drawing takes data and shows nothing."""
    html = f'<span data-drawing="{name}" hidden></span>'
    return st.components.v2.component(f"pdviz_{name}", html=html, js=_MOUNT)


def load_code() -> None:
    """Send the code; call it in every full run, outside what an edit runs again."""
    _LOADER(key="code", data={"link": source(_LINK), "modules": modules()}, height=1)


@lru_cache(maxsize=1)
def modules() -> list[list[str]]:
    """List path and text of every module that is used, each after those that it imports.

    Relative imports are rewritten to start at this folder: `from "../base/svg.js"` in a module of
    `editor` becomes `from "base/svg.js"`, which `boot/link.js` turns into an address.
    """
    texts: dict[str, str] = {}
    imports: dict[str, list[str]] = {}
    pending = [_MAIN]
    while pending:
        name = pending.pop()
        if name in texts:
            continue
        text = constants() if name == _CONSTANTS else source(name)
        texts[name], imports[name] = _rooted(name, text)
        pending += imports[name]
    return [[name, texts[name]] for name in TopologicalSorter(imports).static_order()]


def _rooted(name: str, text: str) -> tuple[str, list[str]]:
    """Return a module's text with its imports rewritten, and the paths that it imports."""

    def path_of(written: str) -> str:
        return normpath(join(dirname(name), written))

    paths = [path_of(written) for written in _IMPORT.findall(text)]
    return _IMPORT.sub(lambda written: path_of(written[0]), text), paths


def constants() -> str:
    """Write palette, limits and default pattern as a module; `constants.d.ts` has its types."""
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
    names = ("wing", "dilation", "island", "causal")
    default = dict(zip(names, Pattern.partially_dilated().family or (), strict=True))
    values = {
        "COLOURS": COLOURS,
        "ACCENT": ACCENT,
        "SHADES": SHADES,
        "LIMITS": limits,
        "DEFAULTS": default,
        "SESSION_REVISIONS": SESSION_REVISIONS,
    }
    return "".join(f"export const {name} = {json.dumps(v)}\n" for name, v in values.items())
