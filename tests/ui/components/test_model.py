"""The model in JavaScript agrees with Python: the modules of `components/model`.

Their originals are `Pattern`, `pdviz.ui.state.layers`, `pdviz.analysis.receptive_field.field` and
`pdviz.analysis.stack.shade`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from pdviz.analysis.receptive_field import stack_fields
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.kernel import dilated_like
from pdviz.analysis.stack.shade import shades
from pdviz.pattern import Pattern
from pdviz.ui.components.editor.editor import editor_data
from pdviz.ui.state.edits import edit_stack
from pdviz.ui.state.layers import SAME, LayerChoice, own_layer
from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.resolve import TooWide, stack_of
from pdviz.ui.state.rules import Invalid, Whole
from pdviz.ui.state.state import State
from pdviz.ui.state.titles import title_of
from tests.javascript.node import copy_modules, run_node

LONGEST = Pattern.partially_dilated(64, 64, 65)  # 8,257 elements, what the sidebar can ask for
PARTS = ("left wing", "island", "right wing")
EXACT = 2**53  # below this, a JavaScript number holds every count

Ask = Callable[[str, list[Any]], list[Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Answer many cases in one run of Node, by a function of `tests/javascript/answers.js`."""
    tests = copy_modules(tmp_path_factory.mktemp("modules"))
    cases, answers = tests / "cases.json", tests / "answers.json"

    def ask(function: str, values: list[Any]) -> list[Any]:
        cases.write_text(json.dumps(values))
        done = run_node("answers.js", function, cases.name, answers.name, cwd=tests)
        assert done.returncode == 0, done.stderr
        return json.loads(answers.read_text(), parse_int=float)

    return ask


def _family(random: Random) -> Pattern:
    return Pattern.partially_dilated(
        wing=random.randint(0, 12),
        dilation=random.randint(1, 9),
        island=random.randrange(1, 14, 2),
        causal=random.random() < 0.4,
    )


def _almost_family(random: Random) -> Pattern:
    """One element more or less: a free pattern, with luck again one of the family."""
    taps = set(_family(random).offsets)
    taps ^= {random.randint(min(taps) - 2, max(taps) + 2)}
    return Pattern(tuple(taps)) if taps else _family(random)


def _dilated(random: Random) -> Pattern:
    return Pattern.dilated(random.randint(1, 14), random.randint(1, 9))


def _free(random: Random) -> Pattern:
    """Any taps, the origin anywhere among them, on a tap or on a gap."""
    text = _text(random, random.randint(1, 60))
    return Pattern.parse(text, random.randrange(len(text)))


def _beside_the_origin(random: Random) -> Pattern:
    """Every tap on one side of an origin that is a gap."""
    side = random.choice((-1, 1))
    return Pattern(tuple(side * o for o in random.sample(range(1, 40), random.randint(1, 12))))


def _single_tap(random: Random) -> Pattern:
    return Pattern((random.randint(-40, 40),))


def _around_a_gap(random: Random) -> Pattern:
    """Two taps equally near to an origin that is a gap: the island is the left one's."""
    near = random.randint(1, 5)
    far = random.sample(range(near, 40), random.randint(1, 8))
    return Pattern(tuple({near, -near} | {random.choice((-1, 1)) * o for o in far}))


def _text(random: Random, length: int) -> str:
    density = random.random()
    elements = ["1" if random.random() < density else "0" for _ in range(length)]
    elements[random.randrange(length)] = "1"
    return "".join(elements)


KINDS = (
    _family,
    _almost_family,
    _dilated,
    _free,
    _beside_the_origin,
    _single_tap,
    _around_a_gap,
)


def _patterns() -> list[Pattern]:
    """200 of each kind, and some as long as they may be."""
    random = Random(4)
    patterns = [kind(random) for _ in range(200) for kind in KINDS]
    longest = random.sample(range(-4128, 4129), 30)
    return [
        *patterns,
        *(Pattern.parse(_text(random, 1024)) for _ in range(10)),
        LONGEST,
        Pattern.partially_dilated(64, 64, 65, causal=True),
        Pattern.dense(8257),
        Pattern.dilated(1025, 8),
        Pattern((*longest, -4128, 4128)),
        Pattern((4128,)),
    ]


def _described(pattern: Pattern) -> dict[str, Any]:
    """What Python says of a pattern, in the shapes and words of `pattern.js`."""
    widths = [len(pattern.left), len(pattern.island), len(pattern.right)]
    like = dilated_like(pattern)
    return {
        "kernel": {
            "offsets": list(pattern.offsets),
            "first": -pattern.origin,
            "size": pattern.kernel_size,
            "start": widths[0],
            "stop": widths[0] + widths[1],
        },
        "parts": [part for part, width in zip(PARTS, widths, strict=True) for _ in range(width)],
        "family": None if pattern.family is None else list(pattern.family),
        "runs": [{"first": r.start, "count": len(r), "step": r.step} for r in pattern.runs],
        "text": str(pattern),
        "like": None if like is None else list(like.offsets),
    }


def test_patterns_are_described_alike(ask):
    random = Random(1)
    patterns = _patterns()
    assert len(set(patterns)) > 1000
    shuffled = [random.sample(p.offsets, p.taps) for p in patterns]  # in any order
    for pattern, answer in zip(patterns, ask("describe", shuffled), strict=True):
        assert answer == _described(pattern), pattern


def test_members_of_the_family_are_made_alike(ask):
    random = Random(2)
    families = [
        (random.randint(0, 64), random.randint(1, 64), random.randrange(1, 66, 2), causal)
        for _ in range(200)
        for causal in (False, True)
    ]
    answers = ask("family", families)
    for family, kernel in zip(families, answers, strict=True):
        assert kernel == _described(Pattern.partially_dilated(*family))["kernel"], family


def test_text_is_read_alike(ask):
    random = Random(3)
    texts = [_text(random, random.randint(1, 60)) for _ in range(1000)]
    texts += [_text(random, 8257), "1", "0001", "1000"]
    cases = [(text, random.choice((None, random.randrange(len(text))))) for text in texts]
    answers = ask("parse", cases)
    for (text, origin), kernel in zip(cases, answers, strict=True):
        assert kernel == _described(Pattern.parse(text, origin))["kernel"], (text, origin)


def test_patterns_are_read_as_python_prints_them(ask):
    patterns = [p for p in _patterns() if p.kernel_size <= 300]
    for write in (
        repr,
        str,
        lambda p: str(list(p.mask)),
        lambda p: str(tuple(p.mask)),
        lambda p: "\n".join(map(str, p.mask)),
        lambda p: str(p).replace("1", "X").replace("0", "."),
        lambda p: str(np.array(p.mask)),
        lambda p: repr(np.array(p.mask, dtype=np.float32)),
        lambda p: repr(np.array(p.mask, dtype=bool)),
        lambda p: f"tensor([[[{', '.join(f'{tap:.1f}' for tap in p.mask)}]]])",
    ):
        kernels = ask("typed", [write(pattern) for pattern in patterns])
        for pattern, kernel in zip(patterns, kernels, strict=True):
            same = pattern if write is repr else Pattern.parse(str(pattern))
            if kernel != _described(same)["kernel"]:
                assert isinstance(kernel, str), (write(pattern), kernel)
                assert write is repr, (write(pattern), kernel)
                assert not _within_limits(pattern), (write(pattern), kernel)


def _within_limits(pattern: Pattern) -> bool:
    """Whether the fields have the numbers of its family."""
    assert pattern.family is not None
    wing, dilation, island, _ = pattern.family
    return wing <= 64 and dilation <= 64 and island <= 65


def test_what_is_copied_is_read_back_with_its_origin(ask):
    patterns = [p for p in _patterns() if p.kernel_size <= 300]
    copies = ask("copied", [p.offsets for p in patterns])
    for pattern, copy, kernel in zip(patterns, copies, ask("typed", copies), strict=True):
        assert kernel == _described(pattern)["kernel"], copy
        if "parse" in copy:
            assert eval(copy, {"Pattern": Pattern}) == pattern


def _stacks() -> list[list[Layer]]:
    """One pattern in every layer, and different ones, with strides."""
    random = Random(5)
    alike = [[Layer(p)] * random.randint(1, 8) for p in _patterns()] + [[Layer(LONGEST)] * 8]
    patterns = [p for p in _patterns() if p.kernel_size < 200]
    mixed = [
        [
            Layer(random.choice(patterns), random.choice((1, 1, 2, 3)))
            for _ in range(random.randint(1, 5))
        ]
        for _ in range(600)
    ]
    return alike + mixed


def test_receptive_fields_are_counted_alike(ask):
    cases = _stacks()
    answers = ask("field", [[(p.offsets, stride) for p, stride in stack] for stack in cases])
    beyond = 0
    for stack, answer in zip(cases, answers, strict=True):
        fields = stack_fields(stack)
        assert answer["ends"] == [
            {"first": field.start, "last": field.start + field.extent - 1} for field in fields
        ], stack
        assert answer["numbers"] == [
            {
                "first": field.start,
                "last": field.start + field.extent - 1,
                "extent": field.extent,
                "support": len(field.support),
                "coverage": field.coverage,
                "longestHole": field.longest_hole,
            }
            for field in fields
        ], stack
        exact, counts = fields[-1].paths, np.array(answer["paths"])
        small = exact < EXACT
        assert np.array_equal(counts[small], exact[small].astype(float)), stack
        for count, value in zip(exact[~small].tolist(), counts[~small].tolist(), strict=True):
            assert abs(int(value) - count) * 10**12 <= count, stack
            beyond += 1
    assert beyond > 1000  # the tolerance was put to use


def _state(random: Random) -> State:
    """A stack as it can be chosen: growth, strides, and layers of their own."""
    layers = random.randint(1, 12)
    chosen = State.of(
        wing=random.choice((0, 1, 2, 4, 16)),
        dilation=random.randint(1, 5),
        island=random.randrange(1, 8, 2),
        causal=random.random() < 0.3,
        layers=layers,
        growth=random.randint(1, 4),
        every=random.randint(1, 4),
    )
    if random.random() < 0.3:
        chosen = chosen.with_pattern(_free(random))
    stack = [random.choice((SAME, _own(random))) for _ in range(random.randint(0, layers))]
    while stack and stack[-1] == SAME:
        stack.pop()
    return chosen.put(stack=tuple(stack))


def _own(random: Random) -> LayerChoice:
    stride = random.choice((1, 1, 2, 8))
    kind = random.choice(("stride", "family", "free"))
    if kind == "stride":
        return LayerChoice(stride)
    if kind == "free":
        return own_layer(_free(random), stride)
    family = (random.randint(0, 5), random.randint(1, 1024), random.randrange(1, 9, 2), True)
    return LayerChoice(stride, family)


def _made_or_refused(state: State) -> tuple[str, list[list[Any]] | None]:
    """The sentence that refuses a stack, or its layers."""
    try:
        return "", [[list(pattern.offsets), stride] for pattern, stride in stack_of(state)]
    except TooWide as wrong:
        return wrong.sentence, None


def _message(data: dict[str, Any]) -> dict[str, Any]:
    """What the editor sends where it shows this data."""
    names = ("family", "layers", "growth", "every", "stack")
    if data["family"] is None:
        names = ("text", "origin", *names[1:])
    return {name: data[name] for name in names}


def test_chosen_stacks_are_made_and_refused_alike(ask):
    random = Random(6)
    states = [_state(random) for _ in range(1000)]
    refused = 0
    sent = [editor_data(state) for state in states]
    for state, data, answer in zip(states, sent, ask("stack", sent), strict=True):
        assert (answer["refused"], answer["layers"]) == _made_or_refused(state), state
        refused += answer["refused"] != ""
        assert answer["message"] == _message(data), state
    assert refused > 40


def test_a_saved_picture_and_its_page_are_titled_alike(ask):
    random = Random(8)
    pages = [(True, ""), (False, "Gaussian"), (True, "Random")]
    cases = [(_state(random), *random.choice(pages)) for _ in range(500)]
    sent = [[editor_data(state), {"stack": s, "weights": w}] for state, s, w in cases]
    for (state, stack, weights), title in zip(cases, ask("title", sent), strict=True):
        assert title_of(state, stack=stack, weights=weights) == title, state


def test_a_link_with_an_edit_opens_the_edited_state(ask):
    random = Random(9)
    befores = [_state(random).edit("signal", "sunspots")[0] for _ in range(500)]
    edits = [(_state(random), random.choice((0, 200))) for _ in befores]
    cases = [
        [urlencode(to_query(before)), editor_data(state), goal]
        for before, (state, goal) in zip(befores, edits, strict=True)
    ]
    for before, (_, data, goal), link in zip(befores, cases, ask("link", cases), strict=True):
        edited, _ = edit_stack(before, {**_message(data), "goal": goal})
        opened, notices = from_query(dict(parse_qsl(link[1:], keep_blank_values=True)))
        assert not notices, link
        assert opened == edited, link


def test_own_layers_are_normalised_alike(ask):
    random = Random(7)
    patterns = [p for p in _patterns() if p.kernel_size <= 1024] + [
        Pattern.partially_dilated(1, 1000, 3, causal=True)
    ]
    cases = [(p.offsets, random.randint(1, 8)) for p in patterns]
    answers = ask("own", cases)
    for pattern, (_, stride), own in zip(patterns, cases, answers, strict=True):
        layer = own_layer(pattern, stride)
        family = None if layer.family is None else list(layer.family)
        assert own == {
            "stride": layer.stride,
            "family": family,
            "text": layer.text,
            "origin": layer.origin,
        }, pattern


def test_counts_of_paths_have_the_same_shade(ask):
    random = Random(8)
    most = [1, 1, *(10 ** random.uniform(0, 300) for _ in range(1000))]
    cases = [(10 ** random.uniform(0, np.log10(m)), m, random.random()) for m in most]
    for (paths, largest, share), shade in zip(cases, ask("shade", cases), strict=True):
        expected = shades(np.log([paths]), float(np.log(largest)), np.array([share]))
        assert shade == pytest.approx(expected[0], rel=1e-9), (paths, largest, share)


WHOLE = (Whole("Wing", 0, 64), Whole("Island", 1, 65, odd=True), Whole("Samples", 1, 1048576))


def _checked(rule: Whole, text: str) -> dict[str, Any]:
    """Return what Python makes of a typed number: the nearest valid one, and why it is another."""
    try:
        return {"nearest": rule.read(text), "reason": ""}
    except Invalid as invalid:
        return {"nearest": invalid.nearest, "reason": invalid.sentence}


def test_whole_numbers_are_checked_alike(ask):
    texts = [*map(str, range(-3, 70)), "-40", "1000", "1048577", "123456789", "", "2.5", "x"]
    cases = [(rule, text) for rule in WHOLE for text in texts]
    answers = ask("wholeNumber", [(vars(rule), text) for rule, text in cases])
    for (rule, text), answer in zip(cases, answers, strict=True):
        assert answer == _checked(rule, text), (rule.label, text)
