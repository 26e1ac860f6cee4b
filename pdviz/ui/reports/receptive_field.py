"""Report of the receptive-field page: what a stack sees, how evenly and how strongly."""

from __future__ import annotations

from math import prod
from typing import Final

from pdviz.analysis.effective_field import closed_form_std
from pdviz.analysis.proof import Quantity
from pdviz.analysis.receptive_field import hybrid_dilation
from pdviz.analysis.stack.kernel import widest_step
from pdviz.figures.wording import (
    amount,
    counted,
    length,
    listed,
    number,
    percent,
    signed,
    stretches,
    whole_percent,
    with_error,
)
from pdviz.ui.queries import effective_field as effects
from pdviz.ui.queries import receptive_field as fields
from pdviz.ui.queries import rivals as rival_queries
from pdviz.ui.queries.torch_start import LOADING
from pdviz.ui.queries.turns import Meanwhile
from pdviz.ui.reports.blocks import (
    PENDING,
    Block,
    Number,
    Pending,
    Proofs,
    RowProofs,
    figure,
    heading,
    note,
    numbers,
    proof_of,
    sentences,
    table,
)
from pdviz.ui.reports.rivals import differences, row_proofs, table_of
from pdviz.ui.state.parts.receptive_field import RIVALS
from pdviz.ui.state.resolve import stack_of
from pdviz.ui.state.state import State

SHADE: Final = (
    "Shade counts paths on a logarithmic scale: faintest is one path, strongest the most of its "
    "row; a thin line is a hole, which no path leads to. Expected is what random weights give on "
    "average, computed from the path counts."
)
"""What the shades of a figure mean, on a light page and on a dark one."""


def receptive_field(state: State, ready: bool, proved: bool) -> list[Block]:
    """Report the stack's numbers with their proofs, its fields and its rivals."""
    layers, proved = stack_of(state), proved and ready
    query = effects.EffectiveFieldQuery.from_state(state, layers)
    rivals = Meanwhile(lambda: effects.warm_rivals(query, state.field.rival, ready, proved))
    fields.values(fields.ReceptiveFieldQuery.from_state(state, layers))
    if proved:  # both are computed once, for the proofs and for the figure that is drawn meanwhile
        effects.values(query)
        checks = Meanwhile(lambda: _warm_proofs(state, layers, query))
        drawn = _fields(state, layers, ready)
        checks.result()
    else:
        drawn = _fields(state, layers, ready)
    own = _numbers(state, layers, ready, proved)
    rivals.result()
    return [
        heading("Each number, and its check"),
        own,
        sentences(_unreached(state, layers)),
        *drawn,
        heading("Beside dense and plain dilated stacks"),
        *_rivals(state, layers, proved),
    ]


def _warm_proofs(state: State, layers: fields.Layers, query: effects.EffectiveFieldQuery) -> None:
    """Warm the caches for the proofs of the stack's own numbers, those of its effect first."""
    effects.proofs(query)
    fields.proofs(fields.ReceptiveFieldQuery.from_state(state, layers))


def _unreached(state: State, layers: fields.Layers) -> str:
    """List the inputs inside the extent that are not reached, to be copied."""
    field = fields.values(fields.ReceptiveFieldQuery.from_state(state, layers))
    if not field.holes:
        return "Every input from the first to the last is reached."
    return f"**Not reached:** {stretches(field.holes, field.hole_count)}."


def _numbers(state: State, layers: fields.Layers, ready: bool, proved: bool) -> Block:
    """Return what a stack sees, how evenly and how strongly, each number with its proof."""
    query = fields.ReceptiveFieldQuery.from_state(state, layers)
    modulus, field = query.modulus, fields.values(query)
    proofs: Proofs = fields.proofs(query) if proved else PENDING
    last = field.start + field.extent - 1
    source = source_of(state, fields.dilation_of(state, layers))
    classes = f"modulo {modulus}, {source}" if source else f"modulo {modulus}"
    cards = [
        Number(
            "Receptive field",
            *_counted(field.extent, "input"),
            "Its extent: inputs from the first to the last one reached, "
            f"{signed(field.start)} to {signed(last)}, holes included.",
            proof_of(proofs, Quantity.EXTENT),
        ),
        Number(
            "Inputs reached",
            *_counted(field.reached, "input"),
            "Its support: inputs that a path leads to, holes left out.",
            proof_of(proofs, Quantity.INPUTS_REACHED),
        ),
        Number(
            "Coverage",
            percent(field.coverage),
            "",
            "Inputs reached as a share of the extent.",
            proof_of(proofs, Quantity.COVERAGE),
        ),
        Number(
            "Longest hole",
            *_counted(field.longest_hole, "input"),
            "The longest run of inputs inside the extent that no path leads to.",
            proof_of(proofs, Quantity.LONGEST_HOLE),
        ),
        Number(
            "Paths",
            amount(prod(layer.pattern.taps for layer in layers)),
            "",
            "Paths from all inputs to the output, through one tap of every layer.",
            proof_of(proofs, Quantity.PATHS),
        ),
        Number(
            f"Imbalance, modulo {modulus}",
            percent(field.imbalance),
            "",
            f"Inputs sorted by their remainder {classes}: paths of the fullest "
            "class minus those of the emptiest, as a share of all. 0 is even; 100% is one class "
            "alone, the gridding of plain dilation.",
            proof_of(proofs, Quantity.RESIDUE_IMBALANCE),
        ),
        Number(
            "First input",
            signed(field.start),
            "",
            "Where the extent begins, relative to the output, in samples.",
            proof_of(proofs, Quantity.START),
        ),
        Number(
            "Centre",
            length(field.centre),
            "",
            "The middle of the extent, relative to the output, in samples.",
            proof_of(proofs, Quantity.CENTRE),
        ),
        Number(
            "Jump",
            *_counted(field.jump, "input"),
            "Inputs between neighbouring outputs: the product of the strides.",
            proof_of(proofs, Quantity.JUMP),
        ),
        Number(
            "One input reaches",
            *_counted(field.outputs, "output"),
            "The projective field, the view from the other side: outputs that the input at "
            "position 0 has a path to.",
            proof_of(proofs, Quantity.OUTPUTS_REACHED),
        ),
    ]
    return numbers([*cards, *_strength(state, layers, ready, proved)])


def _counted(count: int, thing: str) -> tuple[str, str]:
    """Return a number of things, and their name as its unit."""
    value, _, unit = counted(count, thing).partition(" ")
    return value, unit


def source_of(state: State, dilation: int) -> str:
    """Say what a stack's dilation is; "" where it has none."""
    if dilation == 1:
        return ""
    if state.kernel.text and dilation == widest_step(state.pattern):
        return "the widest step between neighbouring taps of the free pattern"
    shared = not state.kernel.text and state.kernel.wing and dilation == state.kernel.dilation
    return "the dilation" if shared else "the least dilation of the layers"


def _strength(state: State, layers: fields.Layers, ready: bool, proved: bool) -> list[Number]:
    """Return how the effect is spread over the inputs, each number with its proof."""
    query = effects.EffectiveFieldQuery.from_state(state, layers)
    if not ready and query.needs_torch:
        return []
    effect = effects.values(query)
    if effect is None or effect.vanished:
        return []
    proofs: Proofs = effects.proofs(query) if proved else PENDING
    half, most = effect.stretches[0.5], effect.stretches[0.99]
    scatter = effect.scatter
    cards = [
        Number(
            "σ of the effect",
            length(effect.std) if scatter is None else with_error(effect.std, scatter.std),
            "inputs",
            "The standard deviation of where the effect comes from: the size of the effective "
            "receptive field. Behind ± is the standard error over the draws.",
            proof_of(proofs, Quantity.EFFECTIVE_STD, optional=True),
        ),
        Number(
            "Half of the effect",
            *_counted(half.length, "input"),
            f"The shortest stretch that holds half of it: {signed(half.first)} to "
            f"{signed(half.last)}.",
            proof_of(proofs, Quantity.STRETCH_50, optional=True),
        ),
        Number(
            "99% of the effect",
            *_counted(most.length, "input"),
            f"The shortest stretch that holds 99% of it: {signed(most.first)} to "
            f"{signed(most.last)}.",
            proof_of(proofs, Quantity.STRETCH_99, optional=True),
        ),
    ]
    whole = proof_of(proofs, Quantity.GRADIENT, optional=True) or proof_of(
        proofs, Quantity.OUTPUT, optional=True
    )
    if isinstance(whole, Pending) and effect.outputs is not None:
        whole = effect.outputs  # it came with the effect
    added_up = 0.0 if effect.gradient is None else abs(float(effect.gradient.sum()))
    if whole is not None:
        cards.append(
            Number(
                "Sum of the gradient",
                number(added_up if isinstance(whole, Pending) else float(whole.methods[0].value)),
                "",
                "The sum of the gradient over all inputs; the numbers of the effect are computed "
                "from this gradient.",
                whole,
            )
        )
    expected = proof_of(proofs, Quantity.EXPECTED_STD, optional=True)
    if expected is not None and closed_form_std(layers, None, query.measure) is not None:
        cards.append(
            Number(
                "σ of the effect, expected",
                length(effects.expected_std(layers, query.measure)),
                "inputs",
                "σ that random weights have on average, computed from the path counts.",
                expected,
            )
        )
    return cards


def _fields(state: State, layers: fields.Layers, ready: bool) -> list[Block]:
    """Return the fields of the stack and of its rivals, on one axis."""
    query = effects.EffectiveFieldQuery.from_state(state, layers)
    title = heading("How much each input counts")
    if not ready and query.needs_torch:
        return [title, note(LOADING)]
    blocks = [title, figure("effective-field", state), note(SHADE, "caption")]
    effect = effects.values(query)
    if effect is None:
        blocks.append(
            note(
                "This stack is too large to be measured here. The expected profile, "
                "which is what random weights give on average, is exact."
            )
        )
    elif effect.vanished:
        blocks.append(
            note(
                "No input has any effect on the output: all weights of a layer are 0, or every "
                "ReLU gave 0. Choose other weights.",
                "warning",
            )
        )
    else:
        stretches = effect.stretches.items()
        shares = [f"{window.length:,} make {whole_percent(s)}" for s, window in stretches]
        over = f", averaged over {effect.draws} draws" if effect.draws > 1 else ""
        text = (
            f"Of the {counted(len(effect.mass), 'input')} of the theoretical field "
            f"{listed(shares)} of the effect{over}."
        )
        blocks.insert(1, sentences(text))
    if query.weights == "typed":
        text = "Weights typed by hand belong to this stack alone: its rivals show no line."
        blocks.append(note(text, "caption"))
    return blocks


def _rivals(state: State, layers: fields.Layers, proved: bool) -> list[Block]:
    """Compare with what dense and plain dilated stacks reach at equal span and at equal weights."""
    stacks = {fit: rival_queries.values(layers, fit) for fit in RIVALS}
    proofs: RowProofs = PENDING
    if proved:
        proofs = row_proofs(rival_queries.proofs(layers))
    lines = [differences(each, fit, len(layers)) for fit, each in stacks.items() if len(each) > 1]
    return [
        sentences(*lines, kind="list")
        if lines
        else sentences("Every layer is dense: there is nothing to compare it with."),
        table("This stack and its rivals", table_of(stacks), proofs),
        sentences(f"**Hybrid-dilation criterion** (Wang et al. 2018). {_hybrid(state, layers)}"),
    ]


def _hybrid(state: State, layers: fields.Layers) -> str:
    """Apply the hybrid-dilation criterion; say why, where it does not apply to this stack."""
    hybrid = hybrid_dilation(layers)
    field = fields.values(fields.ReceptiveFieldQuery.from_state(state, layers))
    holes = f"longest hole {field.longest_hole:,}" if field.longest_hole else "no holes"
    exact = f"{field.reached:,} of {counted(field.extent, 'input')} reached, {holes}"
    if not hybrid.applies:
        return f"Does not apply. {hybrid.reason} Counted exactly instead: {exact}."
    rates = ", ".join(map(str, hybrid.dilations))
    verdict = "The stack passes" if hybrid.passes else f"The stack does not pass. {hybrid.reason}"
    return (
        f"Dilations {rates} with {hybrid.kernel_size} taps per layer. The criterion's "
        f"distance M₂ is {hybrid.distances[1]} and may be at most {hybrid.kernel_size}. "
        f"{verdict.rstrip('.')}. Exactly: {exact}."
    )
