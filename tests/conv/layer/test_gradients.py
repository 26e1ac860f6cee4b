"""Gradients: against finite differences, to the second order, and through the assembled kernel."""

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from pdviz import PartiallyDilatedConv1d, Pattern, assemble_kernel, partially_dilated_conv1d

BACKENDS = ["conv", "branches", "fused"]

# (pattern, in_channels, out_channels, groups, options): each tiny, together every way round.
CASES = {
    "family": (Pattern.partially_dilated(1, 2, 3), 1, 1, 1, {}),
    "causal, strided": (
        Pattern.partially_dilated(1, 2, 1, causal=True),
        2,
        2,
        2,
        {"stride": 2},
    ),
    "free, wrapped": (Pattern.parse("110100", 5), 1, 2, 1, {"padding_mode": "circular"}),
    "depth multiplier, mirrored": (
        Pattern.partially_dilated(1, 1, 1),
        2,
        4,
        2,
        {"padding_mode": "reflect", "padding": 2},
    ),
    "no wings, no padding": (Pattern.dense(2), 2, 1, 1, {"padding": "valid"}),
    "one tap beside the origin, repeated edge": (
        Pattern.parse("01", 0),
        1,
        1,
        1,
        {"padding_mode": "replicate", "stride": 3},
    ),
}


def function_and_arguments(name: str, backend: str) -> tuple[object, tuple[Tensor, ...]]:
    """The layer as a function of its tensors, and tensors to check it at."""
    pattern, in_channels, out_channels, groups, options = CASES[name]

    def double(*shape: int) -> Tensor:
        return torch.randn(shape, dtype=torch.float64, requires_grad=True)

    group_channels = in_channels // groups
    sizes = (len(pattern.left), len(pattern.island), len(pattern.right))
    arguments = (
        double(2, in_channels, 7),
        *(double(out_channels, group_channels, size) for size in sizes),
        double(out_channels),
    )

    def layer(x: Tensor, left: Tensor, island: Tensor, right: Tensor, bias: Tensor) -> Tensor:
        return partially_dilated_conv1d(
            x, left, island, right, pattern, bias, groups=groups, backend=backend, **options
        )

    return layer, arguments


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_finite_differences(name: str, backend: str) -> None:
    assert gradcheck(*function_and_arguments(name, backend))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_second_gradients_agree_with_finite_differences(name: str, backend: str) -> None:
    assert gradgradcheck(*function_and_arguments(name, backend))


def test_assembling_the_kernel_is_linear_and_its_adjoint_a_gather() -> None:
    pattern = Pattern.parse("1101011", 5)
    sizes = (len(pattern.left), len(pattern.island), len(pattern.right))
    compact = [torch.randn(2, 3, n, dtype=torch.float64, requires_grad=True) for n in sizes]
    kernel = assemble_kernel(*compact, pattern)
    upstream = torch.randn_like(kernel)
    kernel.backward(upstream)
    taps = [i for i, element in enumerate(str(pattern)) if element == "1"]
    assert torch.equal(torch.cat([part.grad for part in compact], dim=-1), upstream[..., taps])
    assert gradcheck(lambda *parts: assemble_kernel(*parts, pattern), compact)
    # <scatter(a), b> = <a, gather(b)>
    inner = sum((part * part.grad).sum() for part in compact)
    assert torch.allclose((kernel * upstream).sum(), inner)


@pytest.mark.parametrize("backend", BACKENDS)
def test_gap_gradients_are_dropped_by_the_gather(backend: str) -> None:
    """The loss does depend on the kernel at its gaps; the compact parameters do not see it."""
    pattern = Pattern.partially_dilated()
    layer = PartiallyDilatedConv1d(3, 3, pattern, groups=3, backend=backend, dtype=torch.float64)
    x, target = torch.randn(2, 4, 3, 64, dtype=torch.float64)
    ((layer(x) - target) ** 2).mean().backward()

    kernel = layer.kernel().detach().requires_grad_()  # as if every element were a weight
    dense = torch.nn.functional.conv1d(x, kernel, layer.bias, padding=10, groups=3)
    ((dense - target) ** 2).mean().backward()
    assert kernel.grad is not None

    is_tap = torch.tensor([element == "1" for element in str(pattern)])
    assert (kernel.grad[..., ~is_tap] != 0).all()
    compact = torch.cat([layer.left.grad, layer.island.grad, layer.right.grad], dim=-1)
    assert torch.allclose(compact, kernel.grad[..., is_tap])


def test_gap_gradients_are_those_of_the_kernel_itself_on_the_way_back() -> None:
    """Backward through `assemble_kernel`: the kernel's gradient is kept, then gathered."""
    pattern = Pattern.partially_dilated(1, 3, 1)
    layer = PartiallyDilatedConv1d(1, 1, pattern, dtype=torch.float64)
    kernel = layer.kernel()
    kernel.retain_grad()
    x = torch.randn(1, 1, 20, dtype=torch.float64)
    torch.nn.functional.conv1d(x, kernel, padding=3).square().sum().backward()
    assert kernel.grad is not None
    gathered = kernel.grad[0, 0].tolist()
    assert all(gathered)  # at 1001001: the gaps' are not zero, and nobody receives them
    assert layer.left.grad.tolist() == [[gathered[:1]]]
    assert layer.island.grad.tolist() == [[gathered[3:4]]]
    assert layer.right.grad.tolist() == [[gathered[6:]]]


@pytest.mark.parametrize("backend", [*BACKENDS, "auto"])
@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
def test_gaps_stay_zero_whatever_the_optimizer_adds(
    optimizer: type[torch.optim.Optimizer], backend: str
) -> None:
    pattern = Pattern.partially_dilated(wing=2, dilation=3, island=3)
    layer = PartiallyDilatedConv1d(2, 2, pattern, backend=backend)
    steps = optimizer(layer.parameters(), lr=0.05, weight_decay=0.1)
    x, target = torch.randn(2, 4, 2, 30)
    losses = []
    for _ in range(20):
        steps.zero_grad()
        loss = ((layer(x) - target) ** 2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
        steps.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    gaps = [i for i, element in enumerate(str(pattern)) if element == "0"]
    assert not layer.kernel()[..., gaps].any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_flow_only_where_they_are_asked_for(backend: str) -> None:
    layer = PartiallyDilatedConv1d(2, 2, Pattern.partially_dilated(), backend=backend)
    layer.weight.requires_grad_(False)
    layer(torch.randn(2, 30)).sum().backward()
    assert layer.weight.grad is layer.left.grad is None
    assert layer.bias.grad is not None
    layer.requires_grad_(False)
    assert not layer(torch.randn(2, 30)).requires_grad
