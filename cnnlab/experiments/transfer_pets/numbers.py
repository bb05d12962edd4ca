"""Numbers of `transfer_pets` for prose and tables."""

from cnnlab.experiments.transfer.numbers import training_numbers as numbers

__all__ = ["numbers"]
