import { DYNAMIC, type Node } from '@descent/core';
import {
  add,
  broadcastTo,
  concat,
  greater,
  iota,
  knownAs,
  matmul,
  mul,
  type RecurrentCall,
  reshape,
  scalar,
  scan,
  slice,
  split,
  sub,
  transpose,
  where,
} from '@descent/core/ops';
import { flag, hasAttribute, number, text } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { type Activation, activationsOf } from './recurrent-activations.ts';

/** Recurrent networks of one layer, in one direction or both: loops over the steps. */
export const RECURRENT: Rules = {
  LSTM: (node, c) => recurrentNetwork(node, c, LSTM),
  GRU: (node, c) => recurrentNetwork(node, c, GRU),
  RNN: (node, c) => recurrentNetwork(node, c, RNN),
};

/** The states of a cell. */
type States = { readonly h: Node; readonly c?: Node };

/** What tells the three apart. */
interface Kind {
  /** Where the gates of PyTorch are among those of ONNX; weights are brought in PyTorch's order, in which exports look for them. */
  readonly gates: readonly number[];
  readonly states: readonly ('h' | 'c')[];
  readonly call?: 'lstm' | 'gru';
  /** What each activation is where a node names none. */
  readonly activations: readonly string[];
  readonly step: Step;
}

/** The states after a step, of what the input gives to the gates, the states before and the weights. */
type Step = (input: Node, before: States, weights: Weights, options: Options) => States;

interface Weights {
  readonly weightIn: Node;
  readonly weightHidden: Node;
  readonly biasIn: Node | undefined;
  readonly biasHidden: Node | undefined;
  /** Of an LSTM whose gates see its memory: `[3·hidden]`, those of i, o and f. */
  readonly peepholes: Node | undefined;
}

interface Options {
  readonly size: number;
  readonly activations: readonly Activation[];
  /** Of a GRU: whether the reset gate stands behind the product. */
  readonly isResetBehind: boolean;
  /** Of an LSTM: whether what is not let in is what is kept. */
  readonly isCoupled: boolean;
}

const LSTM: Kind = {
  gates: [0, 2, 3, 1],
  states: ['h', 'c'],
  call: 'lstm',
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  step(input, before, weights, { size, activations, isCoupled }) {
    const [f, g, h] = activations as readonly [Activation, Activation, Activation];
    const [memory, peepholes] = [before.c as Node, weights.peepholes];
    const sees = (gate: number, x: Node, of: Node): Node =>
      peepholes === undefined
        ? x
        : add(x, mul(of, slice(peepholes, { axis: 0, start: gate * size, end: (gate + 1) * size })));
    const all = add(fromState(before.h, weights), input);
    const [i, forget, candidate, o] = split(all, [size, size, size, size], 1) as [Node, Node, Node, Node];
    const letIn = f(sees(0, i, memory));
    const kept = isCoupled ? sub(1, letIn) : f(sees(2, forget, memory));
    const next = add(mul(kept, memory), mul(letIn, g(candidate)));
    return { h: mul(f(sees(1, o, next)), h(next)), c: next };
  },
};

const GRU: Kind = {
  gates: [1, 0, 2],
  states: ['h'],
  call: 'gru',
  activations: ['Sigmoid', 'Tanh'],
  step(input, { h }, weights, { size, activations, isResetBehind }) {
    const [f, g] = activations as readonly [Activation, Activation];
    const parts = (x: Node): [Node, Node, Node] => split(x, [size, size, size], 1) as [Node, Node, Node];
    const [ri, zi, ni] = parts(input);
    if (isResetBehind) {
      const [rh, zh, nh] = parts(fromState(h, weights));
      const candidate = g(add(ni, mul(f(add(ri, rh)), nh)));
      return { h: add(candidate, mul(f(add(zi, zh)), sub(h, candidate))) };
    }
    const rows = (x: Node, start: number, end: number): Node =>
      slice(x, { axis: 0, start: start * size, end: end * size });
    const { weightHidden, biasHidden } = weights;
    const gates = matmul(h, rows(weightHidden, 0, 2), { transposeB: true });
    const biased = biasHidden === undefined ? gates : add(gates, rows(biasHidden, 0, 2));
    const [rh, zh] = split(biased, [size, size], 1) as [Node, Node];
    const last = matmul(mul(f(add(ri, rh)), h), rows(weightHidden, 2, 3), { transposeB: true });
    const candidate = g(add(ni, biasHidden === undefined ? last : add(last, rows(biasHidden, 2, 3))));
    return { h: add(candidate, mul(f(add(zi, zh)), sub(h, candidate))) };
  },
};

const RNN: Kind = {
  gates: [0],
  states: ['h'],
  activations: ['Tanh'],
  step: (input, { h }, weights, { activations: [f] }) => ({ h: (f as Activation)(add(fromState(h, weights), input)) }),
};

function fromState(h: Node, { weightHidden, biasHidden }: Weights): Node {
  const product = matmul(h, weightHidden, { transposeB: true });
  return biasHidden === undefined ? product : add(product, biasHidden);
}

function recurrentNetwork(node: ImportedNode, c: RuleContext, kind: Kind): readonly (Node | undefined)[] {
  if (hasAttribute(node, 'clip')) throw c.unsupported(`clip ${number(node, 'clip')}`, 'no clip');
  const size = number(node, 'hidden_size', c.node(2).type.shape[2] as number);
  const way = text(node, 'direction', 'forward');
  const directions = { forward: [false], reverse: [true], bidirectional: [false, true] }[way];
  if (directions === undefined) {
    throw c.unsupported(`direction '${way}'`, "'forward', 'reverse' or 'bidirectional'");
  }
  const isBatchFirst = number(node, 'layout', 0) === 1;
  const x = isBatchFirst ? transpose(c.node(0), [1, 0, 2]) : c.node(0);
  const lengths = c.optional(4);
  const each = directions.map((reverse, d) => {
    const activations = activationsOf(node, kind.activations, d, c);
    const options: Options = {
      size,
      activations: activations.map(({ apply }) => apply),
      isResetBehind: flag(node, 'linear_before_reset', false),
      isCoupled: flag(node, 'input_forget', false),
    };
    const first = Object.fromEntries(
      kind.states.map((name, i) => [name, firstState(c.optional(5 + i), x, d, size, isBatchFirst)]),
    ) as unknown as States;
    const weights = weightsOf(c, kind, d, size);
    const isNamed =
      activations.every(({ name }, i) => name === kind.activations[i]) &&
      weights.peepholes === undefined &&
      !options.isCoupled &&
      (kind.call !== 'gru' || options.isResetBehind);
    return direction(x, { kind, first, weights, options, lengths, reverse, call: isNamed ? kind.call : undefined });
  });
  const stack = (values: readonly Node[], axis: number): Node =>
    concat(
      values.map((v) => reshape(v, v.type.shape.toSpliced(axis, 0, 1))),
      axis,
    );
  const y = stack(
    each.map(({ output }) => output),
    1,
  );
  const last = kind.states.map((name) =>
    stack(
      each.map(({ carry }) => carry[name] as Node),
      0,
    ),
  );
  // [time, directions, batch, hidden] → [batch, time, directions, hidden]
  if (!isBatchFirst) return [y, ...last];
  return [transpose(y, [2, 0, 1, 3]), ...last.map((state) => transpose(state, [1, 0, 2]))];
}

/** `[batch, hidden]` of `[directions, batch, hidden]`, or `[batch, directions, hidden]`; zeros where none are given. */
function firstState(all: Node | undefined, x: Node, d: number, size: number, isBatchFirst: boolean): Node {
  const shape = [x.type.shape[1] as number, size];
  if (all === undefined) return broadcastTo(scalar(0), shape);
  return reshape(slice(all, { axis: isBatchFirst ? 1 : 0, start: d, end: d + 1 }), shape);
}

/** The weights of one direction, with the gates in PyTorch's order. */
function weightsOf(c: RuleContext, { gates }: Kind, d: number, size: number): Weights {
  const rows = gates.length * size;
  const own = (all: Node): Node => reshape(slice(all, { axis: 0, start: d, end: d + 1 }), all.type.shape.slice(1));
  const ordered = (weight: Node): Node =>
    concat(
      gates.map((gate) => slice(weight, { axis: 0, start: gate * size, end: (gate + 1) * size })),
      0,
    );
  const bias = c.optional(3);
  const half = (i: number): Node | undefined =>
    bias && ordered(slice(own(bias), { axis: 0, start: i * rows, end: (i + 1) * rows }));
  const peepholes = c.optional(7);
  return {
    weightIn: ordered(own(c.node(1))),
    weightHidden: ordered(own(c.node(2))),
    biasIn: half(0),
    biasHidden: half(1),
    peepholes: peepholes && own(peepholes),
  };
}

interface Direction {
  readonly kind: Kind;
  readonly first: States;
  readonly weights: Weights;
  readonly options: Options;
  /** `[batch]`: how many steps of each sequence count. */
  readonly lengths: Node | undefined;
  readonly reverse: boolean;
  /** What exports may call it. */
  readonly call: RecurrentCall['call'] | undefined;
}

/** `[time, batch, features] → [time, batch, hidden]`. */
function direction(
  x: Node,
  { kind, first, weights, options, lengths, reverse, call }: Direction,
): { readonly carry: States; readonly output: Node } {
  const projected = projection(x, weights.weightIn);
  const inputs = weights.biasIn === undefined ? projected : add(projected, weights.biasIn);
  const scanned = lengths === undefined ? { inputs } : { inputs, mask: counted(lengths, x) };
  const { carry, ys } = scan(
    first,
    scanned,
    (before: States, now: { readonly inputs: Node; readonly mask?: Node }) => {
      const next = kind.step(now.inputs, before, weights, options);
      const { mask } = now;
      if (mask === undefined) return { carry: next, y: next.h };
      const kept = Object.fromEntries(
        kind.states.map((name) => [name, where(mask, next[name] as Node, before[name] as Node)]),
      ) as unknown as States;
      return { carry: kept, y: where(mask, next.h, scalar(0)) };
    },
    { reverse },
  );
  if (call === undefined) return { carry, output: ys };
  const { peepholes: _, ...named } = weights;
  const known = (value: Node, result: RecurrentCall['result']): Node =>
    knownAs(value, { call, reverse, result }, { x, ...first, ...named, lengths });
  const last = Object.fromEntries(kind.states.map((name) => [name, known(carry[name] as Node, name)]));
  return { carry: last as unknown as States, output: known(ys, 'output') };
}

/** All steps at once. In rows, the gradient of the weight is one product. */
function projection(x: Node, weight: Node): Node {
  const [time, batch, features] = x.type.shape as [number, number, number];
  if (time === DYNAMIC || batch === DYNAMIC) return matmul(x, weight, { transposeB: true });
  const rows = matmul(reshape(x, [time * batch, features]), weight, { transposeB: true });
  return reshape(rows, [time, batch, weight.type.shape[0] as number]);
}

/** Which steps of each sequence count: `[time, batch, 1]`. */
function counted(lengths: Node, x: Node): Node {
  const [time, batch] = x.type.shape as [number, number, number];
  return greater(reshape(lengths, [1, batch, 1]), reshape(iota(time), [time, 1, 1]));
}
