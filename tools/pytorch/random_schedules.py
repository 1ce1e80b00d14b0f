"""A random schedule and its rates over a course, as PyTorch computes them; the first is that of Descent's step 1."""

import torch

from dice import lib

S = torch.optim.lr_scheduler


def plain(d, lr):
    """`call, make`: what Descent's schedule is called with, and PyTorch's scheduler."""
    n, gamma = d.randint(1, 9), d.choice([0.1, 0.5, 0.93, 1, 1.3])
    kind = d.choice(["stepDecay", "multiStep", "exponential", "polynomial", "linearRamp", "constant", "cosine", "cosineRestarts"])
    if kind == "stepDecay":
        return [kind, {"lr": lr, "every": n, "gamma": gamma}], lambda p: S.StepLR(p, n, gamma)
    if kind == "multiStep":
        at = sorted(d.sample(range(1, 20), d.randint(1, 4)))
        return [kind, {"lr": lr, "milestones": at, "gamma": gamma}], lambda p: S.MultiStepLR(p, at, gamma)
    if kind == "exponential":
        return [kind, {"lr": lr, "gamma": gamma}], lambda p: S.ExponentialLR(p, gamma)
    if kind == "polynomial":
        power = d.choice([0.5, 1, 2, 3.3])
        return [kind, {"lr": lr, "steps": n, "power": power}], lambda p: S.PolynomialLR(p, n, power)
    if kind == "linearRamp":
        a, b = d.choice([0.1, 0.5, 1]), d.choice([0, 0.3, 1])
        return [kind, {"lr": lr, "steps": n, "startFactor": a, "endFactor": b}], lambda p: S.LinearLR(p, a, b, n)
    if kind == "constant":
        return [kind, {"lr": lr, "steps": n, "factor": 0.3}], lambda p: S.ConstantLR(p, 0.3, n)
    least = d.choice([0, lr / 7])
    if kind == "cosine":
        return [kind, {"lr": lr, "steps": 30, "min": least}], lambda p: S.CosineAnnealingLR(p, 30, least)
    times = d.randint(1, 3)
    return [kind, {"lr": lr, "steps": n, "tMult": times, "min": least}], lambda p: S.CosineAnnealingWarmRestarts(p, n, times, least)


def one_cycle(d, lr):
    total, share, three = d.randint(5, 60), round(d.uniform(0.1, 0.45), 2), d.chance(0.5)
    anneal, div, final = d.choice(["cos", "linear"]), d.choice([1.5, 10, 25]), d.choice([2, 100, 1e4])
    options = {"maxLr": lr, "steps": total, "pctStart": share, "anneal": anneal, "threePhase": three, "divFactor": div, "finalDivFactor": final}
    make = lambda p: S.OneCycleLR(p, lr, total, None, None, share, anneal, True, 0.8, 0.9, div, final, three)  # noqa: E731
    return ["oneCycle", options], make, total


def cyclic(d, lr):
    up, down, mode, gamma = d.randint(1, 9), d.choice([None, d.randint(1, 9)]), d.choice(["triangular", "triangular2", "exp_range"]), d.choice([0.9, 1])
    options = {"baseLr": lr / 9, "maxLr": lr, "stepsUp": up, "mode": "expRange" if mode == "exp_range" else mode, "gamma": gamma}
    options |= {} if down is None else {"stepsDown": down}
    return ["cyclic", options], lambda p: S.CyclicLR(p, lr / 9, lr, up, down, mode, gamma), 40


def momentum_of_cycle(d, lr):
    """The momentum that goes with a cycle, in place of its rate."""
    [_, options], of, total = one_cycle(d, lr)
    kept = {k: v for k, v in options.items() if k in ("steps", "pctStart", "anneal", "threePhase")}
    return ["oneCycleMomentum", {**kept, "baseMomentum": 0.8, "maxMomentum": 0.9}], of, total


CLOSED = ("stepDecay", "multiStep", "exponential", "polynomial", "linearRamp", "constant", "cosine")


def joined(d, lr):
    """Schedules one after the other."""
    parts, count = [], d.randint(2, 4)
    while len(parts) < count:
        part = plain(d, lr)
        # The others have no closed form, by which PyTorch begins them again.
        if part[0][0] in CLOSED:
            parts.append(part)
    steps = [d.randint(1, 9) for _ in parts]
    milestones = [sum(steps[: i + 1]) for i in range(count - 1)]
    call = ["sequence", [[n, part[0]] for n, part in zip(steps, parts)]]
    return call, lambda p: S.SequentialLR(p, [of(p) for _, of in parts], milestones), 30


def warmed(d, lr):
    """A warm-up into a schedule: Descent's first step has a share of the rate, the schedule begins with its first step."""
    n = d.randint(1, 9)
    call, of = ["cosine", {"lr": lr, "steps": 30, "min": 0}], lambda p: S.CosineAnnealingLR(p, 30, 0)
    ramp = lambda p: S.LinearLR(p, 1 / n, 1, max(n - 1, 1))  # noqa: E731
    return ["warmup", n, call], lambda p: S.SequentialLR(p, [ramp(p), of(p)], [n]), n + 30


def make(d, names):
    lr = d.choice([0.1, 0.03, 1])
    kind = d.choice(names or ["plain", "plain", "one_cycle", "momentum_of_cycle", "cyclic", "plateau", "joined", "joined", "warmed"])
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    if kind == "plateau":
        options = {"patience": d.randint(0, 4), "factor": d.choice([0.1, 0.5]), "cooldown": d.choice([0, 2]), "mode": d.choice(["min", "max"]), "threshold": d.choice([1e-4, 0.05])}
        options |= {"threshold_mode": d.choice(["rel", "abs"]), "min_lr": d.choice([0, lr / 5]), "eps": d.choice([1e-8, 0.01])}
        scheduler, rates, metrics = S.ReduceLROnPlateau(optimizer, **options), [], []
        for i in range(30):
            rates.append(lib.number(float(optimizer.param_groups[0]["lr"])))
            metrics.append(round(d.uniform(-1, 1) + d.choice([0, -0.05 * i]), 2))
            optimizer.step()
            scheduler.step(metrics[-1])
        words = {"threshold_mode": "thresholdMode", "min_lr": "minLr"}
        ours = {words.get(k, k): v for k, v in options.items()}
        return {"name": kind, "options": {"lr": lr, **ours}, "metrics": metrics, "rates": rates}
    makers = {"one_cycle": one_cycle, "momentum_of_cycle": momentum_of_cycle, "cyclic": cyclic, "joined": joined, "warmed": warmed}
    call, of, steps = (*plain(d, lr), 30) if kind == "plain" else makers[kind](d, lr)
    scheduler, rates, shown = of(optimizer), [], "momentum" if kind == "momentum_of_cycle" else "lr"
    for _ in range(steps):
        rates.append(lib.number(float(optimizer.param_groups[0][shown])))
        optimizer.step()
        scheduler.step()
    return {"name": kind, "options": call, "rates": rates}
