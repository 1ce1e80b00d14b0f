import { constantOp, isOp, type Node } from '@descent/core/backend';
import { broadcastToOp, type RecurrentCall } from '@descent/core/ops';
import type { GraphBuilder } from '../model/builder.ts';
import { compare, concat, gather, reshape, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Inputs } from './known.ts';
import { operator, type WriteOperator } from './operator.ts';

const TYPES = { lstm: 'LSTM', gru: 'GRU' } as const;

/** Where ONNX's gates are among PyTorch's: i, o, f, c of i, f, g, o; and z, r, h of r, z, n. */
const GATES = { LSTM: [0, 3, 1, 2], GRU: [1, 0, 2] } as const;

interface More {
  readonly result: RecurrentCall['result'];
  /** What the operands are. */
  readonly names: readonly string[];
}

/** First states of zeros are left out: they are what the operator begins with. */
export function recurrent(n: Node, { call, reverse, result }: RecurrentCall, inputs: Inputs): Node {
  const given = Object.entries(inputs).filter(([name, x]) => !((name === 'h' || name === 'c') && isZeros(x)));
  const more: More = { result, names: given.map(([name]) => name) };
  const attributes = {
    hidden_size: inputs['weightHidden']?.type.shape[1] as number,
    ...(reverse && { direction: 'reverse' }),
    // PyTorch's reset gate stands behind the product.
    ...(call === 'gru' && { linear_before_reset: 1 }),
  };
  return operator(
    TYPES[call],
    given.map(([, x]) => x),
    n,
    attributes,
    more,
  );
}

function isZeros(n: Node): boolean {
  if (isOp(n, broadcastToOp)) return isZeros(n.inputs[0] as Node);
  return isOp(n, constantOp) && n.attrs.value.data.length === 1 && n.attrs.value.data[0] === 0;
}

/** ONNX has an axis of directions in weights, states and results. */
export const writeRecurrent: WriteOperator = (operands, { type, attributes, more }, { builder: b }) => {
  const { names, result } = more as More;
  const given = (name: string): Value | null => operands[names.indexOf(name)] ?? null;
  const x = given('x') as Value;
  const [time, batch] = x.shape as readonly [number, number, number];
  const size = attributes['hidden_size'] as number;
  const rows = (name: string): Value | null => {
    const weight = given(name);
    return weight === null ? null : gather(b, weight, gateRows(b, type as keyof typeof GATES, size), 0);
  };
  const [own, ofState] = [rows('biasIn'), rows('biasHidden')];
  const bias = own === null || ofState === null ? null : concat(b, [own, ofState], 1);
  const lengths = given('lengths');
  const counted = lengths === null ? null : within(b, lengths, time);
  const [h, c] = [given('h'), given('c')];
  const states = type === 'LSTM' ? [h, c] : [h];
  const inputs = [x, rows('weightIn'), rows('weightHidden'), bias, counted, ...states.map((s) => withDirection(b, s))];
  const [all, ...last] = [[time, 1, batch, size], ...states.map(() => [1, batch, size])].map((shape) => ({
    dtype: 'float32' as const,
    shape,
  }));
  const found = b.addMany(type, trimmed(inputs), [all as never, ...last], attributes);
  const at = ['output', 'h', 'c'].indexOf(result);
  const y = withoutDirection(b, found[at] as Value, result === 'output' ? 1 : 0);
  const first = result === 'output' ? null : given(result);
  // ONNX Runtime gives zeros for the last state of an empty sequence, not its first state.
  if (first === null || lengths === null) return y;
  const isAny = compare(b, 'Greater', reshape(b, lengths, [batch, 1]), b.scalar(0, 'int32'));
  return where(b, isAny, y, first);
};

/** The rows of PyTorch's weights in ONNX's order, below an axis of directions. */
function gateRows(b: GraphBuilder, type: keyof typeof GATES, size: number): Value {
  const data = GATES[type].flatMap((gate) => Array.from({ length: size }, (_, i) => gate * size + i));
  return b.constant({ dtype: 'int32', shape: [1, data.length], data: Int32Array.from(data) });
}

/** ONNX Runtime refuses lengths that are negative or beyond the last step. */
function within(b: GraphBuilder, lengths: Value, time: number): Value {
  return b.add('Clip', [lengths, b.scalar(0, 'int32'), b.scalar(time, 'int32')], lengths);
}

function withDirection(b: GraphBuilder, state: Value | null): Value | null {
  if (state === null) return null;
  return b.add('Unsqueeze', [state, b.ints([0])], { dtype: state.dtype, shape: [1, ...state.shape] });
}

function withoutDirection(b: GraphBuilder, y: Value, axis: number): Value {
  return b.add('Squeeze', [y, b.ints([axis])], { dtype: y.dtype, shape: y.shape.toSpliced(axis, 1) });
}

function trimmed(inputs: readonly (Value | null)[]): readonly (Value | null)[] {
  return inputs.slice(0, inputs.findLastIndex((x) => x !== null) + 1);
}
