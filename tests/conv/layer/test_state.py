"""What a layer holds and hands on: parameters, state dicts, a pattern in a file, `Conv1d`'s own."""

import io
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern, partially_dilated_conv1d

PATTERN = Pattern.partially_dilated(2, 3, 3)
CAUSAL = Pattern.partially_dilated(2, 3, 3, causal=True)
INITIALISERS: list[Callable[[Tensor], Tensor]] = [
    nn.init.xavier_uniform_,
    nn.init.kaiming_normal_,
    nn.init.orthogonal_,
    nn.init.dirac_,
]


def layer_of(pattern: Pattern, channels: int = 4) -> PartiallyDilatedConv1d:
    return PartiallyDilatedConv1d(channels, channels, pattern)


def samples() -> Tensor:
    return torch.randn(2, 4, 30)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (PATTERN, ["left", "island", "right", "bias"]),
        (CAUSAL, ["left", "island", "bias"]),
        (Pattern.dense(5), ["island", "bias"]),
    ],
)
def test_a_wing_without_taps_is_no_parameter(pattern: Pattern, names: list[str]) -> None:
    layer = layer_of(pattern)
    assert [name for name, _ in layer.named_parameters()] == names
    assert all(getattr(layer, name) is None for name in ("left", "right") if name not in names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for weight in (layer.left, layer.island, layer.right):
            for draw in INITIALISERS if weight is not None else []:
                draw(weight)
    layer(samples()).sum().backward()
    torch.optim.Adafactor(layer.parameters()).step()
    assert all(parameter.isfinite().all() for parameter in layer.parameters())


@pytest.mark.parametrize("pattern", [CAUSAL, Pattern.dense(5)], ids=["causal", "dense"])
@pytest.mark.parametrize("norm", [2.0, float("inf")])
def test_weight_norm_and_clipping_leave_gradients_finite(pattern: Pattern, norm: float) -> None:
    layer = layer_of(pattern)
    for name in ("left", "island"):
        if getattr(layer, name) is not None:
            nn.utils.parametrizations.weight_norm(layer, name)
    (100 * layer(samples())).square().sum().backward()
    nn.utils.clip_grad_norm_(layer.parameters(), 0.5, norm_type=norm)
    gradients = [parameter.grad for parameter in layer.parameters()]
    assert nn.utils.get_total_norm(gradients, norm) == pytest.approx(0.5, rel=1e-4)


def test_the_function_takes_none_or_nothing_for_a_wing_without_taps() -> None:
    island, x = torch.randn(4, 4, 5), samples()
    expected = nn.functional.conv1d(x, island, padding=2)
    for empty in (None, torch.empty(4, 4, 0)):
        output = partially_dilated_conv1d(x, empty, island, empty, Pattern.dense(5))
        assert torch.allclose(output, expected, atol=1e-5)
    with pytest.raises(TypeError, match="`left` "):
        partially_dilated_conv1d(x, None, torch.randn(4, 4, 3), None, PATTERN)


def test_a_state_dict_of_an_older_layer_loads() -> None:
    layer = layer_of(CAUSAL)
    old = {"left": torch.randn(4, 4, 2), "island": torch.randn(4, 4, 3), "bias": torch.randn(4)}
    layer.load_state_dict(old | {"right": torch.empty(4, 4, 0)})
    assert torch.equal(layer.island, old["island"])
    nn.Sequential(layer).load_state_dict({f"0.{name}": value for name, value in old.items()})


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


def test_a_pattern_is_loaded_as_plain_data() -> None:
    kept = {"patterns": [PATTERN, Pattern.dense(9), Pattern((0, 3, 4))], "taps": 7}
    file = io.BytesIO()
    torch.save(kept, file)
    file.seek(0)
    assert torch.load(file, weights_only=True) == kept


@pytest.mark.parametrize("grad", [True, False])
def test_a_conv_under_weight_norm_stays_trained_or_frozen(grad: bool) -> None:
    conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(4, 4, 5, padding=2))
    conv.requires_grad_(grad)
    with torch.no_grad():
        layer = PartiallyDilatedConv1d.from_conv(conv, Pattern.dense(5))
        assert layer.island.requires_grad == grad
        nn.utils.parametrizations.weight_norm(layer, "island").requires_grad_(grad)
        assert layer.fold().weight.requires_grad == grad
    x = samples()
    assert torch.allclose(layer(x), conv(x), atol=1e-5)
