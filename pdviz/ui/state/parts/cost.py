"""Choices of the page Cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pdviz.limits import MAX_BATCH, MAX_RUN_LENGTH, MAX_WIDTH
from pdviz.ui.state.rules import OneOf, Whole, choice

DTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in ("float32", "float64", "bfloat16", "float16")}
)


@dataclass(frozen=True, slots=True)
class CostView:
    """The sizes that costs are counted for; `width` is the channels in and out of every layer."""

    batch: int = choice(8, Whole("Batch size", 1, MAX_BATCH))
    width: int = choice(64, Whole("Channels", 1, MAX_WIDTH))
    groups: int = choice(64, Whole("Groups", 1, MAX_WIDTH))
    length: int = choice(4096, Whole("Length", 1, MAX_RUN_LENGTH))
    dtype: str = choice("float32", OneOf("Number format", DTYPES))

    def settled(self) -> CostView:
        """Take the number of groups nearest to the chosen one that divides the channels."""
        if not self.width % self.groups:
            return self
        divisors = (n for n in range(1, self.width + 1) if not self.width % n)
        return replace(self, groups=min(divisors, key=lambda n: abs(n - self.groups)))
