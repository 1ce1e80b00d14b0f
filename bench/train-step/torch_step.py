"""PyTorch's side of bench/train-step: answers a line of JSON on stdin with a line of JSON on stdout."""

import json
import resource
import sys
import time

import numpy as np
import torch
from torch import nn


def layer(spec):
    kind = spec["kind"]
    if kind == "conv":
        return nn.Conv2d(spec["from"], spec["to"], spec["kernel"], padding=spec["padding"])
    if kind == "linear":
        return nn.Linear(spec["from"], spec["to"])
    return {"relu": nn.ReLU, "pool": lambda: nn.MaxPool2d(2), "flatten": nn.Flatten}[kind]()


class Engine:
    def __init__(self, task):
        torch.set_num_threads(task["threads"])
        files = task["files"]
        count = files["count"]
        images = np.fromfile(files["images"], dtype=np.uint8, count=count * 784).reshape(-1, 1, 28, 28)
        labels = np.fromfile(files["labels"], dtype=np.uint8, count=count).astype(np.int64)
        self.images = torch.from_numpy(images)
        self.labels = torch.from_numpy(labels)
        self.size = task["batchSize"]
        self.batches = len(labels) // self.size
        self.next = 0
        self.net = nn.Sequential(*[layer(spec) for spec in task["layers"]])
        weights = torch.from_numpy(np.fromfile(files["weights"][task["net"]], dtype=np.float32))
        nn.utils.vector_to_parameters(weights, self.net.parameters())
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=task["lr"])

    def step(self):
        start = self.next * self.size
        self.next = (self.next + 1) % self.batches
        x = self.images[start : start + self.size].float().div_(255)
        y = self.labels[start : start + self.size]
        self.optimizer.zero_grad()
        loss = self.loss(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def timed(engine, go_on):
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    cpu = time.process_time_ns()
    start = time.perf_counter_ns()
    steps = 0
    while go_on(steps, (time.perf_counter_ns() - start) / 1e6):
        engine.step()
        steps += 1
    return {
        "wallMs": (time.perf_counter_ns() - start) / 1e6,
        "cpuMs": (time.process_time_ns() - cpu) / 1e6,
        "steps": steps,
        "pageFaults": resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults,
    }


def main():
    engine = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                engine = Engine(request["task"])
                reply = {"losses": [engine.step() for _ in range(request["steps"])], "stepsPerRun": 1}
            else:
                for _ in range(request["warm"]):
                    engine.step()
                if request["do"] == "steps":
                    reply = timed(engine, lambda steps, _: steps < request["steps"])
                else:
                    reply = timed(engine, lambda steps, ms: steps == 0 or ms < request["ms"])
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


main()
