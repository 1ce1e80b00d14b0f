"""Writes test/fixtures/torch-gradients.json: gradients by PyTorch of two small networks.

    python packages/backend-onnx/scripts/make-gradient-fixtures.py
"""

import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(0)


def array(t):
    return {"shape": list(t.shape), "data": [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]}


def prepared(network):
    """The network for inference, with running statistics that are not those of the start."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def case(network, x, scalar, more):
    x = x.clone().requires_grad_()
    network.zero_grad()
    y = network(x)
    value = scalar(y)
    value.backward()
    return {
        "parameters": {n: array(t) for n, t in network.state_dict().items() if "num_batches" not in n},
        "x": array(x),
        "more": {n: array(t.float()) for n, t in more.items()},
        "y": array(y),
        "value": value.item(),
        "input": array(x.grad),
        "weights": {n: array(p.grad) for n, p in network.named_parameters()},
    }


images = prepared(
    nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout(0.5),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 4),
    )
)
rows = prepared(nn.Sequential(nn.Linear(5, 6), nn.LayerNorm(6), nn.GELU(), nn.Linear(6, 3), nn.Tanh()))
x, labels = torch.randn(3, 1, 4, 4), torch.tensor([3, 0, 2])
z, weights = torch.randn(2, 5), torch.randn(2, 3)
numbers = torch.randn(2, 3)
cases = {
    "images, class": case(images, x, lambda y: y[torch.arange(3), labels].sum(), {"class": labels}),
    "images, cross entropy": case(images, x, lambda y: nn.functional.cross_entropy(y, labels), {"target": labels}),
    "rows, sum": case(rows, z, lambda y: y.sum(), {}),
    "rows, weighted": case(rows, z, lambda y: (y * weights).sum(), {"weights": weights}),
    "rows, squares": case(rows, z, lambda y: nn.functional.mse_loss(y, numbers), {"target": numbers}),
}
out = Path(__file__).parent.parent / "test" / "fixtures" / "torch-gradients.json"
out.parent.mkdir(exist_ok=True)
out.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")
