from torch import nn
from torch.nn import functional as F


def make(width=256, depth=2, **_):
    layers = [part for i in range(depth) for part in (nn.Linear(784 if i == 0 else width, width), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(width, 10))


def loss(net, x, y):
    return F.cross_entropy(net(x), y)
