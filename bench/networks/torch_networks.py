"""PyTorch's side of bench/networks: the network of a file in `nets`, trained in the way that is asked for."""

import importlib.util
import itertools
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch_worker import answer_requests, measured

NETS = Path(__file__).parent / "nets"
MIB = 1024 if sys.platform != "darwin" else 1024 * 1024
DTYPES = {"float32": np.float32, "int32": np.int32, "uint8": np.uint8}


def described(name):
    spec = importlib.util.spec_from_file_location(f"net_{name.replace('-', '_')}", NETS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    # torch.compile looks for the module by its name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Arrays:
    """The arrays of a file of raw numbers."""

    def __init__(self, file):
        self.file = file

    def read(self, stored):
        count = int(np.prod(stored["shape"], dtype=np.int64))
        array = np.fromfile(self.file, DTYPES[stored["dtype"]], count, offset=stored["offset"])
        # Labels and indices are int64, as users of PyTorch have them.
        return torch.from_numpy(array.astype(np.int64) if stored["dtype"] == "int32" else array).view(stored["shape"])

    def tree(self, of, batch):
        if of in batch:
            return self.read(batch[of])
        return {name[2:]: self.read(stored) for name, stored in batch.items() if name.startswith(f"{of}/")}


def load(net, weights):
    """Takes weights by name. Only what counts batches may be left as it was."""
    missing, unexpected = net.load_state_dict(weights, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"parameters differ: without a value {missing}, unknown {unexpected}")


def optimizer_of(spec, how, parameters):
    options = {name: value for name, value in spec.items() if name != "kind"}
    if how != "usual":
        options[how] = True
    return {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamW": torch.optim.AdamW}[spec["kind"]](
        parameters, **options
    )


class Engine:
    def __init__(self, task):
        torch.set_num_threads(task["threads"])
        way = task["way"]
        description = described(task["torch"])
        arrays = Arrays(task["files"]["file"])
        net = description.make(**task["sizes"])
        load(net, {name: arrays.read(stored) for name, stored in task["files"]["weights"].items()})
        if way["channelsLast"]:
            net.to(memory_format=torch.channels_last)
        batches = [(arrays.tree("x", batch), arrays.tree("y", batch)) for batch in task["files"]["batches"]]
        self.batches = itertools.cycle(batches)
        self.optimizer = optimizer_of(task["optimizer"], way["optimizer"], net.parameters())
        self.loss = (lambda x, y: description.loss(net, x, y)) if not way["compile"] else compiled(description, net)

    def step(self):
        x, y = next(self.batches)
        self.optimizer.zero_grad()
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def compiled(description, net):
    return torch.compile(lambda x, y: description.loss(net, x, y))


engine = None


def answer(request):
    global engine
    if request["do"] == "prepare":
        start = time.perf_counter_ns()
        engine = Engine(request["task"])
        first = engine.step()
        first_ms = (time.perf_counter_ns() - start) / 1e6
        return {"losses": [first] + [engine.step() for _ in range(request["steps"] - 1)], "firstStepMs": first_ms}
    if request["do"] == "memory":
        return {"peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB}
    return measured(engine.step, request)


answer_requests(answer)
