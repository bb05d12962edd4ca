"""ReLUs whose gradient is not zero where they are dead: Lucid's `redirected_relu_grad`, for any network."""

from __future__ import annotations

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode


class _RedirectedRelu(torch.autograd.Function):
    """ReLU with a backward pass that leaves no example of the batch without gradient.

    Where an example's gradient would be zero throughout, because every position to be changed has a negative input,
    the part of the gradient that raises those inputs is passed on instead (the loss decreases as they increase).
    """

    @staticmethod
    def forward(context, inputs):
        context.save_for_backward(inputs)
        return inputs.clamp(min=0)

    @staticmethod
    def backward(context, gradient):
        (inputs,) = context.saved_tensors
        passed = gradient * (inputs > 0)
        dead = passed.flatten(1).abs().amax(dim=1) == 0
        return torch.where(dead.view(-1, *[1] * (inputs.ndim - 1)), gradient.clamp(max=0), passed)


class RedirectedRelus(TorchFunctionMode):
    """Context in which every ReLU, module or function, in place or not, passes gradient on where it is dead.

    The network itself is not changed. Source: `redirected_relu_grad` of Lucid (Olah et al. 2017), per example.
    """

    RELUS = (functional.relu, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_)

    def __torch_function__(self, function, types, arguments=(), options=None):
        options = options or {}
        if function in self.RELUS:
            return _RedirectedRelu.apply(arguments[0] if arguments else options["input"])
        return function(*arguments, **options)
