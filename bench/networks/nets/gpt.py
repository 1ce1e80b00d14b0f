import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, HEADS = 65, 4


class Positions(nn.Module):
    def __init__(self, time, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(time, width))

    def forward(self, x):
        return x + self.weight[: x.shape[1]]


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.ln1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.ln2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        batch, time, width = x.shape
        q, k, v = (t.view(batch, time, HEADS, -1).transpose(1, 2) for t in self.qkv(self.ln1(x)).split(width, 2))
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        y = x + self.proj(attended.transpose(1, 2).reshape(batch, time, width))
        return y + self.down(F.gelu(self.up(self.ln2(y))))


class Gpt(nn.Module):
    def __init__(self, time, width, blocks):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, width)
        self.positions = Positions(time, width)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(blocks)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, VOCABULARY, bias=False)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.positions(self.tokens(x)))))


def make(time=64, width=128, blocks=4, **_):
    return Gpt(time, width, blocks)


def loss(net, x, y):
    return F.cross_entropy(net(x).flatten(0, 1), y.flatten())
