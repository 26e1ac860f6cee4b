"""State dicts: which ones a layer loads, and which it refuses."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern

PATTERN = Pattern.partially_dilated(2, 3, 3)
CAUSAL = Pattern.partially_dilated(2, 3, 3, causal=True)


def layer_of(pattern: Pattern) -> PartiallyDilatedConv1d:
    return PartiallyDilatedConv1d(4, 4, pattern)


def samples() -> Tensor:
    return torch.randn(2, 4, 30)


@pytest.mark.parametrize("offsets", [True, False], ids=["offsets", "no offsets"])
@pytest.mark.parametrize("empty", [True, False], ids=["empty wings", "no wings"])
@pytest.mark.parametrize("pattern", [PATTERN, CAUSAL, Pattern.dense(5)], ids=str)
def test_a_state_dict_of_an_older_layer_loads(pattern: Pattern, empty: bool, offsets: bool) -> None:
    layer = layer_of(pattern)
    counts = {name: len(getattr(pattern, name)) for name in ("left", "island", "right")}
    old = {name: torch.randn(4, 4, n) for name, n in counts.items() if n or empty}
    old["bias"] = torch.randn(4)
    if offsets:
        old["_extra_state"] = torch.tensor(pattern.offsets)
    layer.load_state_dict(old)
    assert all(torch.equal(getattr(layer, name), old[name]) for name, n in counts.items() if n)
    assert torch.equal(layer.bias, old["bias"])
    nn.Sequential(layer).load_state_dict({f"0.{name}": value for name, value in old.items()})
    with pytest.raises(RuntimeError, match=r'Missing key.*"weight"'):
        layer.load_state_dict({name: value for name, value in old.items() if name != "island"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"left": (4, 4, 3)}, r"left, \(4, 4, 3\), must have 3 axes, the last for 2 taps"),
        ({"right": (4, 2)}, r"right, \(4, 2\), must have 3 axes, the last for 2 taps"),
        ({"island": (4, 2, 3)}, r"\(4, 4, 2\), \(4, 2, 3\), \(4, 4, 2\), must agree"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    changes: dict[str, tuple[int, ...]], message: str
) -> None:
    shapes = {"left": (4, 4, 2), "island": (4, 4, 3), "right": (4, 4, 2), "bias": (4,)} | changes
    with pytest.raises(RuntimeError, match=message):
        layer_of(PATTERN).load_state_dict({name: torch.randn(n) for name, n in shapes.items()})


@pytest.mark.parametrize("pattern", [PATTERN, Pattern.dilated(5, 3)], ids=str)
def test_state_dicts_load_under_weight_norm(pattern: Pattern) -> None:
    """The layer's own, and those of a `Conv1d`, whose zeros at the gaps do not change a norm."""
    norm = nn.utils.parametrizations.weight_norm
    layer, other, x = norm(layer_of(pattern)), norm(layer_of(pattern)), samples()
    with torch.no_grad():
        layer.parametrizations.weight.original0.mul_(3)
    other.load_state_dict(layer.state_dict())
    assert torch.equal(other(x), layer(x))
    conv = nn.Conv1d(4, 4, pattern.kernel_size, padding="same")
    with torch.no_grad():
        conv.weight.mul_(torch.tensor(pattern.mask))
    norm(conv)
    other.load_state_dict(conv.state_dict())
    assert torch.allclose(other(x), conv(x), atol=1e-5)


def test_weights_without_offsets_are_not_taken_for_compact_ones() -> None:
    weights = {"weight": torch.randn(4, 4, 7), "bias": torch.randn(4)}
    with pytest.raises(RuntimeError, match=r"7 weights with their offsets"):
        layer_of(PATTERN).load_state_dict(weights)


@pytest.mark.parametrize("wrap", [lambda layer: layer, nn.Sequential], ids=["alone", "in a stack"])
def test_weights_of_another_pattern_are_refused(wrap: Callable[..., nn.Module]) -> None:
    other, layer = layer_of(Pattern.partially_dilated(2, 5, 3)), layer_of(PATTERN)
    before = layer.island.detach().clone()
    words = (
        r"the weights are for taps at \(-11, -6, -1, 0, 1, 6, 11\); this layer has them at "
        r"\(-7, -4, -1, 0, 1, 4, 7\)\."
    )
    with pytest.raises(RuntimeError, match=words):
        wrap(layer).load_state_dict(wrap(other).state_dict())
    assert torch.equal(layer.island, before)
    wrap(layer).load_state_dict(wrap(layer_of(PATTERN)).state_dict())


@pytest.mark.parametrize("wrong", [None, "1010101", torch.zeros(1, 7).long()])
def test_what_is_no_pattern_in_a_state_dict_is_refused(wrong: object) -> None:
    layer = layer_of(PATTERN)
    with pytest.raises(RuntimeError, match="offsets of the pattern"):
        layer.load_state_dict(layer.state_dict() | {"_extra_state": wrong})


def test_a_layer_made_of_shapes_alone_takes_a_state_dict() -> None:
    with torch.device("meta"):
        layer = layer_of(PATTERN)
        state = layer.state_dict()
    layer.load_state_dict(layer_of(PATTERN).state_dict(), assign=True)
    assert layer(samples()).shape == (2, 4, 30)
    layer.load_state_dict({name: value.to("meta") for name, value in state.items()}, assign=True)


def test_a_state_dict_holds_tensors_alone_and_calls_the_layer() -> None:
    layer, x = layer_of(PATTERN), samples()
    state = layer.state_dict()
    assert all(isinstance(value, Tensor) for value in state.values())
    assert torch.equal(torch.func.functional_call(layer, state, x), layer(x))
    layer.load_state_dict({name: value.to(torch.float64) for name, value in state.items()})


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv1d(4, 4, 5, padding="same"),
        nn.Conv1d(4, 4, 5, dilation=3, padding="same", bias=False),
        nn.Conv1d(4, 4, 5, dilation=3, padding="same", groups=2),
    ],
    ids=str,
)
def test_a_checkpoint_of_a_conv1d_loads_where_its_taps_are_the_layers(conv: nn.Conv1d) -> None:
    pattern = Pattern.dilated(5, conv.dilation[0])
    options = {"groups": conv.groups, "bias": conv.bias is not None}
    layer, x = PartiallyDilatedConv1d(4, 4, pattern, **options), samples()
    layer.load_state_dict(conv.state_dict())
    assert torch.allclose(layer(x), conv(x), atol=1e-5)


def test_a_folded_layer_loads_back_and_weights_at_gaps_are_refused() -> None:
    layer, other = layer_of(PATTERN), layer_of(PATTERN)
    other.load_state_dict(layer.fold().state_dict())
    assert torch.equal(other.kernel(), layer.kernel())
    for size in (15, 7):  # as long as the kernel, but dense; as many as taps, but side by side
        with pytest.raises(RuntimeError, match=r"weight, \(4, 4, \d+\), has weights where"):
            other.load_state_dict(nn.Conv1d(4, 4, size).state_dict())
