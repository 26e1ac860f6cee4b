"""The state: what a link keeps, what a wrong link or a wrong control becomes, and what is said."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern, signals
from pdviz.analysis.targets import TARGETS
from pdviz.analysis.weights import WEIGHTS, make_weights
from pdviz.limits import (
    MAX_DILATION,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_PATTERN_TEXT,
    MAX_QUERY,
    MAX_SECTION,
    MAX_SEED,
    MAX_TRAINING_STEPS,
    MAX_TYPED_WEIGHTS,
    MAX_WEIGHT,
    MAX_WEIGHT_DECAY,
    MAX_WING,
    MIN_LEARNING_RATE,
    MIN_SECTION,
)
from pdviz.ui.choices import GAPS, OPTIMIZERS, RULES, SCOPES, WAYS
from pdviz.ui.link import from_query, to_query
from pdviz.ui.state import State

DEFAULT = State()
FAMILY = ("wing", "dilation", "island", "causal")
CHOICES: Mapping[str, Mapping[str, str]] = {
    "signal": signals.SIGNALS,
    "weights": WEIGHTS,
    "initial": WEIGHTS,
    "target": TARGETS,
    "scope": SCOPES,
    "optimizer": OPTIMIZERS,
    "way": WAYS,
    "gaps": GAPS,
}
RANGES = {
    "wing": (0, MAX_WING),
    "dilation": (1, MAX_DILATION),
    "island": (1, MAX_ISLAND),
    "layers": (1, MAX_LAYERS),
    "seed": (0, MAX_SEED),
    "steps": (1, MAX_TRAINING_STEPS),
    "rate": (MIN_LEARNING_RATE, MAX_LEARNING_RATE),
    "momentum": (0.0, MAX_MOMENTUM),
    "decay": (0.0, MAX_WEIGHT_DECAY),
}

seeds = st.integers(0, 3) | st.integers(0, MAX_SEED)
weight = st.floats(-MAX_WEIGHT, MAX_WEIGHT).map(lambda number: float(f"{number:.6g}"))
free = st.sets(st.integers(-25, 25), min_size=1, max_size=20).map(lambda s: Pattern(tuple(s)))
families = st.fixed_dictionaries(
    {
        "wing": st.integers(0, MAX_WING),
        "dilation": st.integers(1, MAX_DILATION),
        "island": st.integers(0, MAX_ISLAND // 2).map(lambda half: 2 * half + 1),
        "causal": st.booleans(),
    }
)


def within_reach(pattern: Pattern) -> bool:
    """Whether the numbers in the sidebar can make it."""
    return pattern.family is not None and all(
        number <= most
        for number, most in zip(pattern.family, (MAX_WING, MAX_DILATION, MAX_ISLAND), strict=False)
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any state that stands for itself: every field within what the others allow."""
    chosen: dict[str, Any] = draw(families)
    if draw(st.booleans()):
        pattern = draw(free.filter(lambda pattern: not within_reach(pattern)))
        chosen = {"text": str(pattern), "origin": pattern.origin}
    taps = State(**chosen).pattern.taps
    name, seed = draw(st.sampled_from(sorted(signals.SIGNALS))), draw(seeds)
    signal = signals.load(name, seed)
    samples = draw(st.integers(MIN_SECTION, min(MAX_SECTION, signal.length)))
    steps = draw(st.integers(1, MAX_TRAINING_STEPS))
    for field in ("weights", "initial"):
        chosen[field] = draw(st.sampled_from(sorted(WEIGHTS)))
    values: tuple[float, ...] = ()
    if "typed" in (chosen["weights"], chosen["initial"]):
        few = draw(st.lists(weight, min_size=1, max_size=9))
        values = tuple(few[number % len(few)] for number in range(taps))
    return State(
        **chosen,
        values=values,
        layers=draw(st.integers(1, MAX_LAYERS)),
        signal=name,
        seed=seed,
        channel=draw(st.integers(0, len(signal.channels) - 1)),
        samples=samples,
        start=draw(st.integers(0, signal.length - samples)),
        position=draw(st.integers(0, samples - 1)),
        device=draw(st.sampled_from(["cpu", "cuda:0", "cuda:1", "cuda:15"])),
        target=draw(st.sampled_from(sorted(TARGETS))),
        scope=draw(st.sampled_from(sorted(SCOPES))),
        rate=draw(st.floats(MIN_LEARNING_RATE, MAX_LEARNING_RATE)),
        optimizer=draw(st.sampled_from(sorted(OPTIMIZERS))),
        way=draw(st.sampled_from(sorted(WAYS))),
        momentum=draw(st.floats(0, MAX_MOMENTUM)),
        decay=draw(st.floats(0, MAX_WEIGHT_DECAY)),
        gaps=draw(st.sampled_from(sorted(GAPS))),
        steps=steps,
        step=draw(st.integers(0, steps - 1)),
    )


def assert_sound(state: State) -> None:
    """Every field is of its type and within its limits, and they fit one another."""
    for field in dataclasses.fields(State):
        assert type(getattr(state, field.name)) is type(getattr(DEFAULT, field.name)), field.name
    for name, (least, most) in RANGES.items():
        assert least <= getattr(state, name) <= most, name
    for name, options in CHOICES.items():
        assert getattr(state, name) in options, name
    assert state.island % 2 == 1
    assert re.fullmatch(r"cpu|cuda:[0-9]{1,2}", state.device)
    assert set(state.text) <= {"0", "1"}
    assert len(state.text) <= MAX_PATTERN_TEXT
    assert state.pattern.kernel_size <= max(MAX_PATTERN_TEXT, 2 * MAX_WING * MAX_DILATION + 65)
    signal = signals.load(state.signal, state.seed)
    assert 0 <= state.channel < len(signal.channels)
    assert MIN_SECTION <= state.samples <= min(MAX_SECTION, signal.length)
    assert 0 <= state.start <= signal.length - state.samples
    assert 0 <= state.position < state.samples
    assert 0 <= state.step < state.steps
    typed = "typed" in (state.weights, state.initial)
    assert len(state.values) == (state.pattern.taps if typed else 0)
    assert len(state.values) <= MAX_TYPED_WEIGHTS
    assert all(type(value) is float and abs(value) <= MAX_WEIGHT for value in state.values)
    assert hash(state) == hash(dataclasses.replace(state))


def assert_plain(sentence: str) -> None:
    """One short sentence or two, in which Markdown finds nothing to mark.

    Text between backticks is code, in which nothing is. Outside of it there may be none of the
    characters that mark text (`_` does but inside a word), no `:name` (Streamlit has colours, icons
    and emoji by that) and nothing that is made a link by itself, as `www.` and `name@` are.
    """
    outside = re.sub(r"`[\w.:+-]*`", "", sentence, flags=re.ASCII)
    assert not re.search(r"[*~`<>\[\]{}$#|\\&!@=/\"\n\r]", outside), sentence
    assert not re.search(r"(?<!\w)_|_(?!\w)|:[A-Za-z]|www\.|^[-+]", outside), sentence
    assert sentence.isprintable()
    assert len(sentence) <= 400
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")


# A link to a state, and back.


def test_a_link_to_a_first_visit_says_nothing() -> None:
    assert to_query(DEFAULT) == {}
    assert from_query({}) == (DEFAULT, [])


def test_a_first_visit_shows_the_pattern_of_the_question() -> None:
    assert str(DEFAULT.pattern) == "101010101111101010101"
    assert DEFAULT.pattern == Pattern.partially_dilated(4, 2, 5)
    assert_sound(DEFAULT)


@settings(max_examples=300)
@given(states())
def test_a_link_reopens_exactly_what_its_sender_saw(state: State) -> None:
    assert_sound(state)
    address = urlencode(to_query(state))
    assert from_query(dict(parse_qsl(address, keep_blank_values=True))) == (state, [])


@settings(max_examples=200)
@given(states())
def test_a_link_names_what_differs_from_a_first_visit_and_nothing_else(state: State) -> None:
    """Of another signal: from what is seen of it first."""
    query = to_query(state)
    first, _ = from_query({"signal": state.signal})
    differs = {
        field.name
        for field in dataclasses.fields(State)
        if getattr(state, field.name) != getattr(first, field.name)
    }
    differs |= {"signal"} - ({"signal"} if state.signal == DEFAULT.signal else set())
    if state.text:
        assert query["pattern"] == state.text
        assert ("origin" in query) == (state.origin != (len(state.text) - 1) // 2)
    assert set(query) - {"pattern", "origin"} == differs - {"text", "origin"}
    assert all(isinstance(text, str) and len(text) <= MAX_QUERY for text in query.values())


@pytest.mark.parametrize(
    ("query", "changes"),
    [
        (
            {"wing": "4", "dilation": "2", "island": "5", "layers": "3", "signal": "ecg"},
            {},
        ),
        ({"wing": "6", "causal": "1"}, {"wing": 6, "causal": True}),
        ({"pattern": "1101011"}, {"text": "1101011", "origin": 3}),
        ({"pattern": "1101011", "origin": "0"}, {"text": "1101011", "origin": 0}),
        ({"pattern": "001101000", "origin": "3"}, {"text": "1101", "origin": 1}),  # gaps dropped
        ({"pattern": "11 01\t0 11"}, {"text": "1101011", "origin": 3}),  # blanks ignored
        ({"pattern": "1011101"}, {"wing": 1, "dilation": 2, "island": 3}),  # the family's
        ({"pattern": "111", "origin": "2"}, {"wing": 0, "dilation": 1, "island": 3, "causal": 1}),
        ({"pattern": "1" * 67}, {"text": "1" * 67, "origin": 33}),  # wider than the controls reach
        ({"rate": "1e-1", "seed": "007"}, {"rate": 0.1, "seed": 7}),
        ({"way": "mask", "gaps": "pruned"}, {"way": "mask", "gaps": "pruned"}),
        ({"momentum": ".99", "decay": "1"}, {"momentum": 0.99, "decay": 1.0}),
        ({"unknown": "1", "utm_source": "<b>"}, {}),
    ],
)
def test_links_by_hand(query: dict[str, str], changes: dict[str, Any]) -> None:
    expected = dataclasses.replace(DEFAULT, **changes)
    assert from_query(query) == (expected, [])


def test_a_link_to_as_many_typed_weights_as_there_may_be_is_short_enough() -> None:
    text = "1" * (MAX_TYPED_WEIGHTS - 1) + "01"
    state, notice = DEFAULT.edit_pattern(text)
    assert notice is None
    state, notice = state.edit("weights", "typed")
    assert notice is None
    state, notice = state.edit("values", [-1.234567e-05] * MAX_TYPED_WEIGHTS)
    assert notice is None
    assert len(to_query(state)["values"]) <= MAX_QUERY
    assert from_query(to_query(state)) == (state, [])


def test_a_link_to_a_free_pattern_keeps_the_numbers_that_its_sender_sees_beside_it() -> None:
    """Wing, dilation and island stand in the sidebar, and are what an edit goes back to."""
    wide, _ = DEFAULT.edit("wing", 6)
    free_pattern, _ = wide.edit_pattern("11001")
    assert from_query(to_query(free_pattern)) == (free_pattern, [])


# A wrong link.

WRONG = (
    *(" ", "x", "NaN", "nan", "inf", "-inf", "Infinity", "1_0", "٤", "４", "½", "0x10", "1e"),
    *("--1", "+-1", "−1", "1.5.2", ".", "1\n", " 4", "4 ", "4;", "None", "null", "true", "\x00"),
    *("\ud800", "💥", "\u202e4", "<script>alert(1)</script>", "<b>4</b>", "**4**", "[a](//b.c)"),
    *("`4`", "$4$", "|4|", "# 4", "\n# 4", "- 4", "![](//b.c/d.png)", ":material/home:", ":red[4]"),
    *("_4_", "__x__", "-_x_-", ":smile:", ":red", "www.example.com", "www.example.com:80", "a@b.c"),
    *("http://a.b", "javascript:alert(1)", "../../etc/passwd", "%3Cb%3E", "&lt;b&gt;", "'; --"),
    *("a" * 41, "x" * MAX_QUERY, "x" * (MAX_QUERY + 1), "9" * 100_000, "-" * 10_000, "<" * 10_000),
)


@pytest.mark.parametrize("text", ["", *WRONG], ids=lambda text: ascii(text[:24]))
def test_a_wrong_value_becomes_the_default_and_is_said(text: str) -> None:
    for name, rule in RULES.items():
        if (name, text) == ("values", ""):
            continue  # no weights: that is the default
        state, notices = from_query({name: text})
        assert state == DEFAULT
        assert len(notices) == 1
        assert notices[0].startswith((rule.label, "Each weight"))
        assert "Shown instead: " in notices[0]
        assert_plain(notices[0])


@pytest.mark.parametrize(
    "text", [text for text in ("", *WRONG, "2", "-1", "1O1", "000", "0") if text != "1\n"]
)
@pytest.mark.parametrize("name", ["pattern", "origin"])
def test_a_wrong_pattern_becomes_the_default_and_is_said(name: str, text: str) -> None:
    if name == "origin" and text in ("0", "2", "000"):
        return  # an element of the pattern
    query = {"pattern": "1101", "origin": "1", name: text}
    state, notices = from_query(query)
    assert state == DEFAULT
    assert len(notices) == 1
    assert "101010101111101010101" in notices[0]
    assert_plain(notices[0])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"wing": "abc"}, "Wing must be a whole number, but the link says “abc”."),
        ({"wing": "65"}, "Wing must be 0 to 64, but the link says “65”."),
        ({"island": "4"}, "Island must be odd, but the link says “4”."),
        ({"rate": "-0.5"}, "Learning rate must be 0.0001 to 10, but the link says “-0.5”."),
        ({"momentum": "1"}, "Momentum must be 0 to 0.99, but the link says “1”."),
        ({"decay": "1.5"}, "Weight decay must be 0 to 1, but the link says “1.5”."),
        ({"way": "dense"}, "Way must be one of compact, sum, mask, conv1d, but the link says"),
        ({"gaps": "x"}, "Weights at gaps must be one of zero, conv, pruned, but the link says"),
        ({"seed": "-1"}, "Seed must be 0 to 4,294,967,295, but the link says “-1”."),
        ({"causal": "yes"}, "Causal must be 0 or 1, but the link says “yes”."),
        ({"target": "<i>"}, "Target must be one of gaussian, smooth, next, but the link says some"),
        ({"pattern": "12"}, "A pattern is written with 0 for a gap and 1 for a tap, nothing else"),
        ({"pattern": "000"}, "A pattern needs at least one tap, a 1, but the link says “000”."),
        ({"pattern": "1" * 1025}, "A pattern must be at most 1,024 elements long, not 1,025"),
        ({"wing": "1" * 8193}, "Wing must be at most 8,192 characters long, but the link says"),
    ],
)
def test_what_is_said_about_a_wrong_link(query: dict[str, str], sentence: str) -> None:
    _, (notice,) = from_query(query)
    assert re.sub("[`“”]", "", notice).startswith(re.sub("[`“”]", "", sentence))


@pytest.mark.parametrize("origin", ["9", "x", "-1", "4"])
def test_a_wrong_origin_is_what_is_repeated_not_the_pattern_beside_it(origin: str) -> None:
    _, (notice,) = from_query({"pattern": "1101", "origin": origin})
    said = notice.split("Shown instead")[0]
    assert re.search(rf"\b{re.escape(origin.strip('-'))}\b", said.split("the link says")[1])
    assert "1101" not in said


@pytest.mark.parametrize("length", [2 * MAX_PATTERN_TEXT + 1, 10**6])
def test_a_pattern_far_too_long_is_refused_unread(length: int) -> None:
    for text in ("1" * length, " " * length + "1", "x" * length):
        state, (notice,) = from_query({"pattern": text})
        assert state == DEFAULT
        assert notice.startswith(f"A pattern must be at most {MAX_PATTERN_TEXT:,} elements long")


def test_a_sentence_stays_short_where_the_pattern_shown_instead_is_long() -> None:
    state, (notice,) = from_query({"wing": "64", "dilation": "64", "pattern": "12"})
    assert state.pattern.kernel_size > 8000
    assert_plain(notice)


PARAMETERS = [*RULES, "pattern", "origin"]
texts = (
    st.text(max_size=40)
    | st.text("01", max_size=40)
    | st.text("0123456789.,-+eE", max_size=12)
    | st.sampled_from(WRONG)
    | st.sampled_from(["typed", *(name for options in CHOICES.values() for name in options)])
    | st.integers().map(str)
    | st.floats().map(str)
    | st.lists(st.integers(-9, 9), max_size=20).map(lambda n: ",".join(map(str, n)))
    | st.integers(0, MAX_QUERY + 2).map(lambda length: "1" * length)
)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=9), texts, max_size=25))
def test_whatever_a_link_says_there_is_a_state_and_plain_sentences(query: dict[str, str]) -> None:
    state, notices = from_query(query)
    assert_sound(state)
    assert len(notices) <= len(query)
    for notice in notices:
        assert_plain(notice)
    assert from_query(to_query(state)) == (state, [])


WHOLE = {
    "wing": range(MAX_WING + 1),
    "dilation": range(1, MAX_DILATION + 1),
    "island": range(1, MAX_ISLAND + 1, 2),
    "layers": range(1, MAX_LAYERS + 1),
    "seed": range(MAX_SEED + 1),
    "steps": range(1, MAX_TRAINING_STEPS + 1),
}


@settings(max_examples=300)
@given(st.sampled_from(sorted(WHOLE)), st.integers(-5, 250) | st.integers())
def test_a_number_in_a_link_is_taken_just_if_it_is_within_its_limits(name: str, value: int) -> None:
    state, notices = from_query({name: str(value)})
    if value in WHOLE[name]:
        assert (getattr(state, name), notices) == (value, [])
    else:
        assert state == DEFAULT
        assert len(notices) == 1


def test_each_wrong_value_has_its_own_sentence_and_the_rest_is_kept() -> None:
    query = {"wing": "x", "island": "7", "layers": "9", "signal": "co2", "pattern": "102"}
    state, notices = from_query(query)
    assert (state.wing, state.island, state.layers, state.signal) == (4, 7, 3, "co2")
    assert not state.text
    assert [notice.split(" must ")[0].split(" is ")[0] for notice in notices] == [
        *("Wing", "Layers", "A pattern"),
    ]


# A link whose parts do not fit one another.

MACRO = signals.load("macro").length
ECG = signals.load("ecg").length


@pytest.mark.parametrize(
    ("query", "field", "mended"),
    [
        ({"signal": "macro", "samples": "720"}, "samples", MACRO),
        ({"signal": "macro", "start": "5"}, "start", 0),  # all of it is shown
        ({"signal": "macro", "samples": "100", "start": "200"}, "start", MACRO - 100),
        ({"signal": "macro", "position": "250"}, "position", MACRO - 1),
        ({"samples": "50", "position": "50"}, "position", 49),
        ({"start": "107990"}, "start", ECG - DEFAULT.samples),
        ({"channel": "1"}, "channel", 0),
        ({"signal": "macro", "channel": "12"}, "channel", 11),
        ({"steps": "5", "step": "5"}, "step", 4),
        ({"weights": "typed"}, "weights", "gaussian"),
        ({"initial": "typed"}, "initial", "random"),
        ({"values": "1,2,3"}, "values", ()),
        ({"values": ",".join("1" * 13)}, "values", ()),  # as many as taps, but not asked for
    ],
)
def test_what_does_not_fit_the_rest_is_mended_and_said(
    query: dict[str, str], field: str, mended: Any
) -> None:
    state, notices = from_query(query)
    assert getattr(state, field) == mended
    assert_sound(state)
    assert len(notices) == 1
    assert notices[0].startswith(RULES[field].label)
    assert re.search(r"must fit the signal|for each of the 13 taps", notices[0])
    shown = {"": "none"}.get(str(mended), str(mended)) if mended != () else "none"
    assert notices[0].endswith(f"Shown instead: {shown}.")
    assert_plain(notices[0])


def test_typed_weights_of_another_number_than_taps_are_left_out_and_said() -> None:
    state, notices = from_query(
        {"weights": "typed", "initial": "typed", "values": "1,2", "pattern": "1101"}
    )
    assert (state.weights, state.initial, state.values) == ("gaussian", "random", ())
    assert {re.split(" must | need ", notice)[0] for notice in notices} == {
        *("Weights", "Starting weights", "Typed weights"),
    }
    assert all("for each of the 3 taps" in notice for notice in notices)


def test_what_a_link_leaves_open_is_made_to_fit_without_a_word() -> None:
    for name in signals.SIGNALS:
        state, notices = from_query({"signal": name})
        assert notices == []
        assert_sound(state)
        assert state.samples == min(DEFAULT.samples, signals.load(name).length)


@pytest.mark.parametrize("name", list(signals.SIGNALS))
def test_a_signal_opens_where_it_does_for_everyone(name: str) -> None:
    """Chosen by its control or by a link; and where there is something to see."""
    opened, _ = from_query({"signal": name})
    elsewhere = dataclasses.replace(DEFAULT, start=50_000, samples=100, position=3)
    assert elsewhere.edit("signal", name) == (opened, None)
    samples = signals.load(name).samples[0]
    section = samples[opened.start : opened.start + opened.samples]
    assert section.min() < section.max()


# Editing by a control.


def test_an_edit_changes_its_own_field_alone() -> None:
    for name, value in {
        **{"layers": 5, "seed": 9, "device": "cuda:1", "target": "smooth"},
        **{"scope": "signal", "rate": 0.5, "optimizer": "adam", "steps": 40, "step": 7},
        **{"wing": 2, "dilation": 3, "island": 7, "causal": True, "start": 99, "position": 1},
        **{"weights": "average", "initial": "gaussian", "samples": 1000},
        **{"way": "sum", "gaps": "conv", "momentum": 0.5, "decay": 0.01},
    }.items():
        state, notice = DEFAULT.edit(name, value)
        assert notice is None
        assert state == dataclasses.replace(DEFAULT, **{name: value})
    assert State() == DEFAULT


@pytest.mark.parametrize(
    ("name", "value", "nearest", "reason"),
    [
        ("wing", -1, 0, "must be 0 to 64"),
        ("wing", 65, 64, "must be 0 to 64"),
        ("dilation", 0, 1, "must be 1 to 64"),
        ("dilation", 999, 64, "must be 1 to 64"),
        ("island", 4, 5, "must be odd"),
        ("island", 0, 1, "must be 1 to 65"),
        ("island", 66, 65, "must be 1 to 65"),
        ("layers", 0, 1, "must be 1 to 8"),
        ("layers", 9, 8, "must be 1 to 8"),
        ("channel", -1, 0, "must be 0 to "),
        ("start", -1, 0, "must be 0 to "),
        ("samples", 15, 16, "must be 16 to 4,096"),
        ("samples", 4097, 4096, "must be 16 to 4,096"),
        ("position", -1, 0, "must be 0 to "),
        ("seed", -1, 0, "must be 0 to 4,294,967,295"),
        ("seed", 2**32, 2**32 - 1, "must be 0 to 4,294,967,295"),
        ("rate", 0.0, 1e-4, "must be 0.0001 to 10"),
        ("rate", 10.5, 10.0, "must be 0.0001 to 10"),
        ("momentum", 1, 0.99, "must be 0 to 0.99"),
        ("momentum", -0.5, 0.0, "must be 0 to 0.99"),
        ("decay", 2.0, 1.0, "must be 0 to 1"),
        ("decay", -1e-9, 0.0, "must be 0 to 1"),
        ("steps", 0, 1, "must be 1 to 200"),
        ("steps", 201, 200, "must be 1 to 200"),
        ("step", -1, 0, "must be 0 to "),
    ],
)
def test_a_number_out_of_range_becomes_the_nearest_and_it_is_said(
    name: str, value: float, nearest: Any, reason: str
) -> None:
    state, notice = DEFAULT.edit(name, value)
    expected = dataclasses.replace(DEFAULT, **{name: nearest})
    if name == "samples":  # the position has to stay among them, the section in the signal
        expected = dataclasses.replace(expected, position=min(DEFAULT.position, nearest - 1))
    assert_sound(state)
    assert state == expected
    assert notice is not None
    assert notice.startswith(f"{RULES[name].label} {reason}")
    assert notice.endswith(f" was changed to {nearest}.")
    assert_plain(notice)


def test_an_even_island_is_made_odd_in_these_words() -> None:
    state, notice = DEFAULT.edit("island", 4)
    assert state.island == 5
    assert notice == "Island must be odd: 4 was changed to 5."


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [
        ("position", DEFAULT.samples, DEFAULT.samples - 1),
        ("position", 4000, DEFAULT.samples - 1),
        ("start", ECG - DEFAULT.samples + 1, ECG - DEFAULT.samples),
        ("start", 131_071, ECG - DEFAULT.samples),
        ("channel", 3, 0),
        ("step", 20, 19),
        ("step", 199, 19),
    ],
)
def test_what_does_not_fit_the_other_choices_becomes_the_nearest_and_it_is_said(
    name: str, value: int, nearest: int
) -> None:
    """A slider may lag behind the one that bounds it; its limits are kept by the browser alone."""
    state, notice = DEFAULT.edit(name, value)
    assert state == dataclasses.replace(DEFAULT, **{name: nearest})
    assert notice is not None
    assert f"{RULES[name].label} " in notice
    assert notice.endswith(f" was changed to {nearest}.")


@pytest.mark.parametrize("name", [name for name in RULES if name != "values"])
@pytest.mark.parametrize("value", [None, "x", float("nan"), (), b"1", object])
def test_a_value_of_another_kind_changes_nothing_and_it_is_said(name: str, value: Any) -> None:
    state, notice = DEFAULT.edit(name, value)
    assert state == DEFAULT
    assert notice is not None
    assert notice.startswith(f"{RULES[name].label} must be ")


TYPED = DEFAULT.edit("weights", "typed")[0]


@pytest.mark.parametrize(
    ("number", "nearest"), [(2000.0, 1000.0), (-1e9, -1000.0), (float("inf"), 1000.0)]
)
def test_a_typed_weight_out_of_range_becomes_the_nearest_and_it_is_said(
    number: float, nearest: float
) -> None:
    state, notice = TYPED.edit("values", [number, *TYPED.values[1:]])
    assert state == dataclasses.replace(TYPED, values=(nearest, *TYPED.values[1:]))
    assert notice is not None
    assert "weight must be " in notice
    assert_plain(notice)


@pytest.mark.parametrize("number", [None, "x", float("nan"), True])
def test_a_typed_weight_that_is_no_number_changes_nothing_and_it_is_said(number: Any) -> None:
    state, notice = TYPED.edit("values", [number, *TYPED.values[1:]])
    assert state == TYPED
    assert notice is not None
    assert "weight must be a number" in notice
    assert_plain(notice)


@pytest.mark.parametrize("values", [(), (1.0,), (1.0,) * 12, (1.0,) * 14, (1.0,) * 257])
def test_another_number_of_typed_weights_changes_nothing_and_it_is_said(
    values: tuple[float, ...],
) -> None:
    state, notice = TYPED.edit("values", values)
    assert state == TYPED
    assert notice


def test_typed_weights_are_taken_to_six_digits() -> None:
    state, notice = TYPED.edit("values", [1 / 3, -2, *TYPED.values[2:]])
    assert notice is None
    assert state.values == (0.333333, -2.0, *TYPED.values[2:])


def test_typing_starts_from_the_weights_there_are() -> None:
    for kind in ("random", "average", "gaussian", "difference"):
        for name in ("weights", "initial"):
            before = dataclasses.replace(DEFAULT, **{name: kind}, seed=5)
            state, notice = before.edit(name, "typed")
            assert notice is None
            assert getattr(state, name) == "typed"
            there = make_weights(kind, before.pattern, 5)
            assert state.values == pytest.approx(there.tolist(), rel=5.1e-6)


def test_typing_in_a_second_place_starts_from_what_was_typed_in_the_first() -> None:
    typed, _ = TYPED.edit("values", list(range(13)))
    both, _ = typed.edit("initial", "typed")
    assert both == dataclasses.replace(typed, initial="typed")
    one, _ = both.edit("weights", "average")
    assert one.values == typed.values
    none, _ = one.edit("initial", "random")
    assert none.values == ()


@pytest.mark.parametrize("name", ["weights", "initial"])
def test_typing_starts_for_a_single_tap_too(name: str) -> None:
    """Which has no slope; the pages show other weights instead, and say so."""
    state = State(wing=0, island=1, **{name: "difference"})
    state, _ = state.edit(name, "typed")
    assert_sound(state)


def test_too_many_taps_to_type_weights_for_are_said() -> None:
    state, _ = DEFAULT.edit_pattern("1" * (MAX_TYPED_WEIGHTS + 1))
    for name in ("weights", "initial"):
        after, notice = state.edit(name, "typed")
        assert after == state
        assert notice == f"At most {MAX_TYPED_WEIGHTS} weights can be typed by hand."


def test_typed_weights_do_not_outgrow_what_a_link_can_hold() -> None:
    state, _ = TYPED.edit_pattern("1" * (MAX_TYPED_WEIGHTS + 1))
    assert_sound(state)
    assert from_query(to_query(state)) == (state, [])


@settings(max_examples=200)
@given(free, free | families.map(lambda family: Pattern.partially_dilated(**family)))
def test_typed_weights_stay_with_the_offset_they_were_typed_for(
    before: Pattern, after: Pattern
) -> None:
    typed = [float(number + 1) for number in range(before.taps)]
    state, _ = DEFAULT.with_pattern(before).edit("weights", "typed")
    state, notice = state.edit("values", typed)
    assert notice is None
    by_offset = dict(zip(before.offsets, typed, strict=True))
    state = state.with_pattern(after)
    assert state.weights == "typed"
    assert state.values == tuple(by_offset.get(offset, 0.0) for offset in after.offsets)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("wing", 5, (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0)),
        ("wing", 3, (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
        ("island", 7, (0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0)),
        ("dilation", 3, (0, 0, 2, 0, 5, 6, 7, 8, 9, 0, 12, 0, 0)),
        ("causal", True, (0, 1, 2, 3, 4, 0, 5, 6, 7)),
    ],
)
def test_typed_weights_when_a_number_changes(name: str, value: Any, kept: tuple[int, ...]) -> None:
    """1 to 13 at −10, −8, −6, −4, −2, −1, 0, 1, 2, 4, 6, 8 and 10."""
    state, _ = TYPED.edit("values", list(range(1, 14)))
    state, notice = state.edit(name, value)
    assert notice is None
    assert state.values == kept


# Editing the pattern.


@pytest.mark.parametrize(
    ("name", "value"), [("wing", 2), ("dilation", 3), ("island", 7), ("causal", True)]
)
def test_a_number_takes_a_free_pattern_back_to_the_family(name: str, value: Any) -> None:
    state, _ = DEFAULT.edit_pattern("1100101", 0)
    assert (state.text, state.origin) == ("1100101", 0)
    state, notice = state.edit(name, value)
    assert notice is None
    assert state == dataclasses.replace(DEFAULT, **{name: value})


def test_what_is_no_number_of_the_pattern_leaves_a_free_pattern_alone() -> None:
    state, _ = DEFAULT.edit_pattern("1100101", 0)
    for name, value in {"layers": 2, "signal": "noise", "weights": "random", "steps": 3}.items():
        assert state.edit(name, value)[0].text == "1100101"


@settings(max_examples=200)
@given(free | families.map(lambda family: Pattern.partially_dilated(**family)))
def test_any_pattern_is_the_family_s_if_the_controls_reach_it_and_free_if_not(
    pattern: Pattern,
) -> None:
    state = dataclasses.replace(DEFAULT, text="11", origin=1).with_pattern(pattern)
    assert state.pattern == pattern
    if within_reach(pattern):
        assert (state.text, state.origin) == ("", 0)
        assert tuple(getattr(state, name) for name in FAMILY) == pattern.family
    else:
        assert (state.text, state.origin) == (str(pattern), pattern.origin)
    assert from_query(to_query(state))[0].pattern == pattern


@pytest.mark.parametrize(
    ("numbers", "reached"),
    [
        ((64, 64, 65), True),
        ((65, 2, 5), False),
        ((4, 65, 5), False),
        ((4, 2, 67), False),
    ],
)
def test_the_controls_reach_as_far_as_their_limits(
    numbers: tuple[int, int, int], reached: bool
) -> None:
    pattern = Pattern.partially_dilated(*numbers)
    state = DEFAULT.with_pattern(pattern)
    assert state.pattern == pattern
    assert (state.text == "") == reached


@pytest.mark.parametrize(
    ("text", "origin", "sentence"),
    [
        ("", None, "A pattern needs at least one tap, a 1."),
        ("  \n", None, "A pattern needs at least one tap, a 1."),
        ("0000", None, "A pattern needs at least one tap, a 1."),
        ("1021", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("1-1", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("١٠١", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("<b>", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("1" * 1025, None, "A pattern must be at most 1,024 elements long, not 1,025."),
        ("1" * 3000, None, "A pattern must be at most 1,024 elements long."),
        ("1101", 4, "The origin must be an element of the pattern, 0 to 3."),
        ("1101", -1, "The origin must be an element of the pattern, 0 to 3."),
    ],
)
def test_a_wrong_pattern_changes_nothing_and_it_is_said(
    text: str, origin: int | None, sentence: str
) -> None:
    for before in (DEFAULT, DEFAULT.edit_pattern("11001")[0]):
        state, notice = before.edit_pattern(text, origin)
        assert state == before
        assert notice == f"{sentence} The pattern stays as it was."
        assert_plain(notice)


def test_a_pattern_of_the_most_elements_is_taken() -> None:
    text = "1" + "0" * (MAX_PATTERN_TEXT - 2) + "1"
    for written in (text, " ".join(text)):
        state, notice = DEFAULT.edit_pattern(written)
        assert notice is None
        assert str(state.pattern) == text


@pytest.mark.parametrize(
    ("text", "left_out", "kept"),
    [
        ("1101011", 0, "1101011"),
        ("0011010", 3, "1101"),  # the origin is the second 1
        ("0001", 1, "001"),  # the origin is the second 0
        ("00100", 4, "1"),
        ("01111", 1, "1111"),
    ],
)
def test_gaps_at_the_ends_are_left_out_and_it_is_said(text: str, left_out: int, kept: str) -> None:
    state, notice = DEFAULT.edit_pattern(text)
    assert str(state.pattern) == kept
    if left_out:
        assert notice is not None
        assert_plain(notice)
        assert re.search(rf"\b{left_out}\b", notice)
        assert "left out" in notice
        assert "1 gaps" not in notice
    else:
        assert notice is None


def test_blanks_in_a_typed_pattern_are_ignored() -> None:
    assert DEFAULT.edit_pattern(" 110\t1 0\u00a011\n") == DEFAULT.edit_pattern("1101011")


# Any way through the controls.

edits = st.one_of(
    st.tuples(st.just("wing"), st.integers(-2, 70)),
    st.tuples(st.just("dilation"), st.integers(-2, 70)),
    st.tuples(st.just("island"), st.integers(-2, 70)),
    st.tuples(st.just("causal"), st.booleans()),
    st.tuples(st.just("layers"), st.integers(-1, 10)),
    st.tuples(st.sampled_from(["channel", "step", "steps"]), st.integers(-1, 201)),
    st.tuples(st.sampled_from(["start", "samples", "position"]), st.integers(-1, 140_000)),
    st.tuples(st.just("seed"), seeds),
    st.tuples(st.sampled_from(["rate", "momentum", "decay"]), st.floats()),
    st.tuples(st.just("values"), st.lists(st.floats() | st.none(), max_size=14)),
    *(st.tuples(st.just(name), st.sampled_from(sorted(CHOICES[name]))) for name in CHOICES),
    st.tuples(st.sampled_from(["weights", "initial"]), st.just("typed")),
    st.tuples(st.just("pattern"), st.text("01", max_size=30) | st.sampled_from(["1", "1" * 300])),
    st.tuples(st.just("origin"), st.integers(-1, 30)),
    st.tuples(st.just("preset"), free),
)


@settings(max_examples=300)
@given(st.lists(edits, max_size=12))
def test_any_way_through_the_controls_ends_in_a_state_that_a_link_keeps(
    way: list[tuple[str, Any]],
) -> None:
    state = DEFAULT
    for name, value in way:
        notice: str | None
        if name == "pattern":
            state, notice = state.edit_pattern(value)
        elif name == "origin":
            state, notice = state.edit_pattern(state.text, value) if state.text else (state, None)
        elif name == "preset":
            state, notice = state.with_pattern(value), None
        else:
            state, notice = state.edit(name, value)
        assert_sound(state)
        assert notice is None or isinstance(notice, str)
        assert from_query(to_query(state)) == (state, [])


# The value itself.


def test_the_page_and_the_analysis_know_the_same_ways_optimizers_and_gaps() -> None:
    from pdviz.analysis import gradient_flow, training_loop, training_ways

    assert tuple(WAYS) == training_ways.WAYS
    assert tuple(GAPS) == training_ways.GAPS
    assert tuple(OPTIMIZERS) == gradient_flow.OPTIMIZERS
    assert f"from {training_loop.DENSE_STEPS} dense steps" in GAPS["pruned"]


def test_a_state_cannot_be_changed() -> None:
    for field in dataclasses.fields(State):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(DEFAULT, field.name, getattr(DEFAULT, field.name))
    assert not hasattr(DEFAULT, "__dict__")


def test_equal_states_are_one_key() -> None:
    state, _ = TYPED.edit("values", list(range(13)))
    again, _ = TYPED.edit("values", [float(number) for number in range(13)])
    assert len({state, again, TYPED, DEFAULT, State()}) == 3
