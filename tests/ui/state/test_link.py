"""A state as a link and back: what a link says, and what becomes of one that is wrong."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern, signals
from pdviz.limits import (
    MAX_DILATION,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_PATTERN_TEXT,
    MAX_QUERY,
    MAX_SEED,
    MAX_TRAINING_STEPS,
    MAX_TYPED_WEIGHTS,
    MAX_WING,
)
from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.state import RULES, State
from tests.ui.support.states import (
    CHOICES,
    DEFAULT,
    ECG,
    KEYS,
    assert_plain,
    assert_sound,
    from_link,
    states,
    typed,
)

# A link to a state, and back.


def test_a_link_to_a_first_visit_says_nothing() -> None:
    assert to_query(DEFAULT) == {}
    assert from_link({}) == (DEFAULT, [])


def test_a_first_visit_shows_the_pattern_of_the_question() -> None:
    assert str(DEFAULT.pattern) == "101010101111101010101"
    assert DEFAULT.pattern == Pattern.partially_dilated(4, 2, 5)
    assert_sound(DEFAULT)


@settings(max_examples=300)
@given(states())
def test_a_link_reopens_exactly_what_its_sender_saw(state: State) -> None:
    assert_sound(state)
    address = urlencode(to_query(state))
    assert from_link(dict(parse_qsl(address, keep_blank_values=True))) == (state, [])


@settings(max_examples=200)
@given(states())
def test_a_link_names_what_differs_from_a_first_visit_and_nothing_else(state: State) -> None:
    """Of another signal: from what is seen of it first."""
    query = to_query(state)
    first, _ = from_link({"signal": state.signal.name})
    differs = {key for key in KEYS if state.get(key) != first.get(key)}
    differs |= {"signal"} - ({"signal"} if state.signal.name == DEFAULT.signal.name else set())
    if state.kernel.text:
        assert query["pattern"] == state.kernel.text
        assert ("origin" in query) == (state.kernel.origin != (len(state.kernel.text) - 1) // 2)
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
        ({"fbclid": "1", "utm_source": "<b>"}, {}),
    ],
)
def test_links_by_hand(query: dict[str, str], changes: dict[str, Any]) -> None:
    expected = DEFAULT.put(**changes)
    assert from_link(query) == (expected, [])


def test_a_link_to_as_many_typed_weights_as_there_may_be_is_short_enough() -> None:
    text = "1" * (MAX_TYPED_WEIGHTS - 1) + "01"
    state, notice = typed(DEFAULT, text).edit("weights", "typed")
    assert notice is None
    state, notice = state.edit("values", [-1.234567e-05] * MAX_TYPED_WEIGHTS)
    assert notice is None
    assert len(to_query(state)["values"]) <= MAX_QUERY
    assert from_link(to_query(state)) == (state, [])


def test_a_link_to_a_free_pattern_keeps_the_numbers_that_its_sender_sees_beside_it() -> None:
    """Wing, dilation and island stand in the sidebar, and are what an edit goes back to."""
    wide, _ = DEFAULT.edit("wing", 6)
    free_pattern = typed(wide, "11001")
    assert from_link(to_query(free_pattern)) == (free_pattern, [])


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
        if (name, text) in (("values", ""), ("stack", "")):
            continue  # no weights, no layers of their own: that is the default
        state, notices = from_link({name: text})
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
    state, notices = from_link(query)
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
        (
            {"way": "a"},
            "Way to make the kernel must be one of Compact parameters (compact), Sum of",
        ),
        (
            {"gaps": "x"},
            "Weights at gaps must be one of At zero (zero), Random (conv), Pruned, but the link "
            "says “x”. Shown instead: At zero (zero).",
        ),
        (
            {"goal": "abc"},
            "Samples to cover must be a whole number, but the link says “abc”. Shown",
        ),
        ({"goal": "-1"}, "Samples to cover must be 0 to 1,048,576, but the link says “-1”. Shown"),
        ({"seed": "-1"}, "Random seed must be 0 to 4,294,967,295, but the link says “-1”."),
        ({"causal": "yes"}, "Causal must be off (0) or on (1), but the link says “yes”. Shown"),
        (
            {"target": "<i>"},
            "Target must be one of Gaussian on these taps (gaussian), Mean of the span (smooth), "
            "Next sample (next), but the link says a text with the sign “less-than sign” in it.",
        ),
        (
            {"length": "99999999"},
            "Length must be 1 to 16,777,216, but the link says “99999999”. Shown instead: 4,096.",
        ),
        (
            {"groups": "7"},
            "Groups must divide the 64 channels, but the link says “7”. Shown instead: 8, the "
            "nearest that does.",
        ),
        (
            {"channels": "64"},
            "The link says “channels”, where “width” may be meant. Shown instead: Channels 64.",
        ),
        ({"lr": "1e9"}, "The link says “lr”, where “rate” may be meant. Shown instead: Learning"),
        ({"first": "9e9"}, "The link says “first”, where “start” may be meant. Shown instead: Sec"),
        (
            {"goals": "2"},
            "The link says “goals”, where “goal” may be meant. Shown instead: Samples",
        ),
        ({"foo": "bar"}, "In the link “foo” means nothing here and changed nothing."),
        (
            {"foo": "bar", "theme": "purple", "a": "", "b": "", "utm_source": "x"},
            "In the link “foo”, “theme”, “a” and 1 more mean nothing here and changed nothing.",
        ),
        ({"pattern": ""}, "A pattern needs at least one tap, a 1, but the link says nothing."),
        ({"wing": ""}, "Wing must be a whole number, but the link says nothing. Shown instead: 4."),
        ({"wing": "2 5"}, "Wing must be a whole number, but the link says “2 5”. Shown"),
        ({"pattern": "12"}, "A pattern is written with 0 for a gap and 1 for a tap, nothing else"),
        ({"pattern": "000"}, "A pattern needs at least one tap, a 1, but the link says “000”."),
        ({"pattern": "1" * 1025}, "A pattern must be at most 1,024 elements long, not 1,025"),
        ({"wing": "1" * 16385}, "Wing must be at most 16,384 characters long, but the link says"),
    ],
)
def test_what_is_said_about_a_wrong_link(query: dict[str, str], sentence: str) -> None:
    _, (notice,) = from_link(query)
    assert re.sub("[`“”]", "", notice).startswith(re.sub("[`“”]", "", sentence))


@pytest.mark.parametrize("origin", ["9", "x", "-1", "4"])
def test_a_wrong_origin_is_what_is_repeated_not_the_pattern_beside_it(origin: str) -> None:
    _, (notice,) = from_link({"pattern": "1101", "origin": origin})
    refusal = notice.split("Shown instead")[0]
    assert re.search(rf"\b{re.escape(origin.strip('-'))}\b", refusal.split("the link says")[1])
    assert "1101" not in refusal


@pytest.mark.parametrize("length", [2 * MAX_PATTERN_TEXT + 1, 10**6])
def test_a_pattern_far_too_long_is_refused_unread(length: int) -> None:
    for text in ("1" * length, " " * length + "1", "x" * length):
        state, (notice,) = from_link({"pattern": text})
        assert state == DEFAULT
        assert notice.startswith(f"A pattern must be at most {MAX_PATTERN_TEXT:,} elements long")


def test_a_sentence_stays_short_where_the_pattern_shown_instead_is_long() -> None:
    state, (notice,) = from_link({"wing": "64", "dilation": "64", "pattern": "12"})
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
    state, notices = from_link(query)
    assert_sound(state)
    assert len(notices) <= len(query)
    for notice in notices:
        assert_plain(notice)
    assert from_link(to_query(state)) == (state, [])


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
    state, notices = from_link({name: str(value)})
    if value in WHOLE[name]:
        assert (state.get(name), notices) == (value, [])
    else:
        assert state == DEFAULT
        assert len(notices) == 1


def test_each_wrong_value_has_its_own_sentence_and_the_rest_is_kept() -> None:
    query = {"wing": "x", "island": "7", "layers": "13", "signal": "co2", "pattern": "102"}
    state, notices = from_link(query)
    assert (state.kernel.wing, state.kernel.island, state.stack.layers, state.signal.name) == (
        4,
        7,
        3,
        "co2",
    )
    assert not state.kernel.text
    assert [notice.split(" must ")[0].split(" is ")[0] for notice in notices] == [
        *("Wing", "Layers", "A pattern"),
    ]


# A link whose parts do not fit one another.

MACRO = signals.load("macro").length


@pytest.mark.parametrize(
    ("query", "field", "mended", "display"),
    [
        ({"signal": "macro", "samples": "720"}, "samples", MACRO, f"{MACRO}"),
        ({"signal": "macro", "start": "5"}, "start", 0, "0"),  # all of it is shown
        ({"signal": "macro", "samples": "100", "start": "200"}, "start", MACRO - 100, "103"),
        ({"signal": "macro", "position": "250"}, "position", MACRO - 1, f"{MACRO - 1}"),
        ({"samples": "50", "position": "50"}, "position", 49, "49"),
        ({"start": "107990"}, "start", ECG - DEFAULT.signal.samples, "107,640"),
        ({"channel": "1"}, "channel", 0, "Lead MLII"),
        ({"signal": "macro", "channel": "12"}, "channel", 11, "Real interest rate"),
        ({"steps": "5", "step": "5"}, "step", 4, "4"),
        ({"weights": "typed"}, "weights", "gaussian", "Gaussian"),
        ({"initial": "typed"}, "initial", "random", "Random"),
        ({"values": "1,2,3"}, "values", (), "none"),
        (
            {"values": ",".join("1" * 13)},
            "values",
            (),
            "none",
        ),  # as many as taps, but not asked for
    ],
)
def test_what_does_not_fit_the_rest_is_mended_and_said(
    query: dict[str, str], field: str, mended: Any, display: str
) -> None:
    state, notices = from_link(query)
    assert state.get(field) == mended
    assert_sound(state)
    assert len(notices) == 1
    assert notices[0].startswith(RULES[field].label)
    assert re.search(
        r"must lie within the signal|must be below|for each of the 13 taps", notices[0]
    )
    assert notices[0].endswith(f"Shown instead: {display}.")
    assert_plain(notices[0])


def test_typed_weights_of_another_number_than_taps_are_left_out_and_said() -> None:
    state, notices = from_link(
        {"weights": "typed", "initial": "typed", "values": "1,2", "pattern": "1101"}
    )
    assert (state.weights.kind, state.training.initial, state.weights.values) == (
        "gaussian",
        "random",
        (),
    )
    assert {re.split(" must | need ", notice)[0] for notice in notices} == {
        *("Weights", "Starting weights", "Typed weights"),
    }
    assert all("for each of the 3 taps" in notice for notice in notices)


def test_what_a_link_leaves_open_is_made_to_fit_without_a_word() -> None:
    for name in signals.SIGNALS:
        state, notices = from_link({"signal": name})
        assert notices == []
        assert_sound(state)
        assert state.signal.samples == min(DEFAULT.signal.samples, signals.load(name).length)


@pytest.mark.parametrize("name", list(signals.SIGNALS))
def test_a_signal_opens_where_it_does_for_everyone(name: str) -> None:
    """Chosen by its control or by a link; and where there is something to see."""
    opened, _ = from_link({"signal": name})
    elsewhere = DEFAULT.put(start=50_000, samples=100, position=3)
    assert elsewhere.edit("signal", name) == (opened, None)
    samples, view = signals.load(name).samples[0], opened.signal
    section = samples[view.start : view.start + view.samples]
    assert section.min() < section.max()


@pytest.mark.parametrize(
    "name",
    [
        "amp;dilation",
        "amp;amp;dilation",
        "Dilation",
        "DILATION",
        "dilation ",
        " dilation",
        "dilation\u200b",
        "\u00a0dilation",
        "*dilation*",
        "?dilation",
    ],
)
def test_a_name_is_read_however_it_is_written(name: str) -> None:
    assert from_query({"wing": "6", name: "3"}) == (State.of(wing=6, dilation=3), [])
    assert from_query({name: "3", "dilation": "5"}) == (State.of(dilation=5), [])


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("dilaton", "dilation"),
        ("Dilations", "dilation"),
        ("wings", "wing"),
        ("dialtion", "dilation"),
        ("layer", "layers"),
        ("ilayers", "layers"),
        ("patern", "pattern"),
        ("origins", "origin"),
    ],
)
def test_a_name_near_one_of_ours_is_said(name: str, own: str) -> None:
    state, notices = from_link({"wing": "6", name: "3"})
    assert state == State.of(wing=6)
    assert len(notices) == 1
    assert f"“{name.lower()}”, where “{own}” may be meant" in notices[0]
    assert_plain(notices[0])


OTHERS = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "gclid",
    "gclsrc",
    "dclid",
    "fbclid",
    "msclkid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "yclid",
    "wbraid",
    "gbraid",
    "ref",
    "ref_src",
    "source",
    "si",
    "spm",
    "share",
    "embed",
    "embed_options",
    "page",
    "lang",
    "locale",
    "date",
    "id",
    "v",
    "t",
    "q",
    "s",
    "sid",
    "session",
    "token",
    "debug",
    "preview",
    "version",
    "timestamp",
    "country",
    "city",
    "state",
    "stage",
    "trk",
    "fb_source",
    "campaign",
    "medium",
    "term",
    "content",
    "hl",
]


@pytest.mark.parametrize("name", [*OTHERS, "<script>", "x" * 10**5, ""])
def test_names_of_others_are_passed_over(name: str) -> None:
    assert from_query({"wing": "6", name: "3"}) == (State.of(wing=6), [])


def test_very_many_names_of_others_are_passed_over() -> None:
    query = {f"utm_{n}": "x" for n in range(10**5)}
    assert from_query({**query, "wing": "6"}) == (State.of(wing=6), [])


@pytest.mark.parametrize(
    ("text", "name"),
    [("110\u200b1011", "zero width space, U+200B"), ("1\u00ad1", "soft hyphen, U+00AD")],
)
def test_a_character_that_cannot_be_seen_is_named(text: str, name: str) -> None:
    for query in ({"pattern": text}, {"wing": text}):
        _, (notice,) = from_link(query)
        assert name in notice
