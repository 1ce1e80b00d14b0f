"""PyTorch's side of bench/train-step."""

import numpy as np
import torch
from torch import nn
from torch_worker import answer_requests, measured


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


engine = None


def answer(request):
    global engine
    if request["do"] == "prepare":
        engine = Engine(request["task"])
        return {"losses": [engine.step() for _ in range(request["steps"])], "stepsPerRun": 1}
    return measured(engine.step, request)


answer_requests(answer)
