"""What a figure draws beyond its axes, read back from the JSON that a browser is given."""

import base64
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

SLACK = 1e-5
"""Share of an axis by which rounding may move a place."""


class Cut(NamedTuple):
    """A stretch of an axis beyond which a trace has something."""

    what: str
    axis: str
    ends: tuple[float, float]
    reached: tuple[float, float]


def beyond(spec: str) -> list[Cut]:
    """List what no axis with a range of its own holds, of traces, shapes and annotations.

    An axis without one is as wide as its traces. Places in text are categories, which have room.
    """
    figure = json.loads(spec)
    layout, cuts = figure["layout"], list[Cut]()
    for what, axis, values in _drawn(figure):
        settings = layout.get(axis, {})
        if "range" not in settings or values.dtype.kind not in "iuf":
            continue
        if settings.get("type") == "log":
            assert (values[~np.isnan(values)] > 0).all(), f"{what}: not on a logarithmic axis"
            values = np.log10(values)
        values = values[np.isfinite(values)]
        low, high = sorted(settings["range"])
        slack = SLACK * (high - low)
        if len(values) and (values.min() < low - slack or values.max() > high + slack):
            reached = (float(values.min()), float(values.max()))
            cuts.append(Cut(what, axis, (low, high), reached))
    return cuts


def layout_of(spec: str) -> dict[str, Any]:
    """The layout of a figure."""
    layout: dict[str, Any] = json.loads(spec)["layout"]
    return layout


def words_of(spec: str) -> list[str]:
    """What is written in a figure."""
    return [text for trace in json.loads(spec)["data"] for text in trace.get("text", [])]


def _drawn(figure: dict[str, Any]) -> Iterator[tuple[str, str, np.ndarray]]:
    """Go through all that has a place: what it is, its axis in the layout, its places."""
    for trace in figure["data"]:
        name = trace.get("name", trace["type"])
        places = {letter: _places(trace, letter) for letter in "xy"}
        for letter, values in places.items():
            axis = trace.get(f"{letter}axis", letter).replace(letter, f"{letter}axis")
            shown = _shown(trace, places[_other(letter)], len(values))
            yield name, axis, values[shown] if values.dtype.kind in "iuf" else values
            if trace["type"] == "heatmap" and values.dtype.kind in "iuf":
                half = np.diff(values).mean() / 2 if len(values) > 1 else _half(trace, letter)
                yield name, axis, np.array([values.min() - half, values.max() + half])
            if trace["type"] == "bar" and letter == "y":
                half = np.array(trace["width"]) / 2
                yield name, axis, np.concatenate([values - half, values + half])
            error = trace.get(f"error_{letter}")
            if error:
                yield name, axis, values + np.array(error["array"])
                yield name, axis, values - np.array(error["arrayminus"])
    for shape in figure["layout"].get("shapes", []):
        yield from _placed(shape, "shape", ("x0", "x1", "y0", "y1"))
    for note in figure["layout"].get("annotations", []):
        yield from _placed(note, f"note {note['text']}", ("x", "y"))


def _placed(part: dict[str, Any], what: str, names: tuple[str, ...]) -> Iterator[Any]:
    for name in names:
        letter = name[0]
        axis = part.get(f"{letter}ref", letter)
        if axis != "paper":
            yield what, axis.replace(letter, f"{letter}axis"), np.array([part[name]])


def _places(trace: dict[str, Any], letter: str) -> np.ndarray:
    """Where the points of a trace lie, or the middles of its cells."""
    if letter in trace:
        return _numbers(trace[letter])
    count = len(_numbers(trace[_other(letter)])) if "z" not in trace else 0
    if "z" in trace:
        count = _numbers(trace["z"]).shape["yx".index(letter)]
    return np.asarray(trace[f"{letter}0"] + trace[f"d{letter}"] * np.arange(count))


def _shown(trace: dict[str, Any], other: np.ndarray, count: int) -> Any:
    """Which points are drawn: those whose other coordinate is a number too."""
    if trace["type"] == "heatmap" or other.dtype.kind not in "iuf" or len(other) != count:
        return slice(None)
    return np.isfinite(other)


def _half(trace: dict[str, Any], letter: str) -> float:
    return float(trace.get(f"d{letter}", 1)) / 2


def _other(letter: str) -> str:
    return "y" if letter == "x" else "x"


def _numbers(values: Any) -> np.ndarray:
    """An array as plotly.js reads it."""
    if not isinstance(values, dict):
        return np.array([np.nan if value is None else value for value in values])
    array = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
    return (
        array.reshape([int(n) for n in values["shape"].split(",")]) if "shape" in values else array
    )
