"""Random numbers of one case, all of which follow from its seed, and `fixture_lib`, which computes what PyTorch gives."""

import random
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "packages" / "core" / "test" / "fixtures"))
import fixture_lib as lib  # noqa: E402


class Dice(random.Random):
    """`random.Random` with a few more throws."""

    def chance(self, p):
        return self.random() < p

    def sizes(self, rank, low, high):
        return [self.randint(low, high) for _ in range(rank)]

    def some(self, rank, low, high):
        """A number for each axis, or one for all of them; PyTorch and JSON take both."""
        sizes = self.sizes(rank, low, high)
        return sizes[0] if rank == 1 or self.chance(0.3) else sizes

    def few(self, values):
        return self.choice(list(values))


def each(size, rank):
    return size if isinstance(size, list) else [size] * rank


def begin(seed):
    """The dice of a seed; numbers of `fixture_lib` follow from it, too, and are sometimes so coarse that many are equal."""
    dice = Dice(seed)
    lib.seed(seed, dice.choice([None, None, 0.5, 0.25]))
    lib.torch.manual_seed(seed)
    return dice


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def ours(options, plain=None):
    """Options as Descent names them, without those that have PyTorch's default in `plain`."""
    plain = plain or {}
    return {camel(k): list(v) if isinstance(v, tuple) else v for k, v in options.items() if k not in plain or v != plain[k]}


class Refused(Exception):
    """What was drawn is nothing that PyTorch takes."""


__all__ = ["Dice", "Refused", "begin", "camel", "each", "lib", "np", "ours"]
