"""What the layer refuses: by name, with the value and what it takes, before anything runs."""

import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern, assemble_kernel, partially_dilated_conv1d

PATTERN = Pattern.partially_dilated(wing=1, dilation=2, island=3)  # 1011101: K = 7, origin 3
BACKENDS = ["conv", "branches", "fused", "auto"]


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where an argument is refused only after work has begun."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it ran before its arguments were checked")

    monkeypatch.setattr(torch.nn.functional, "conv1d", fail)
    monkeypatch.setattr(torch.nn.functional, "pad", fail)
    monkeypatch.setattr(Tensor, "index_copy", fail)
    monkeypatch.setattr("pdviz.conv._backends.convolve", fail)


def call(**changes: Any) -> Tensor:
    """The function with good arguments, but for these."""
    arguments: dict[str, Any] = {
        "input": torch.zeros(2, 4, 9),
        "left": torch.zeros(6, 2, 1),
        "island": torch.zeros(6, 2, 3),
        "right": torch.zeros(6, 2, 1),
        "pattern": PATTERN,
        "bias": torch.zeros(6),
        "groups": 2,
    }
    return partially_dilated_conv1d(**(arguments | changes))


def make(**changes: Any) -> PartiallyDilatedConv1d:
    """The layer with good arguments, but for these."""
    arguments: dict[str, Any] = {
        "in_channels": 4,
        "out_channels": 6,
        "pattern": PATTERN,
        "groups": 2,
    }
    return PartiallyDilatedConv1d(**(arguments | changes))


def pattern_of(message: str) -> str:
    """A regular expression for a message in which … stands for anything."""
    return r"(?s:.*)".join(re.escape(part) for part in message.split("…"))


def test_good_arguments_do_run() -> None:
    with pytest.raises(AssertionError, match="it ran"):
        call()
    with pytest.raises(AssertionError, match="it ran"):
        make()(torch.zeros(2, 4, 9))


# Options, of the function and of the module alike

OPTIONS = [
    ({"stride": 0}, ValueError, "`stride` (=0) must be at least 1"),
    ({"stride": -2}, ValueError, "`stride` (=-2) must be at least 1"),
    ({"stride": True}, TypeError, "`stride` (=True) must be an integer"),
    ({"stride": 2.0}, TypeError, "`stride` (=2.0) must be an integer"),
    ({"stride": float("nan")}, TypeError, "`stride` (=nan) must be an integer"),
    ({"stride": None}, TypeError, "`stride` (=None) must be an integer"),
    ({"stride": (2, 2)}, TypeError, "`stride` (=(2, 2)) must be an integer"),
    ({"stride": ()}, TypeError, "`stride` (=()) must be an integer"),
    ({"stride": np.float32(2)}, TypeError, "`stride` (=np.float32(2.0)) must be an integer"),
    ({"stride": "2"}, TypeError, "`stride` (='2') must be an integer"),
    ({"groups": 0}, ValueError, "`groups` (=0) must be at least 1"),
    ({"groups": -1}, ValueError, "`groups` (=-1) must be at least 1"),
    ({"groups": False}, TypeError, "`groups` (=False) must be an integer"),
    ({"groups": 1.0}, TypeError, "`groups` (=1.0) must be an integer"),
    ({"groups": None}, TypeError, "`groups` (=None) must be an integer"),
    ({"padding": -1}, ValueError, "`padding` (=-1) must be at least 0"),
    (
        {"padding": "full"},
        ValueError,
        '`padding` (=\'full\') … "same", "valid", "block", an integer or (left, right)',
    ),
    (
        {"padding": ""},
        ValueError,
        '`padding` (=\'\') must be "same", "valid", "block", an integer or (left, right)',
    ),
    ({"padding": "Same"}, ValueError, "`padding` (='Same') must be \"same\""),
    (
        {"padding": True},
        TypeError,
        '`padding` (=True) must be "same", "valid", "block", an integer or (left, right)',
    ),
    (
        {"padding": 1.0},
        TypeError,
        '`padding` (=1.0) must be "same", "valid", "block", an integer or (left, right)',
    ),
    ({"padding": None}, TypeError, '`padding` (=None) must be "same"'),
    ({"padding": ()}, ValueError, '`padding` (=()) must be "same"'),
    ({"padding": (3, 3, 3)}, ValueError, '`padding` (=(3, 3, 3)) must be "same"'),
    ({"padding": (3, True)}, TypeError, '`padding` (=(3, True)) must be "same"'),
    ({"padding": (3, 1.0)}, TypeError, '`padding` (=(3, 1.0)) must be "same"'),
    ({"padding": ("same",)}, TypeError, "`padding` (=('same',)) must be \"same\""),
    ({"padding": (3, -1)}, ValueError, "`padding` (=(3, -1)) must be at least 0"),
    ({"padding": 2**63}, ValueError, "`padding` (=9223372036854775808) must be at most"),
    ({"padding_mode": "zero"}, ValueError, "`padding_mode` (='zero') must be one of ('zeros', "),
    ({"padding_mode": "edge"}, ValueError, "`padding_mode` (='edge') … 'reflect', 'replicate', "),
    ({"padding_mode": None}, ValueError, "`padding_mode` (=None) must be one of … 'circular'"),
    ({"padding_mode": ["zeros"]}, ValueError, "`padding_mode` (=['zeros']) must be one of"),
    ({"padding_mode": np.zeros(2)}, ValueError, "`padding_mode` (=array([0., 0.])) must be one of"),
    ({"backend": "fast"}, ValueError, "`backend` (='fast') … 'conv', 'branches', 'fused')"),
    ({"backend": ""}, ValueError, "`backend` (='') must be one of ('auto', "),
    ({"backend": None}, ValueError, "`backend` (=None) must be one of ('auto', "),
    ({"backend": np.zeros(2)}, ValueError, "`backend` (=array([0., 0.])) must be one of ('auto', "),
    ({"pattern": "10121"}, ValueError, "`pattern` (='10121'): `text` must hold only 0 and 1"),
    ({"pattern": "000"}, ValueError, "`pattern` (='000'): `text` … must hold at least one tap"),
    ({"pattern": b"101"}, TypeError, "`pattern` (=b'101') must be a Pattern, such as"),
    ({"pattern": None}, TypeError, "`pattern` (=None) must be a Pattern"),
    ({"pattern": (-3, -1, 0, 1, 3)}, TypeError, "`pattern` (=(-3, -1, 0, 1, 3)) must be a Pattern"),
]


@pytest.mark.parametrize(("changes", "error", "message"), OPTIONS)
def test_function_refuses_wrong_options(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=pattern_of(message)):
        call(**changes)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        *OPTIONS,
        ({"in_channels": 0}, ValueError, "`in_channels` (=0) must be at least 1"),
        ({"in_channels": -4}, ValueError, "`in_channels` (=-4) must be at least 1"),
        ({"in_channels": 4.0}, TypeError, "`in_channels` (=4.0) must be an integer"),
        ({"in_channels": True}, TypeError, "`in_channels` (=True) must be an integer"),
        ({"in_channels": None}, TypeError, "`in_channels` (=None) must be an integer"),
        ({"out_channels": 0}, ValueError, "`out_channels` (=0) must be at least 1"),
        ({"out_channels": "6"}, TypeError, "`out_channels` (='6') must be an integer"),
        ({"out_channels": False}, TypeError, "`out_channels` (=False) must be an integer"),
        ({"groups": 3}, ValueError, "`groups` (=3) must divide `in_channels` (=4)"),
        ({"groups": 4}, ValueError, "`groups` (=4) must divide `out_channels` (=6)"),
        ({"groups": 8}, ValueError, "`groups` (=8) must divide `in_channels` (=4)"),
        ({"dilation": 2}, ValueError, "`dilation` (=2) must be 1: the pattern says how far apart"),
        ({"dilation": (3,)}, ValueError, "`dilation` (=(3,)) must be 1: the pattern says"),
        ({"dilation": None}, TypeError, "`dilation` (=None) must be an integer"),
        ({"bias": None}, TypeError, "`bias` (=None) must be True or False"),
        ({"bias": 1}, TypeError, "`bias` (=1) must be True or False"),
        ({"bias": torch.zeros(6)}, TypeError, "`bias` (=tensor([0., …) must be True or False"),
    ],
)
def test_module_refuses_wrong_options(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=pattern_of(message)):
        make(**changes)


def test_what_conv1d_lacks_is_named() -> None:
    with pytest.raises(TypeError, match="positional"):
        PartiallyDilatedConv1d(4, 6, PATTERN, 1, 0, 1, 1, True, "zeros", None, None, "conv")
    with pytest.raises(TypeError, match="positional"):
        partially_dilated_conv1d(
            torch.zeros(2, 4, 9), *[torch.zeros(6, 2, 1)] * 3, PATTERN, None, 2
        )


# Parts of the kernel


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"left": None}, TypeError, "`left` (=None) must be a tensor"),
        ({"island": None}, TypeError, "`island` (=None) must be a tensor"),
        ({"right": [[[1.0]]]}, TypeError, "`right` (=[[[1.0]]]) must be a tensor"),
        ({"island": np.zeros((6, 2, 3))}, TypeError, "`island` (=array(… must be a tensor"),
        (
            {"left": torch.zeros(6, 2, 2)},
            ValueError,
            "`left` has shape (6, 2, 2); this pattern takes "
            "(out_channels, in_channels // groups, 1)",
        ),
        ({"left": torch.zeros(6, 2, 0)}, ValueError, "`left` has shape (6, 2, 0)…groups, 1)"),
        ({"island": torch.zeros(6, 2, 5)}, ValueError, "`island` has shape (6, 2, 5)…groups, 3)"),
        ({"right": torch.zeros(6, 2, 3)}, ValueError, "`right` has shape (6, 2, 3)…groups, 1)"),
        ({"island": torch.zeros(6, 3)}, ValueError, "`island` has shape (6, 3)…groups, 3)"),
        ({"island": torch.zeros(3)}, ValueError, "`island` has shape (3,)…groups, 3)"),
        ({"island": torch.tensor(3.0)}, ValueError, "`island` has shape ()…groups, 3)"),
        ({"left": torch.zeros(6, 1)}, ValueError, "`left` has shape (6, 1)…groups, 1)"),
        (
            {"left": torch.zeros(5, 2, 1)},
            ValueError,
            "`left` has shape (5, 2, 1) and `island` (6, 2, 3); they must agree but for the last",
        ),
        (
            {"right": torch.zeros(6, 1, 1)},
            ValueError,
            "`right` has shape (6, 1, 1) and `island` (6, 2, 3); they must agree but for the last",
        ),
        (
            {"left": torch.zeros(6, 2, 1, dtype=torch.float64)},
            ValueError,
            "`left` is torch.float64 on cpu and `island` torch.float32 on cpu; they must agree",
        ),
        (
            {"right": torch.zeros(6, 2, 1, device="meta")},
            ValueError,
            "`right` is torch.float32 on meta and `island` torch.float32 on cpu; they must agree",
        ),
        (
            {name: torch.zeros(0, 2, n) for name, n in (("left", 1), ("island", 3), ("right", 1))},
            ValueError,
            "`island` has shape (0, 2, 3); it must have channels",
        ),
        (
            {name: torch.zeros(6, 0, n) for name, n in (("left", 1), ("island", 3), ("right", 1))},
            ValueError,
            "`island` has shape (6, 0, 3); it must have channels",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=pattern_of(message)):
        call(**changes)
    good = {"left": torch.zeros(6, 2, 1), "island": torch.zeros(6, 2, 3)}
    good |= {"right": torch.zeros(6, 2, 1), "pattern": PATTERN}
    with pytest.raises(error, match=pattern_of(message)):
        assemble_kernel(**(good | changes))


@pytest.mark.parametrize("pattern", [None, 1011101, [1, 0, 1]])
def test_assemble_kernel_takes_a_pattern(pattern: Any) -> None:
    with pytest.raises(TypeError, match=r"`pattern` \(=.*\) must be a Pattern"):
        assemble_kernel(torch.zeros(1, 1, 1), torch.zeros(1, 1, 3), torch.zeros(1, 1, 1), pattern)


# Input and bias


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"input": None}, TypeError, "`input` (=None) must be a tensor"),
        ({"input": np.zeros((2, 4, 9))}, TypeError, "`input` (=array(… must be a tensor"),
        (
            {"input": torch.zeros(9)},
            ValueError,
            "`input` has shape (9,); it must be (N, C, L) or (C, L)",
        ),
        ({"input": torch.tensor(1.0)}, ValueError, "`input` has shape (); it must be (N, C, L)"),
        ({"input": torch.zeros(1, 2, 4, 9)}, ValueError, "`input` has shape (1, 2, 4, 9); it must"),
        (
            {"input": torch.zeros(2, 3, 9)},
            ValueError,
            "`input` has shape (2, 3, 9): 3 channels, where the parameters with `groups` (=2) take "
            "4",
        ),
        (
            {"input": torch.zeros(9, 4)},
            ValueError,
            "`input` has shape (9, 4): 9 channels, … take 4",
        ),
        ({"input": torch.zeros(2, 0, 9)}, ValueError, "`input` has shape (2, 0, 9): 0 channels, "),
        ({"groups": 1}, ValueError, "4 channels, where the parameters with `groups` (=1) take 2"),
        (
            {"groups": 4, "input": torch.zeros(2, 8, 9)},
            ValueError,
            "`groups` (=4) must divide the 6 output channels",
        ),
        (
            {"input": torch.zeros(2, 4, 9, dtype=torch.float64)},
            TypeError,
            "`input` is torch.float64 and `parameters` torch.float32; they must agree",
        ),
        (
            {"input": torch.zeros(2, 4, 9, dtype=torch.bfloat16)},
            TypeError,
            "`input` is torch.bfloat16 and `parameters` torch.float32; they must agree",
        ),
        (
            {"input": torch.zeros(2, 4, 9, dtype=torch.int64)},
            TypeError,
            "`input` is torch.int64 and `parameters` torch.float32; they must agree",
        ),
        (
            {"input": torch.zeros(2, 4, 9, device="meta")},
            ValueError,
            "`input` is on meta and `parameters` on cpu; they must agree",
        ),
        (
            {"bias": torch.zeros(6, device="meta")},
            ValueError,
            "`input` is on cpu and `bias` on meta; they must agree",
        ),
        (
            {"bias": torch.zeros(6, dtype=torch.float64)},
            TypeError,
            "`input` is torch.float32 and `bias` torch.float64; they must agree",
        ),
        ({"bias": torch.zeros(5)}, ValueError, "`bias` (=(5,)) must be a tensor of shape (6,)"),
        (
            {"bias": torch.zeros(1, 6)},
            ValueError,
            "`bias` (=(1, 6)) must be a tensor of shape (6,)",
        ),
        ({"bias": torch.tensor(0.0)}, ValueError, "`bias` (=()) must be a tensor of shape (6,)"),
        ({"bias": True}, ValueError, "`bias` (=True) must be a tensor of shape (6,)"),
        ({"bias": [0.0] * 6}, ValueError, "`bias` (=[0.0, … must be a tensor of shape (6,)"),
    ],
)
def test_input_and_bias_that_do_not_fit_are_refused(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=pattern_of(message)):
        call(**changes)


def test_module_refuses_an_input_of_another_kind() -> None:
    layer = make()
    for wrong, error in [
        (torch.zeros(2, 5, 9), ValueError),
        (torch.zeros(9), ValueError),
        (torch.zeros(2, 4, 9, dtype=torch.float64), TypeError),
        (torch.zeros(2, 4, 9, device="meta"), ValueError),
        (np.zeros((2, 4, 9)), TypeError),
    ]:
        with pytest.raises(error, match="`input`"):
            layer(wrong)


def test_autocast_does_not_excuse_another_device() -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16), pytest.raises(ValueError, match="on meta"):
        call(input=torch.zeros(2, 4, 9, device="meta"))


# Lengths: each limit, and what is just within it


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("length", "options", "message"),
    [
        (0, {}, "`input` has length 0; it must have at least one element"),
        (0, {"padding": 9}, "`input` has length 0; it must have at least one element"),
        (0, {"padding_mode": "replicate"}, "`input` has length 0; it must have at least one"),
        (0, {"padding_mode": "circular"}, "`input` has length 0; it must have at least one"),
        (0, {"padding_mode": "reflect", "padding": "valid"}, "`input` has length 0; it must have"),
        (6, {"padding": "valid"}, "`input` has length 6 and padding (0, 0)…the kernel size 7"),
        (4, {"padding": 1}, "`input` has length 4 and padding (1, 1)…the kernel size 7"),
        (
            3,
            {"padding_mode": "reflect"},
            "`input` has length 3; padding_mode='reflect' takes more than the padding, which is "
            "(3, 3) for kernel size 7",
        ),
        (4, {"padding_mode": "reflect", "padding": 4}, "'reflect' takes more … which is (4, 4)"),
        (
            2,
            {"padding_mode": "circular"},
            "`input` has length 2; padding_mode='circular' takes at least the padding, which is "
            "(3, 3) for kernel size 7",
        ),
        (4, {"padding_mode": "circular", "padding": 5}, "'circular' takes at least … (5, 5)"),
        (1, {"padding_mode": "replicate", "padding": 2}, "length 1 and padding (2, 2)"),
    ],
)
def test_lengths_out_of_reach_are_refused(
    length: int, options: dict[str, Any], message: str, backend: str
) -> None:
    for shape in [(2, 4, length), (4, length), (0, 4, length)]:
        with pytest.raises(ValueError, match=pattern_of(message)):
            call(input=torch.zeros(shape), backend=backend, **options)


@pytest.mark.parametrize("mode", ["reflect", "circular"])
@pytest.mark.parametrize(("origin", "padding"), [(4, r"\(4, 0\)"), (0, r"\(0, 4\)")])
def test_one_side_alone_can_take_more_than_there_is(origin: int, padding: str, mode: str) -> None:
    pattern = Pattern.parse("10101", origin)
    sizes = (len(pattern.left), len(pattern.island), len(pattern.right))
    left, island, right = (torch.zeros(6, 2, size) for size in sizes)
    with pytest.raises(ValueError, match=f"length 3; .* {padding} for kernel size 5"):
        call(
            input=torch.zeros(4, 3),
            left=left,
            island=island,
            right=right,
            pattern=pattern,
            padding_mode=mode,
        )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("length", "options", "outputs"),
    [
        (1, {}, 1),
        (1, {"padding": 3}, 1),
        (7, {"padding": "valid"}, 1),
        (5, {"padding": 1}, 1),
        (4, {"padding_mode": "reflect"}, 4),
        (3, {"padding_mode": "circular"}, 3),
        (1, {"padding_mode": "replicate"}, 1),
    ],
)
def test_lengths_just_within_reach_run(
    length: int,
    options: dict[str, Any],
    outputs: int,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()  # let it run
    assert call(input=torch.zeros(4, length), backend=backend, **options).shape == (6, outputs)


# from_conv


@pytest.mark.parametrize(
    ("conv", "pattern", "error", "message"),
    [
        (nn.Linear(4, 4), PATTERN, TypeError, "`conv` (=Linear(… must be a torch.nn.Conv1d"),
        (nn.Conv2d(4, 4, 7), PATTERN, TypeError, "`conv` (=Conv2d(… must be a torch.nn.Conv1d"),
        (
            nn.ConvTranspose1d(4, 4, 7),
            PATTERN,
            TypeError,
            "`conv` (=ConvTranspose1d(…torch.nn.Conv1d",
        ),
        (torch.zeros(4, 4, 7), PATTERN, TypeError, "`conv` (=tensor(… must be a torch.nn.Conv1d"),
        (None, PATTERN, TypeError, "`conv` (=None) must be a torch.nn.Conv1d"),
        (nn.Conv1d(4, 4, 7), None, TypeError, "`pattern` (=None) must be a Pattern"),
        (nn.Conv1d(4, 4, 5), PATTERN, ValueError, "`conv` spans 5 elements; `pattern` takes 7"),
        (nn.Conv1d(4, 4, 9), PATTERN, ValueError, "`conv` spans 9 elements; `pattern` takes 7"),
        (
            nn.Conv1d(4, 4, 7, dilation=2),
            PATTERN,
            ValueError,
            "`conv` spans 13 elements; `pattern` takes 7",
        ),
        (
            nn.Conv1d(4, 4, 5, padding="same"),
            Pattern.parse("10111", 4),
            ValueError,
            '`conv` pads "same" about element 2; `pattern` has its origin at 4',
        ),
        (
            nn.Conv1d(4, 4, 4, padding="same"),
            Pattern.parse("1111", 2),
            ValueError,
            '`conv` pads "same" about element 1; `pattern` has its origin at 2',
        ),
    ],
)
def test_from_conv_refuses_what_it_cannot_take_over(
    conv: Any, pattern: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=pattern_of(message)):
        PartiallyDilatedConv1d.from_conv(conv, pattern)


def test_from_conv_takes_any_origin_where_padding_does_not_depend_on_it() -> None:
    pattern = Pattern.parse("10111", 4)
    for padding in ("valid", 0, 3):
        conv = nn.Conv1d(4, 4, 5, padding=padding)
        assert PartiallyDilatedConv1d.from_conv(conv, pattern).pattern == pattern


def test_from_conv_refuses_an_unknown_backend() -> None:
    with pytest.raises(ValueError, match=r"`backend` \(='fast'\) must be one of"):
        PartiallyDilatedConv1d.from_conv(nn.Conv1d(4, 4, 7), PATTERN, backend="fast")
