"""Networks: their activations and layers, their losses with derivatives."""

from .activation_values import derivatives, touched
from .activations import Activation, Pieces, total
from .evaluation import differentiate, features, slopes_over
from .layout import Layer, Problem, split
from .losses import SLOPES

__all__ = [
    "SLOPES",
    "Activation",
    "Layer",
    "Pieces",
    "Problem",
    "derivatives",
    "differentiate",
    "features",
    "slopes_over",
    "split",
    "total",
    "touched",
]
