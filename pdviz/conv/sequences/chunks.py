"""A stack over a signal too long for its memory: piece by piece, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from pdviz.conv._arguments import Arguments, check_tensors
from pdviz.conv._backends import resolve, run
from pdviz.conv._padding import check_length
from pdviz.conv.sequences.lengths import output_length
from pdviz.conv.sequences.steps import Step, is_layer, is_random, steps_of
from pdviz.conv.sequences.windows import Block, Span, needs, pieces, read, window


def chunked(
    stack: nn.Module,
    input: Tensor,
    length: int,
    *,
    pointwise: tuple[type[nn.Module], ...] = (),
) -> Tensor:
    """Run a stack over a long signal, so many output samples at a time.

    What it computes is `stack(input)`. Of what lies between the layers no more is held than one
    piece needs, with the neighbouring samples that the taps of all layers reach; backward, each
    piece is computed again. Each layer pads at the true ends of its input alone.

    >>> from pdviz import PartiallyDilatedConv1d, Pattern
    >>> layers = (PartiallyDilatedConv1d(1, 1, Pattern.partially_dilated()) for _ in range(2))
    >>> stack = nn.Sequential(next(layers), nn.GELU(), next(layers))
    >>> input = torch.randn(1, 1, 10_000)
    >>> torch.allclose(chunked(stack, input, 4096), stack(input), atol=1e-5)
    True

    Args:
        stack: a layer, or an `nn.Sequential` of layers and of modules that treat every sample
            alone: activations, `Conv1d` of kernel size 1, `BatchNorm1d` in eval mode.
        input: (N, C, L) or (C, L).
        length: output samples per piece, ≥ 1. Each piece also computes what the layers' halos
            overlap: a length of several receptive fields costs little.
        pointwise: further types of modules that treat every sample alone.

    Returns:
        The output; differentiable once, with respect to input and parameters.

    Raises:
        TypeError, ValueError: an argument is wrong, or the stack has other modules, or draws random
            numbers, which a piece cannot draw again; the message names it.
    """
    if isinstance(length, bool) or not isinstance(length, int):
        raise TypeError(f"`length` (={length!r}) must be an integer.")
    if length < 1:
        raise ValueError(f"`length` (={length}) must be at least 1.")
    if not isinstance(input, Tensor) or input.dim() not in (2, 3):
        shape = tuple(input.shape) if isinstance(input, Tensor) else repr(input)
        raise ValueError(f"`input` (={shape}) must be a tensor, (N, C, L) or (C, L).")
    steps = steps_of(stack, pointwise)
    for step in steps:
        if is_random(step):
            raise ValueError(
                f"`stack` has {step!r} in training mode: the pieces of a signal overlap, and would "
                "each draw other random numbers for the same sample."
            )
    if input.dim() == 2:
        return chunked(stack, input.unsqueeze(0), length, pointwise=pointwise).squeeze(0)
    work = _Pieces(_stages(steps, input), input.shape[-1], length)
    parameters = [parameter for parameter in stack.parameters() if parameter.requires_grad]
    if torch.is_grad_enabled() and (input.requires_grad or parameters):
        function: Any = _Chunked.apply
        output: Tensor = function(work, input, *parameters)
        return output
    return work.forward(input)


class _Stage(NamedTuple):
    """A layer as one step, or the modules between two layers."""

    layer: Step | None
    args: Arguments | None
    backend: str
    length: int  # of its input
    modules: tuple[nn.Module, ...]


def _stages(steps: Sequence[Step], input: Tensor) -> list[_Stage]:
    """Work out lengths and backends for the whole signal, which its pieces then share."""
    stages: list[_Stage] = []
    length = input.shape[-1]
    for step in steps:
        if not is_layer(step):
            modules = (*stages.pop().modules, step) if stages and not stages[-1].layer else (step,)
            stages.append(_Stage(None, None, "", length, modules))
            continue
        args = step._arguments()
        check_length(length, args.pattern, args.padding, args.padding_mode)
        whole = input.new_empty(1).expand(input.shape[0], step.in_channels, length)
        backend = resolve(whole, step.weight, args, step.backend)
        stages.append(_Stage(step, args, backend, length, ()))
        length = output_length(length, args)
    return stages


class _Pieces(NamedTuple):
    """A stack, and how it is cut."""

    stages: list[_Stage]
    input_length: int
    length: int

    @property
    def outputs(self) -> int:
        """The length of the output."""
        layers = [stage for stage in self.stages if stage.args is not None]
        if not layers:
            return self.input_length
        last = layers[-1]
        assert last.args is not None
        return output_length(last.length, last.args)

    def spans(self) -> list[Span]:
        """Return which outputs each piece has."""
        stops = range(self.length, self.outputs + self.length, self.length)
        return [(stop - self.length, min(stop, self.outputs)) for stop in stops]

    def plan(self, span: Span) -> list[list[Span]]:
        """Return which elements these outputs need in front of every stage, and they themselves."""
        levels = [[span]]
        for stage in reversed(self.stages):
            spans = levels[0]
            if stage.args is not None:
                parts = []
                for each in spans:
                    parts += pieces(window(each, stage.args), stage.length, stage.args.padding_mode)
                spans = needs(parts)
            levels.insert(0, spans)
        return levels

    def run(self, blocks: list[Block], plan: list[list[Span]], like: Tensor) -> Tensor:
        """Compute one piece of the output from what it needs of the input."""
        for stage, spans in zip(self.stages, plan[1:], strict=True):
            layer, args = stage.layer, stage.args
            if layer is None or args is None:
                for module in stage.modules:
                    blocks = [Block(start, module(elements)) for start, elements in blocks]
                continue
            inside = args._replace(padding=(0, 0), padding_mode="zeros")
            like = like.new_empty(1).expand(like.shape[0], layer.in_channels, 1)
            results = []
            for span in spans:
                parts = pieces(window(span, args), stage.length, args.padding_mode)
                source = read(parts, blocks, like)
                check_tensors(source, layer.weight, layer.bias, args.groups)
                result = run(source, layer.weight, layer.bias, inside, stage.backend)
                results.append(Block(span[0], result))
            blocks = results
        return blocks[0].elements

    def forward(self, input: Tensor) -> Tensor:
        """Compute the whole output, piece by piece."""
        output: Tensor | None = None
        for span in self.spans():
            plan = self.plan(span)
            piece = self.run(cut(input, plan[0]), plan, input)
            if output is None:
                output = piece.new_empty(*piece.shape[:2], self.outputs)
            output[..., span[0] : span[1]] = piece
        assert output is not None  # there is at least one output
        return output


def cut(input: Tensor, spans: Sequence[Span]) -> list[Block]:
    """Return these parts of a signal: views."""
    return [Block(start, input[..., start:stop]) for start, stop in spans]


class _Chunked(torch.autograd.Function):
    """A stack in pieces, each of which is computed again on the way back."""

    @staticmethod
    def forward(ctx: Any, work: _Pieces, input: Tensor, *parameters: Tensor) -> Tensor:
        """Compute the output."""
        ctx.work, ctx.precision = work, _precision(input)
        ctx.save_for_backward(input, *parameters)
        return work.forward(input)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        """Compute the gradients of the input and of each parameter, piece by piece."""
        input, *parameters = ctx.saved_tensors
        work: _Pieces = ctx.work
        input_needs, *others = ctx.needs_input_grad[1:]
        by_input = torch.zeros_like(input) if input_needs else None
        trained = [each for each, need in zip(parameters, others, strict=True) if need]
        totals = [torch.zeros_like(each) for each in trained]
        for span in work.spans():
            plan = work.plan(span)
            with torch.enable_grad(), ctx.precision():
                blocks = [
                    Block(start, elements.detach().requires_grad_(input_needs))
                    for start, elements in cut(input.detach(), plan[0])
                ]
                piece = work.run(blocks, plan, input.detach())
            sources = [block.elements for block in blocks] if input_needs else []
            gradients = torch.autograd.grad(
                *(piece, [*sources, *trained], upstream[..., span[0] : span[1]]),
                allow_unused=True,
            )
            for block, gradient in zip(blocks[: len(sources)], gradients, strict=False):
                if by_input is not None and gradient is not None:
                    stop = block.start + gradient.shape[-1]
                    by_input[..., block.start : stop] += gradient
            for total, gradient in zip(totals, gradients[len(sources) :], strict=True):
                if gradient is not None:
                    total += gradient
        results = iter(totals)
        return None, by_input, *(next(results) if need else None for need in others)


def _precision(input: Tensor) -> Callable[[], Any]:
    """Return how to enter the autocast state of now, in a thread of the way back too."""
    kind = input.device.type
    enabled = torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)
    dtype = torch.get_autocast_dtype(kind) if enabled else None
    return lambda: torch.autocast(kind, dtype=dtype, enabled=enabled)
