"""The result as text: tables for a terminal, and Markdown for a README."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

Result = dict[str, Any]


def _milliseconds(time: dict[str, float] | None) -> str:
    if time is None:
        return "–"
    median, spread = 1e3 * time["median"], 500 * (time["high"] - time["low"])
    digits = 2 if median < 10 else 1 if median < 100 else 0
    return f"{median:.{digits}f} ± {spread:.{digits}f}"


def _ratio(time: dict[str, float] | None, best: dict[str, float] | None) -> str:
    if time is None or best is None:
        return "–"
    ratio = time["median"] / best["median"]
    return f"{ratio:.1f}×" if ratio < 100 else f"{ratio:.0f}×"


def _rates(time: dict[str, float]) -> tuple[str, str]:
    return f"{time['of_limit']:.0%}", f"{time['flops'] / 1e9:.0f}"


def _bytes(count: int | None) -> str:
    return "–" if count is None else f"{count / 2**20:.0f}"


def heading(row: Result) -> str:
    """Describe one shape in words."""
    mixing = "depthwise" if row["groups"] == row["channels"] else "channels mix"
    return (
        f"{row['name']}: batch {row['batch']}, {row['channels']} channels, length {row['length']}, "
        f"{mixing}; K = {row['kernel_size']}, T = {row['taps']}"
    )


def header(result: Result) -> str:
    """Describe the machine and its limits in two lines."""
    machine, limits = result["machine"], result["limits"]
    packages = ", ".join(f"{k} {v}" for k, v in machine["packages"].items() if v)
    matmul = " and ".join(f"{rate / 1e9:.0f}" for rate in limits["matmul_flops"])
    copy = " and ".join(f"{rate / 1e9:.0f}" for rate in limits["copy_bytes"])
    return (
        f"{machine['name']} ({machine['device']}), {machine['threads']} threads, "
        f"{result['dtype']}; Python {machine['python']}, {packages}\n"
        f"matmul 2048³: {matmul} GFLOP/s; copy of 256 MiB: {copy} GB/s (before and after)"
    )


def _columns() -> list[str]:
    return [
        "way",
        "forward, ms",
        "× fused",
        "forward + backward, ms",
        "× fused",
        "of the limit",
        "GFLOP/s at taps",
        "peak MiB",
        "error",
        "",
    ]


def _rows(row: Result) -> Iterator[list[str]]:
    fused = row["ways"].get("fused", {})
    for way in row["ways"].values():
        if "left_out" in way:
            yield [way["title"], *["–"] * 8, way["left_out"]]
            continue
        notes = []
        if "compile_seconds" in way:
            notes.append(f"{way['compile_seconds']:.0f} s to compile")
        if not way["same_pattern"]:
            notes.append("another pattern")
        if "both" not in way:
            notes.append("forward only")
        yield [
            way["title"],
            _milliseconds(way["forward"]),
            _ratio(way["forward"], fused.get("forward")),
            _milliseconds(way.get("both")),
            _ratio(way.get("both"), fused.get("both")),
            *(_rates(way["both"]) if "both" in way else ("–", "–")),
            _bytes(way["peak_bytes"]),
            f"{way['error']:.0e}",
            ", ".join(notes),
        ]


def _growth_rows(rows: list[Result]) -> Iterator[list[str]]:
    for row in rows:
        times = (row["both"].get(name) for name in ("conv", "branches", "fused"))
        yield [str(row["taps"]), str(row["kernel_size"]), *(_milliseconds(t) for t in times)]


_GROWTH = {
    "span": "forward + backward, ms, as the span grows at 49 taps (8 × 64 × 4096, depthwise)",
    "taps": "forward + backward, ms, as taps grow within 1025 elements (8 × 64 × 4096, depthwise)",
}
_GROWTH_COLUMNS = ["T", "K", "assembled → conv1d", "branches", "fused"]


def show(result: Result, console: Console) -> None:
    """Print the tables."""
    console.print(header(result), highlight=False)
    for row in result["shapes"]:
        _print(console, heading(row), _columns(), _rows(row))
    for name, title in _GROWTH.items():
        _print(console, title, _GROWTH_COLUMNS, _growth_rows(result["growth"][name]))


def _print(console: Console, title: str, columns: list[str], rows: Iterator[list[str]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for i, column in enumerate(columns):
        last = i == len(columns) - 1 and column == ""
        table.add_column(column, justify="left" if i == 0 or last else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def markdown(result: Result) -> str:
    """Tabulate forward + backward at every shape, a line per way; and how both grow."""
    names = [row["name"] for row in result["shapes"]]
    lines = [f"| forward / forward + backward, ms | {' | '.join(names)} |"]
    lines.append("|---" * (len(names) + 1) + "|")
    titles = {name: way["title"] for row in result["shapes"] for name, way in row["ways"].items()}
    for name, title in titles.items():
        cells = [_cell(row["ways"].get(name, {"left_out": ""})) for row in result["shapes"]]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    least = [
        f"{1e3 * row['least_forward']:.2f} / {1e3 * row['least_both']:.2f}"
        for row in result["shapes"]
    ]
    lines.append(f"| what `matmul` and copying allow | {' | '.join(least)} |")
    lines += ["", "\\* It makes another pattern, with more taps: it cannot make this one."]
    for name, title in _GROWTH.items():
        lines += ["", f"{title}:", "", f"| {' | '.join(_GROWTH_COLUMNS)} |"]
        lines.append("|---:" * len(_GROWTH_COLUMNS) + "|")
        lines += [f"| {' | '.join(row)} |" for row in _growth_rows(result["growth"][name])]
    return "\n".join(lines) + "\n"


def _cell(way: Result) -> str:
    if "left_out" in way:
        return "–"
    kinds = ("forward", "both")
    texts = [_digits(1e3 * way[kind]["median"]) if kind in way else "–" for kind in kinds]
    return " / ".join(texts) + ("" if way["same_pattern"] else " *")


def _digits(number: float) -> str:
    """Write three digits, or all in front of the point."""
    return f"{number:.3g}" if number < 100 else f"{number:.0f}"
