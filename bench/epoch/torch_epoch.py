"""PyTorch's side of bench/epoch: a whole run of two epochs for each line of JSON on stdin."""

import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torch_worker import answer_requests


class Items(Dataset):
    """The steps of torchvision's MNIST with ToTensor for an item, but for its detour over an image of PIL."""

    def __init__(self, images, labels):
        self.images = images
        self.labels = labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image, target = self.images[index], int(self.labels[index])
        pixels = torch.from_numpy(np.array(image.numpy(), np.uint8, copy=True))
        channels_first = pixels.view(28, 28, 1).permute((2, 0, 1)).contiguous()
        return channels_first.to(dtype=torch.get_default_dtype()).div(255), target


def layer(spec):
    if spec["kind"] == "linear":
        return nn.Linear(spec["from"], spec["to"])
    return {"relu": nn.ReLU, "flatten": nn.Flatten}[spec["kind"]]()


def dataset_of(task):
    files = task["files"]
    count = files["count"]
    images = torch.from_numpy(np.fromfile(files["images"], dtype=np.uint8, count=count * 784).reshape(-1, 28, 28))
    labels = torch.from_numpy(np.fromfile(files["labels"], dtype=np.uint8, count=count).astype(np.int64))
    if task["dataset"] == "items":
        return Items(images, labels)
    return TensorDataset(images.unsqueeze(1).float().div(255), labels)


def epoch(net, loader, loss_of, optimizer):
    correct = 0
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        output = net(x)
        loss = loss_of(output, y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        correct += (output.argmax(1) == y).sum().item()
    return correct / len(loader.dataset)


def train(task, dataset, seed):
    cpu = time.process_time_ns()
    start = time.perf_counter_ns()
    torch.manual_seed(seed)
    net = nn.Sequential(*[layer(spec) for spec in task["layers"]])
    loader = DataLoader(dataset, batch_size=task["batchSize"], shuffle=True)
    optimizer = torch.optim.SGD(net.parameters(), lr=task["lr"])
    epoch(net, loader, nn.CrossEntropyLoss(), optimizer)
    middle = time.perf_counter_ns()
    accuracy = epoch(net, loader, nn.CrossEntropyLoss(), optimizer)
    return {
        "firstMs": (middle - start) / 1e6,
        "nextMs": (time.perf_counter_ns() - middle) / 1e6,
        "cpuMs": (time.process_time_ns() - cpu) / 2e6,
        "accuracy": accuracy,
    }


task = None
dataset = None


def answer(request):
    global task, dataset
    if request["do"] != "prepare":
        return train(task, dataset, request["seed"])
    task = request["task"]
    torch.set_num_threads(task["threads"])
    dataset = dataset_of(task)
    return {}


answer_requests(answer)
