"""The proofs of a training step in words, as badges under the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdviz.figures.wording import counted, listed, number, power

if TYPE_CHECKING:
    from pdviz.analysis.proof import Agreement
    from pdviz.analysis.training.proofs import GradientChecks
    from pdviz.analysis.training.run import TrainingRun

_COUNTS = {2: "Two ways", 3: "Three ways"}
_TOLD_APART = 1e-3
"""A relative difference above this is no agreement to boast of, though rounding may explain it."""


def badges(run: TrainingRun, checks: GradientChecks) -> list[dict[str, Any]]:
    """For each proof whether it holds, a sentence, and how it was computed."""
    proofs = (_finite(checks), _ways(checks), _gathered(run, checks))
    return [
        {"ok": agreement.ok, "text": text, "detail": detail} for agreement, text, detail in proofs
    ]


def _finite(checks: GradientChecks) -> tuple[Agreement, str, str]:
    found = checks.finite
    if not found.ok:
        text = (
            f"Gradients differ from finite differences by {power(found.relative)} of the largest."
        )
    elif found.relative < _TOLD_APART:
        text = f"Gradients agree with finite differences {_to(found.relative)}."
    else:
        text = "Gradients agree with finite differences as far as rounding lets them be told."
    return (
        found,
        text,
        f"{counted(found.count, 'held parameter')}, each moved by ±{number(checks.width)}, "
        "the loss computed anew in NumPy, against autograd's gradient before any mask, in float64. "
        f"Largest difference {power(found.difference)}, largest gradient {power(found.size)}, "
        f"tolerance {power(found.tolerance)}.",
    )


def _ways(checks: GradientChecks) -> tuple[Agreement, str, str]:
    found = checks.ways
    count = _COUNTS[found.count]
    if found.ok:
        same = f"the same {_to(found.difference)}" if found.difference else "exactly the same"
        text = f"{count}, one kernel: {same}."
    else:
        text = f"{count}, one kernel: they differ by {power(found.difference)}."
    recorded = ", and the recorded output and loss" if checks.recorded else ""
    return (
        found,
        text,
        f"The weights at the taps, loaded into {listed(checks.names)}: effective kernel, "
        f"output and loss of each{recorded}. Largest difference {power(found.difference)}, as a "
        f"share of the largest Σ |w · x|, tolerance {power(found.tolerance)}.",
    )


def _gathered(run: TrainingRun, checks: GradientChecks) -> tuple[Agreement, str, str]:
    found = checks.gathered
    if not found.ok:
        text = f"Parameters' gradients differ from their elements' by {power(found.difference)}."
    elif not run.held.kept.all():
        text = "Weights at taps get their element's gradient, those at gaps 0, exactly."
    elif run.held.doubled:
        text = "Each parameter gets its element's gradient, doubled taps twice, exactly."
    else:
        text = "Each parameter gets its element's gradient, exactly."
    return (
        found,
        text,
        f"What the optimizer was given for {counted(found.count, 'parameter')}, against the "
        f"gradient of the assembled kernel. Largest difference {power(found.difference)}, largest "
        f"gradient {power(found.size)}, tolerance {power(found.tolerance)}.",
    )


def _to(difference: float) -> str:
    return f"to {power(difference)}" if difference else "exactly"
