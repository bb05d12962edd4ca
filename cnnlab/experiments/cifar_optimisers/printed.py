"""The log that the document prints of AlexNet on CIFAR-10: 15 epochs. It calls the test pictures validation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PrintedEpoch:
    """Cross-entropies in nats and the accuracy, 0 to 1."""

    epoch: int
    train_loss: float
    test_loss: float
    test_accuracy: float


PRINTED = tuple(
    PrintedEpoch(epoch, train_loss, test_loss, round(percent / 100, 6))
    for epoch, (train_loss, test_loss, percent) in enumerate(
        (
            (2.302293, 2.300810, 10.00),
            (2.272070, 2.109978, 18.45),
            (1.916227, 1.751657, 30.79),
            (1.691202, 1.535392, 41.89),
            (1.511061, 1.396724, 47.73),
            (1.339784, 1.528726, 44.37),
            (1.189249, 1.174518, 58.02),
            (1.069891, 1.126314, 60.49),
            (0.972650, 0.987152, 64.17),
            (0.878938, 0.931056, 67.07),
            (0.801410, 0.943449, 67.57),
            (0.740898, 0.951947, 66.86),
            (0.660681, 0.958129, 68.93),
            (0.607995, 0.874286, 70.97),
            (0.547257, 0.916623, 71.27),
        ),
        1,
    )
)
