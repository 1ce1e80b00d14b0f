"""Networks with loops and branches, which PyTorch exports: scripted ones, whose source it reads from this file, and those of torch.export."""

from typing import List, Tuple

import torch
from torch import Tensor, nn

torch.manual_seed(0)


class Appending(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 3)
        self.inputs = nn.Linear(3, 3)

    def forward(self, x):
        h = torch.zeros(x.size(1), 3)
        all = []
        for i in range(x.size(0)):
            h = torch.tanh(self.hidden(h) + self.inputs(x[i]))
            all.append(h)
        return torch.stack(all), h


class Backwards(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 3)

    def forward(self, x):
        h = torch.zeros(x.size(1), 3)
        for i in range(x.size(0) - 1, -1, -1):
            h = torch.tanh(self.hidden(h) + x[i])
        return h


class OwnLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.wi = nn.Parameter(torch.randn(16, 3) * 0.3)
        self.wh = nn.Parameter(torch.randn(16, 4) * 0.3)

    def cell(self, x: Tensor, state: Tuple[Tensor, Tensor]):
        h, c = state
        i, f, g, o = (torch.mm(x, self.wi.t()) + torch.mm(h, self.wh.t())).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h, (h, c)

    def forward(self, x):
        state = (torch.zeros(x.size(1), 4), torch.zeros(x.size(1), 4))
        outputs = torch.jit.annotate(List[Tensor], [])
        inputs = x.unbind(0)
        for i in range(len(inputs)):
            out, state = self.cell(inputs[i], state)
            outputs += [out]
        return torch.stack(outputs, 1), state[1]


class Branch(nn.Module):
    def forward(self, x):
        if bool(x.sum() > 0):
            return x * 2
        else:
            return x / 3


class Break(nn.Module):
    def forward(self, x):
        for i in range(10):
            x = x / 2
            if bool(x.abs().max() < 0.1):
                break
        return x


class While(nn.Module):
    def forward(self, x):
        n = 0
        while bool(x.abs().max() > 1) and n < 10:
            x = x / 2
            n += 1
        return x


class Cond(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        return torch.cond(x.sum() > 0, lambda x: self.linear(x).relu(), lambda x: x / 2, (x,))


class Scan(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        from torch._higher_order_ops.scan import scan

        def step(h, entry):
            after = torch.tanh(self.linear(h) + entry)
            return after, after.clone()

        return scan(step, torch.zeros(x.shape[1], 3), x, dim=0)


class WhileLoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        from torch._higher_order_ops.while_loop import while_loop

        def step(i, h):
            return i + 1, torch.tanh(self.linear(h))

        return while_loop(lambda i, h: i < 5, step, (torch.tensor(0), x))[1]
