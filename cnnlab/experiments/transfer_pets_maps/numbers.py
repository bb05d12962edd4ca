"""Numbers of `transfer_pets_maps` for prose and tables."""

from cnnlab.experiments.transfer.numbers import map_numbers as numbers

__all__ = ["numbers"]
