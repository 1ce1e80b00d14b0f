import type { Node } from '../../ir/node.ts';
import { DYNAMIC } from '../../ir/shape.ts';
import { knownAs, type RecurrentCall } from '../../ops/composite/known-as.ts';
import { lengthMask } from '../../ops/composite/length-mask.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { scan } from '../../ops/loop/scan-builder.ts';
import { broadcastTo } from '../../ops/shape/broadcast-to.ts';
import { concat } from '../../ops/shape/concat.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { slice } from '../../ops/shape/slice.ts';
import { transpose } from '../../ops/shape/transpose.ts';
import { namedInputs } from '../_named.ts';
import type { Layer, LayerContext } from '../layer.ts';
import {
  expectInputs,
  labelOf,
  parametersOf,
  type Recurrent,
  type RecurrentInputs,
  type RecurrentOutput,
  type RecurrentReturn,
} from './_options.ts';

/** The states of a cell: `h`, which is its output, and for an LSTM `c`. */
export type CellState = { readonly h: Node; readonly c?: Node };

/** What tells recurrent layers apart. */
export interface Cell {
  /** What a backend may know it as. */
  readonly call?: RecurrentCall['call'];
  /** Rows of the weights for each hidden unit. */
  readonly gates: number;
  readonly states: readonly ('h' | 'c')[];
  /** Whether the bias of the state may be added to that of the input, for all steps at once. */
  readonly joinsBiases: boolean;
  /** The states after a step, of what the input and the state give to the gates: `[batch, gates·hidden]` each. */
  step(fromInput: Node, fromState: Node, before: CellState): CellState;
}

/** A recurrent layer made of a cell. */
export function recurrentLayer<R extends RecurrentReturn, S extends string>(
  made: Recurrent,
  cell: Cell,
): Layer<Node | RecurrentInputs, RecurrentOutput<R, S>> {
  return {
    label: labelOf(made),
    parameters: parametersOf(made, cell.gates),
    apply: (x, context) => applied(x, made, cell, context) as RecurrentOutput<R, S>,
  };
}

function applied(
  x: Node | RecurrentInputs,
  made: Recurrent,
  cell: Cell,
  context: LayerContext,
): Node | { readonly [name: string]: Node } {
  const given = namedInputs(x, ['x', ...cell.states, 'lengths'], ['x'], 'x') as RecurrentInputs;
  expectInputs(made, given);
  const { numLayers, directions, dropout } = made;
  const count = directions.length;
  const { lengths } = given;
  const mask = lengths === undefined ? undefined : counted(lengths, given.x.type.shape[1] as number);
  const last: CellState[] = [];
  // The steps are the first axis from here on.
  let y = transpose(given.x, [1, 0, 2]);
  for (let i = 0; i < numLayers; i++) {
    if (i > 0 && dropout > 0 && context.training) {
      const keep = context.random({ kind: 'bernoulli', p: 1 - dropout }, y.type.shape);
      y = mul(mul(y, cast(keep, 'float32')), 1 / (1 - dropout));
    }
    const ways = directions.map((end, d) => {
      const first = firstState(given, cell, i * count + d, made);
      return direction(y, first, `l${i}${end}`, { made, cell, context, lengths, mask, reverse: d === 1 });
    });
    last.push(...ways.map(({ carry }) => carry));
    y = joined(ways.map(({ output }) => output));
  }
  if (made.return === 'last') return joined(last.slice(-count).map(({ h }) => h));
  const output = transpose(y, [1, 0, 2]);
  if (made.return === 'sequence') return output;
  return {
    output,
    ...Object.fromEntries(cell.states.map((name) => [name, stacked(last.map((s) => s[name] as Node))])),
  };
}

interface Direction {
  readonly made: Recurrent;
  readonly cell: Cell;
  readonly context: LayerContext;
  /** `[batch]`: how many entries count, and `[time, batch, 1]`: whether an entry does. */
  readonly lengths: Node | undefined;
  readonly mask: Node | undefined;
  readonly reverse: boolean;
}

/** One layer in one direction: `[time, batch, features] → [time, batch, hidden]`. */
function direction(
  x: Node,
  first: CellState,
  end: string,
  { made: { bias }, cell, context, lengths, mask, reverse }: Direction,
): { readonly carry: CellState; readonly output: Node } {
  const weights = {
    weightIn: context.parameter(`weight_ih_${end}`),
    weightHidden: context.parameter(`weight_hh_${end}`),
    biasIn: bias ? context.parameter(`bias_ih_${end}`) : undefined,
    biasHidden: bias ? context.parameter(`bias_hh_${end}`) : undefined,
  };
  const { biasIn: own, biasHidden: ofState } = weights;
  const before = own === undefined || ofState === undefined ? own : cell.joinsBiases ? add(own, ofState) : own;
  const after = cell.joinsBiases ? undefined : ofState;
  const projected = projection(x, weights.weightIn, context.training);
  const inputs = before === undefined ? projected : add(projected, before);
  const scanned = mask === undefined ? { inputs } : { inputs, mask };
  const { carry, ys } = scan(
    first,
    scanned,
    (state: CellState, now: { readonly inputs: Node; readonly mask?: Node }) => {
      const product = matmul(state.h, weights.weightHidden, { transposeB: true });
      const next = cell.step(now.inputs, after === undefined ? product : add(product, after), state);
      const { mask: counts } = now;
      if (counts === undefined) return { carry: next, y: next.h };
      const kept = Object.fromEntries(
        cell.states.map((name) => [name, where(counts, next[name] as Node, state[name] as Node)]),
      ) as CellState;
      return { carry: kept, y: where(counts, next.h, scalar(0)) };
    },
    { reverse },
  );
  const { call } = cell;
  if (call === undefined) return { carry, output: ys };
  const known = (value: Node, result: RecurrentCall['result']): Node =>
    knownAs(value, { call, reverse, result }, { x, ...first, ...weights, lengths });
  const last = Object.fromEntries(cell.states.map((name) => [name, known(carry[name] as Node, name)])) as CellState;
  return { carry: last, output: known(ys, 'output') };
}

/** All steps at once. In rows, the gradient of the weight is one product. */
function projection(x: Node, weight: Node, training: boolean): Node {
  const [time, batch, features] = x.type.shape as [number, number, number];
  if (!training || time === DYNAMIC || batch === DYNAMIC) return matmul(x, weight, { transposeB: true });
  const rows = matmul(reshape(x, [time * batch, features]), weight, { transposeB: true });
  return reshape(rows, [time, batch, weight.type.shape[0] as number]);
}

function firstState(given: RecurrentInputs, cell: Cell, at: number, { hiddenSize }: Recurrent): CellState {
  const batch = given.x.type.shape[0] as number;
  const shape = [batch, hiddenSize];
  const one = (all: Node | undefined): Node =>
    all === undefined ? broadcastTo(scalar(0), shape) : reshape(slice(all, { axis: 0, start: at, end: at + 1 }), shape);
  return Object.fromEntries(cell.states.map((name) => [name, one(given[name])])) as CellState;
}

/** Which entries of each sequence count: `[time, batch, 1]`. */
function counted(lengths: Node, time: number): Node {
  return reshape(transpose(lengthMask(lengths, time), [1, 0]), [time, lengths.type.shape[0] as number, 1]);
}

/** Directions side by side. */
function joined(parts: readonly Node[]): Node {
  return parts.length === 1 ? (parts[0] as Node) : concat(parts, (parts[0] as Node).type.shape.length - 1);
}

function stacked(parts: readonly Node[]): Node {
  return concat(
    parts.map((part) => reshape(part, [1, ...part.type.shape])),
    0,
  );
}
