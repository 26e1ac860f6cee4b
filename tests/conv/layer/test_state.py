"""What a layer holds and hands on: one parameter, its views, a pattern in a file."""

import io
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import pdviz.conv
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


@pytest.mark.parametrize("pattern", [PATTERN, CAUSAL, Pattern.dense(5)], ids=str)
def test_one_parameter_serves_initialisers_and_optimizers(pattern: Pattern) -> None:
    layer = layer_of(pattern)
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    assert layer.weight.shape == (4, 4, pattern.taps)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for draw in INITIALISERS:
            draw(layer.weight)
        for part in (layer.left, layer.island, layer.right):
            if part is not None:
                nn.init.kaiming_normal_(part)
    layer(samples()).sum().backward()
    torch.optim.Adafactor(layer.parameters()).step()
    assert all(parameter.isfinite().all() for parameter in layer.parameters())


@pytest.mark.parametrize("pattern", [PATTERN, CAUSAL, Pattern.dense(5)], ids=str)
@pytest.mark.parametrize("norm", [2.0, float("inf")])
def test_weight_norm_and_clipping_leave_gradients_finite(pattern: Pattern, norm: float) -> None:
    layer = nn.utils.parametrizations.weight_norm(layer_of(pattern))
    (100 * layer(samples())).square().sum().backward()
    nn.utils.clip_grad_norm_(layer.parameters(), 0.5, norm_type=norm)
    gradients = [parameter.grad for parameter in layer.parameters()]
    assert nn.utils.get_total_norm(gradients, norm) == pytest.approx(0.5, rel=1e-4)


@pytest.mark.parametrize("pattern", [PATTERN, CAUSAL, Pattern.dense(5)], ids=str)
def test_parts_are_views_of_the_weight_and_of_its_gradient(pattern: Pattern) -> None:
    layer = layer_of(pattern)
    counts = {name: len(getattr(pattern, name)) for name in ("left", "island", "right")}
    shares = dict(zip(counts, layer.weight.split(list(counts.values()), -1), strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, taps in counts.items():
            part = getattr(layer, name)
            if not taps:
                assert part is None
                continue
            assert torch.equal(part, shares[name])
            assert part.grad is None
            with torch.no_grad():
                part.fill_(taps)
            assert (shares[name] == taps).all()
        layer(samples()).square().sum().backward()
        gradients = layer.weight.grad.split(list(counts.values()), -1)
        for (name, taps), gradient in zip(counts.items(), gradients, strict=True):
            if taps:
                assert torch.equal(getattr(layer, name).grad, gradient)
        layer.zero_grad()
        layer.island.square().sum().backward()  # differentiable
        assert torch.equal(layer.island.grad, 2 * layer.island)
        assert not layer.left.grad.any() if layer.left is not None else True
        nn.utils.parametrizations.weight_norm(layer)
        layer.island.sum().backward()
        assert layer.parametrizations.weight.original1.grad.any()


@pytest.mark.parametrize("value", [nn.Parameter(torch.zeros(4, 4, 2)), torch.zeros(1), None])
def test_a_part_is_written_into_and_not_replaced(value: object) -> None:
    layer = layer_of(PATTERN)
    for name in ("left", "island", "right"):
        with pytest.raises(AttributeError, match=f"`{name}` is a view of `weight` and cannot be"):
            setattr(layer, name, value)


def test_a_hook_on_the_weight_freezes_a_part_as_the_readme_says() -> None:
    readme = Path(pdviz.conv.__file__).with_name("README.md").read_text()
    (line,) = re.findall(r"`(layer\.weight\.register_hook\(.*?\))`[;.]", readme)
    layer = layer_of(PATTERN)
    assert len(PATTERN.left) == 2
    eval(line, {"layer": layer, "F": nn.functional})
    before = layer.weight.detach().clone()
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        layer(samples()).square().sum().backward()
        optimizer.step()
    still = layer.weight == before
    assert still[..., :2].all()
    assert not still[..., 2:].any()


def test_the_function_takes_none_or_nothing_for_a_wing_without_taps() -> None:
    island, x = torch.randn(4, 4, 5), samples()
    expected = nn.functional.conv1d(x, island, padding=2)
    for empty in (None, torch.empty(4, 4, 0)):
        output = partially_dilated_conv1d(x, empty, island, empty, Pattern.dense(5))
        assert torch.allclose(output, expected, atol=1e-5)
    with pytest.raises(TypeError, match="`left` "):
        partially_dilated_conv1d(x, None, torch.randn(4, 4, 3), None, PATTERN)


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
        assert layer.weight.requires_grad == grad
        nn.utils.parametrizations.weight_norm(layer).requires_grad_(grad)
        assert layer.fold().weight.requires_grad == grad
    x = samples()
    assert torch.allclose(layer(x), conv(x), atol=1e-5)
