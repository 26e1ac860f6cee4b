"""The parts of a state, one per subject: each choice with its default and its rule beside it."""

from pdviz.ui.state.parts.cost import CostView as CostView
from pdviz.ui.state.parts.kernel import KernelChoice as KernelChoice
from pdviz.ui.state.parts.receptive_field import FieldView as FieldView
from pdviz.ui.state.parts.signal import SignalView as SignalView
from pdviz.ui.state.parts.spectrum import SpectrumView as SpectrumView
from pdviz.ui.state.parts.stack import StackChoice as StackChoice
from pdviz.ui.state.parts.training import TrainingChoice as TrainingChoice
from pdviz.ui.state.parts.weights import WeightsChoice as WeightsChoice
