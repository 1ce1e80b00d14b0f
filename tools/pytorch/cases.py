"""Random cases as PyTorch and scikit-learn compute them, a line of JSON each: `{"seed", …}` as in the fixtures, or `{"seed", "skipped"}`.

    python3 tools/pytorch/cases.py layers --first 0 --cases 100 [--only convolution,pooling]
"""

import argparse
import importlib
import json
import sys
import warnings

from dice import Refused, begin

KINDS = ["layers", "losses", "metrics", "optimizers", "schedules"]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    family = importlib.import_module(f"random_{args.kind}")
    names = [name for name in args.only.split(",") if name]
    for seed in range(args.first, args.first + args.cases):
        try:
            line = {"seed": seed, **family.make(begin(seed), names)}
        except (Refused, RuntimeError, ValueError, AssertionError, ZeroDivisionError) as why:
            line = {"seed": seed, "skipped": str(why)[:200]}
        sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
