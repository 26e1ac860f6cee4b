"""The layer that takes its input channels from its first input, beside the layer."""

import pytest
import torch
from torch.nn.parameter import UninitializedParameter

from pdviz import PartiallyDilatedConv1d
from pdviz.conv import LazyPartiallyDilatedConv1d


@pytest.mark.parametrize("shape", [(2, 6, 20), (6, 20)])
@pytest.mark.parametrize("groups", [1, 2, 6])
def test_the_first_call_makes_the_layer(shape: tuple[int, ...], groups: int) -> None:
    lazy = LazyPartiallyDilatedConv1d(12, "1101011", groups=groups, stride=2, dtype=torch.float64)
    assert isinstance(lazy.weight, UninitializedParameter)
    torch.manual_seed(3)
    x = torch.ones(shape, dtype=torch.float64)
    y = lazy(x)
    torch.manual_seed(3)
    layer = PartiallyDilatedConv1d(6, 12, "1101011", groups=groups, stride=2, dtype=torch.float64)
    assert type(lazy) is PartiallyDilatedConv1d
    assert repr(lazy) == repr(layer)
    assert torch.equal(y, layer(x))
    y.sum().backward()
    assert lazy.weight.grad is not None


def test_a_layer_without_bias_stays_without() -> None:
    lazy = LazyPartiallyDilatedConv1d(4, "101", bias=False, padding=(2, 0), backend="conv")
    assert lazy(torch.ones(1, 3, 8)).shape == (1, 4, 8)
    assert lazy.bias is None
    assert lazy.backend == "conv"


def test_state_dicts_load_into_a_lazy_layer_and_into_its_copy() -> None:
    layer = PartiallyDilatedConv1d(3, 4, "1101011")
    lazy = LazyPartiallyDilatedConv1d(4, "1101011")
    lazy.load_state_dict(layer.state_dict())
    x = torch.randn(1, 3, 20)
    assert torch.equal(lazy(x), layer(x))
    assert type(lazy) is PartiallyDilatedConv1d
    assert lazy.in_channels == 3
    unused = LazyPartiallyDilatedConv1d(4, "1101011")
    state = unused.state_dict()
    assert isinstance(state["weight"], UninitializedParameter)
    copy = LazyPartiallyDilatedConv1d(4, "1101011")
    copy.load_state_dict(state)
    assert copy(x).shape == (1, 4, 20)
    with pytest.raises(RuntimeError, match="the weights are for taps at"):
        LazyPartiallyDilatedConv1d(4, "1110111").load_state_dict(layer.state_dict())


def test_a_lazy_layer_can_be_moved_and_cast() -> None:
    lazy = LazyPartiallyDilatedConv1d(4, "101").double()
    assert lazy(torch.ones(1, 3, 8, dtype=torch.float64)).dtype == torch.float64


def test_wrong_arguments_and_inputs_are_named() -> None:
    with pytest.raises(ValueError, match=r"`groups` \(=2\) must divide `out_channels` \(=3\)"):
        LazyPartiallyDilatedConv1d(3, "101", groups=2)
    with pytest.raises(TypeError, match="`bias`"):
        LazyPartiallyDilatedConv1d(3, "101", bias=1)  # type: ignore[arg-type]
    lazy = LazyPartiallyDilatedConv1d(4, "101", groups=2)
    with pytest.raises(ValueError, match=r"`groups` \(=2\) must divide `in_channels` \(=3\)"):
        lazy(torch.ones(1, 3, 8))
    with pytest.raises(ValueError, match="`input` has shape"):
        lazy(torch.ones(8))
    assert lazy(torch.ones(1, 4, 8)).shape == (1, 4, 8)
