"""A random optimizer with random options, and the parameters after updates by random gradients, as PyTorch computes them."""

from unittest import mock

import torch

from dice import Refused, lib

o = torch.optim
SHAPES = {"matrix": (3, 4), "tall": (4, 2), "vector": (5,), "one": (1,)}
EPS32 = 2.0**-23


def betas(d):
    return [d.choice([0.0, 0.5, 0.9]), d.choice([0.5, 0.99, 0.999])]


def settings(d):
    # A decay that never cancels a gradient but for its rounding: optimizers that divide by its size would make a step of that.
    lr, decay = d.choice([0.5, 0.1, 0.01]), d.choice([0, 0.1234567, 0.0123457])
    eps = d.choice([1e-8, 1e-3])
    moments = {"lr": lr, "betas": betas(d), "eps": eps, "weight_decay": decay}
    momentum = d.choice([0, 0.5, 0.9])
    kind = d.choice(["sgd", "adam", "adamW", "nadam", "radam", "rmsprop", "adagrad", "adadelta", "adamax", "adafactor", "asgd", "rprop", "muon"])
    if kind == "sgd":
        way = {} if momentum == 0 else d.choice([{"nesterov": True}, {"dampening": d.choice([0.3, 1])}, {}])
        return kind, o.SGD, {"lr": lr, "momentum": momentum, "weight_decay": decay, **way}
    if kind in ("adam", "adamW"):
        return kind, {"adam": o.Adam, "adamW": o.AdamW}[kind], {**moments, "amsgrad": d.chance(0.5)}
    if kind == "nadam":
        return kind, o.NAdam, {**moments, "momentum_decay": d.choice([0.004, 0.1]), "decoupled_weight_decay": d.chance(0.5)}
    if kind == "radam":
        return kind, o.RAdam, {**moments, "decoupled_weight_decay": d.chance(0.5)}
    if kind == "rmsprop":
        return kind, o.RMSprop, {"lr": lr, "alpha": d.choice([0, 0.9, 0.99]), "eps": d.choice([1e-4, 1e-2]), "weight_decay": decay, "momentum": momentum, "centered": d.chance(0.5)}
    if kind == "adagrad":
        return kind, o.Adagrad, {"lr": lr, "lr_decay": d.choice([0, 0.1]), "weight_decay": decay, "initial_accumulator_value": d.choice([0, 0.3]), "eps": d.choice([1e-10, 1e-3])}
    if kind == "adadelta":
        return kind, o.Adadelta, {"lr": lr, "rho": d.choice([0, 0.9]), "eps": d.choice([1e-6, 1e-2]), "weight_decay": decay}
    if kind == "adamax":
        return kind, o.Adamax, moments
    if kind == "adafactor":
        return kind, o.Adafactor, {"lr": lr, "beta2_decay": d.choice([-0.8, -0.3]), "eps": [d.choice([EPS32, 1e-3]), d.choice([1e-3, 0.1])], "d": d.choice([1, 1.5]), "weight_decay": decay}
    if kind == "asgd":
        return kind, o.ASGD, {"lr": lr, "lambd": d.choice([1e-4, 0.1]), "alpha": d.choice([0.75, 0.5]), "t0": d.choice([1e6, 3]), "weight_decay": decay}
    if kind == "rprop":
        return kind, o.Rprop, {"lr": lr, "etas": [d.choice([0.5, 0.9]), d.choice([1.2, 2])], "step_sizes": [d.choice([1e-6, 0.01]), d.choice([50, 0.3])]}
    given = {"lr": lr, "weight_decay": decay, "momentum": momentum, "nesterov": d.chance(0.5), "ns_steps": d.randint(1, 6)}
    return kind, None, {**given, "adjust_lr_fn": d.choice(["original", "match_rms_adamw"])}


WORDS = {"weight_decay": "weightDecay", "momentum_decay": "momentumDecay", "decoupled_weight_decay": "decoupledWeightDecay", "lr_decay": "lrDecay"}
WORDS |= {"initial_accumulator_value": "initialAccumulatorValue", "beta2_decay": "beta2Decay", "step_sizes": "stepSizes", "ns_steps": "nsSteps"}


def extras(d, kind, options):
    """Around the optimizer, as PyTorch's users have it: a group with options of its own, a rate for each step, gradients cut by their norm."""
    if kind in ("muon", "rprop", "asgd"):
        return {}
    group = {"lr": options["lr"] * d.choice([0.1, 3]), **({"weight_decay": d.choice([0, 0.0345679])} if "weight_decay" in options and d.chance(0.5) else {})}
    around = {"around": d.choice([["averaged", d.choice([0, 0.5, 0.99])], ["swa", {"start": 1, "every": d.randint(1, 3)}], ["lookahead", d.randint(1, 4), d.choice([0.5, 0.8])]])}
    found = {**around, "value": d.choice([0.05, 0.5]), "group": group, "factors": [d.choice([0.1, 0.5, 1, 2]) for _ in range(12)], "norm": d.choice([0.1, 1, 100])}
    return {k: v for k, v in found.items() if d.chance(0.4)}


def parameters_of(named, more):
    if "group" not in more:
        return list(named.values())
    return [{"params": [named["matrix"], named["one"]], **more["group"]}, {"params": [named["tall"], named["vector"]]}]


def follow(around, step, named, start, kept):
    """What stands around an optimizer, as its paper has it: `kept` are averages or slow weights."""
    name, *args = around or [None]
    for key, p in named.items():
        if name == "averaged":
            # Each average is that of the steps so far, without the start.
            share = (1 - args[0]) / (1 - args[0] ** step)
            kept[key] = kept.get(key, torch.zeros_like(p)) * (1 - share) + p * share
        elif name == "swa" and (step - 1) % args[0]["every"] == 0:
            count = (step - 1) // args[0]["every"]
            kept[key] = (kept.get(key, torch.zeros_like(p)) * count + p) / (count + 1)
        elif name == "lookahead":
            slow = kept.get(key, start[key])
            kept[key] = slow + (p - slow) * args[1] if step % args[0] == 0 else slow
            if step % args[0] == 0:
                p.copy_(kept[key])


def make(d, names):
    while True:
        kind, own, options = settings(d)
        if not names or kind in names:
            break
    steps = d.randint(1, 12)
    more = extras(d, kind, options)
    start = {name: lib.values(*shape) for name, shape in SHAPES.items()}
    gradients = [{name: lib.values(*shape, low=-1, high=1) for name, shape in SHAPES.items()} for _ in range(steps)]
    if d.chance(0.3):
        still = d.randrange(steps)
        gradients[still] = {name: torch.zeros_like(g) for name, g in gradients[still].items()}
    named = {name: torch.nn.Parameter(p.clone()) for name, p in start.items()}
    kept = {}
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    with mock.patch.object(torch.Tensor, "bfloat16", torch.Tensor.clone):
        if own is None:
            optimizers = [o.Muon([p for p in named.values() if p.dim() == 2], **given), o.AdamW([p for p in named.values() if p.dim() != 2])]
        else:
            optimizers = [own(parameters_of(named, more), **given)]
        starts = [[g["lr"] for g in optimizer.param_groups] for optimizer in optimizers]
        for i, step in enumerate(gradients):
            for name, p in named.items():
                p.grad = step[name].clone()
            # Descent bounds the gradients of what is around first.
            if "norm" in more:
                torch.nn.utils.clip_grad_norm_(named.values(), more["norm"])
            if "value" in more:
                torch.nn.utils.clip_grad_value_(named.values(), more["value"])
            for optimizer, rates in zip(optimizers, starts):
                for g, rate in zip(optimizer.param_groups, rates):
                    g["lr"] = rate * more.get("factors", [1] * 12)[i]
                optimizer.step()
            with torch.no_grad():
                follow(more.get("around"), i + 1, named, start, kept)
    # Where `alpha` is 0 or rounding makes a variance negative, PyTorch takes its root: NaN.
    if any(torch.isnan(p).any() for p in named.values()):
        raise Refused
    ours = {WORDS.get(k, k): v for k, v in options.items() if k != "adjust_lr_fn"}
    if "adjust_lr_fn" in options:
        ours["adjustLr"] = {"original": "original", "match_rms_adamw": "matchRmsAdamW"}[options["adjust_lr_fn"]]
    every = {"start": start, "after": {n: p.detach() for n, p in named.items()}}
    if more.get("around", [None])[0] in ("averaged", "swa"):
        every["average"] = kept
    written = {k: {n: lib.array(p) for n, p in tree.items()} for k, tree in every.items()}
    if "group" in more:
        more["group"] = {WORDS.get(k, k): v for k, v in more["group"].items()}
    return {"name": kind, "options": ours, "more": more, "gradients": [{n: lib.array(g) for n, g in step.items()} for step in gradients], **written}
