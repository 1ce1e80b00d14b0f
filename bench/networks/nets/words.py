from torch import nn
from torch.nn import functional as F


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30_000, 64)
        self.head = nn.Linear(64, 2)

    def forward(self, x):
        return self.head(self.embed(x).mean(1))


def make():
    return Words()


def loss(net, x, y):
    return F.cross_entropy(net(x), y)
