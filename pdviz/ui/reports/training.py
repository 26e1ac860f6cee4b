"""Report of a training step: its proofs in words, as badges under the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdviz.figures.wording import counted, in_full, listed, number, power

if TYPE_CHECKING:
    from pdviz.analysis.proof import Proof
    from pdviz.analysis.training.proofs import StepProofs
    from pdviz.analysis.training.run import TrainingRun

_COUNTS = {2: "Two ways", 3: "Three ways"}
_MAX_RELATIVE = 1e-3
"""The largest relative difference that is written out as an agreement."""


def badges(run: TrainingRun, proofs: StepProofs) -> list[dict[str, Any]]:
    """Write for each proof whether it holds, a sentence, how, and the methods with their values."""
    return [
        _badge(proofs.finite, _finite(proofs)),
        _badge(proofs.variants, _variants(proofs)),
        _badge(proofs.gathered, _gathered(run, proofs.gathered)),
    ]


def _badge(proof: Proof, words: tuple[str, str]) -> dict[str, Any]:
    text, detail = words
    methods = [[method.name, in_full(method.value)] for method in proof.methods]
    return {"ok": proof.ok, "text": text, "detail": detail, "methods": methods}


def _finite(proofs: StepProofs) -> tuple[str, str]:
    agreement = proofs.finite.agreement
    if not agreement.ok:
        difference = power(agreement.relative)
        text = f"Gradients differ from finite differences by {difference} of the largest."
    elif agreement.relative < _MAX_RELATIVE:
        text = f"Gradients agree with finite differences {_to(agreement.relative)}."
    else:
        text = "Gradients agree with finite differences within rounding error."
    return (
        text,
        f"{counted(agreement.count, 'held parameter')}, each changed by ±{number(proofs.width)}: "
        "the change of the loss, computed in NumPy, is compared with autograd's gradient before "
        "any mask, in float64. "
        f"Largest difference {power(agreement.difference)}, largest gradient "
        f"{power(agreement.size)}, tolerance {power(agreement.tolerance)}.",
    )


def _variants(proofs: StepProofs) -> tuple[str, str]:
    agreement = proofs.variants.agreement
    names = [method.name for method in proofs.variants.methods[: agreement.count]]
    count, difference = _COUNTS[agreement.count], agreement.difference
    if agreement.ok:
        same = f"the same {_to(difference)}" if difference else "exactly the same"
        text = f"{count}, one kernel: {same}."
    else:
        text = f"{count}, one kernel: they differ by {power(difference)}."
    recorded = ", and the recorded output and loss" if proofs.recorded else ""
    return (
        text,
        f"The weights at the taps, loaded into {listed(names)}: effective kernel, "
        f"output and loss of each{recorded}. Largest difference {power(difference)}, as a "
        f"share of the largest Σ |w · x|, tolerance {power(agreement.tolerance)}.",
    )


def _gathered(run: TrainingRun, proof: Proof) -> tuple[str, str]:
    agreement = proof.agreement
    if not agreement.ok:
        difference = power(agreement.difference)
        text = f"Parameters' gradients differ from their elements' by {difference}."
    elif not run.layout.unmasked.all():
        text = "Weights at taps get their element's gradient, those at gaps 0, exactly."
    elif run.layout.doubled:
        text = "Each parameter gets its element's gradient, doubled taps twice, exactly."
    else:
        text = "Each parameter gets its element's gradient, exactly."
    return (
        text,
        f"What the optimizer was given for {counted(agreement.count, 'parameter')}, against the "
        f"gradient of the assembled kernel. Largest difference {power(agreement.difference)}, "
        f"largest gradient {power(agreement.size)}, tolerance {power(agreement.tolerance)}.",
    )


def _to(difference: float) -> str:
    return f"to {power(difference)}" if difference else "exactly"
