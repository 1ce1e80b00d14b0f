import { DTypeError, ShapeError, ValueError } from '../../errors.ts';
import type { Graph } from '../../ir/graph.ts';
import { isOp, type Node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { formatShape, isDynamic, type Shape, sameShape } from '../../ir/shape.ts';
import { scalar } from '../leaf/constant.ts';
import { inputOp } from '../leaf/input.ts';
import { broadcastTo } from '../shape/broadcast-to.ts';
import { loopGradients } from './_gradients.ts';

/** One result of a loop: a state after its last step, or what a node of its body is at each step. */
export type ScanResult = { readonly last: number } | { readonly each: Node };

/**
 * A loop over the first axis of tensors. A node is one of its results; nodes with the same body and the same inputs are one loop, which runs once.
 * Inputs are the first states, then what is scanned, then what is the same at each step.
 */
export interface ScanAttrs {
  /**
   * What one step computes. Its inputs are called `state/0`, …, `x/0`, …, `captured/0`, …, in the order of the node's; its outputs are the states
   * after the step, `state/0`, …, and what is kept of each step, `each/0`, ….
   */
  readonly body: Graph;
  /** How many states there are. */
  readonly states: number;
  /** How many tensors are scanned; at least one. */
  readonly scanned: number;
  /** From the last entry to the first. What is kept of a step stands where its entry stood. */
  readonly reverse: boolean;
  readonly result: ScanResult;
}

/** What states and kept values may be: engines differ in what they do with bytes and booleans. */
const HELD = ['float32', 'int32'];

export const scanOp: PrimitiveOp<'scan', ScanAttrs> = {
  kind: 'primitive',
  name: 'scan',
  body: ({ body }) => body,
  infer(inputs, { body, states, scanned, result }) {
    if (inputs.length < states + scanned || scanned < 1) {
      throw new ShapeError('scan has too few inputs', {
        received: `${inputs.length} for ${states} states and ${scanned} tensors to scan`,
        expected: 'one for each, and at least one tensor to scan',
      });
    }
    const time = timeOf(inputs.slice(states, states + scanned));
    for (const n of body.nodes) {
      if (!isOp(n, inputOp)) continue;
      const given = inputOfStep(n.attrs.name, inputs, states, scanned);
      if (given !== undefined && sameType(given, n.type)) continue;
      throw new ShapeError(`scan: the input '${n.attrs.name}' of a step does not fit`, {
        received: given === undefined ? 'nothing' : formatted(given),
        expected: formatted(n.type),
      });
    }
    for (let i = 0; i < states; i++) {
      const [before, after] = [inputs[i] as TensorType, body.outputs.get(`state/${i}`)?.type];
      if (after !== undefined && sameType(before, after)) continue;
      throw new ShapeError(`scan: state ${i} changes its type`, {
        received: after === undefined ? 'nothing' : formatted(after),
        expected: formatted(before),
      });
    }
    if ('last' in result) {
      const state = inputs[result.last];
      if (state !== undefined && result.last < states) return state;
      throw new ValueError('scan has no such state', {
        received: `state ${result.last}`,
        expected: `one of ${states} states`,
      });
    }
    const { dtype, shape } = result.each.type;
    if (!HELD.includes(dtype)) {
      throw new DTypeError('scan cannot keep such elements of each step', {
        received: dtype,
        expected: HELD.join(' or '),
        fix: "cast(…, 'int32') keeps bytes and booleans",
      });
    }
    if (isDynamic([time]) && isDynamic(shape)) {
      throw new ShapeError('only one axis of a tensor may be dynamic', {
        received: `steps and ${formatShape(shape)} of each of them`,
        expected: 'a fixed number of steps, or fixed sizes in each step',
      });
    }
    return { dtype, shape: [time, ...shape] };
  },
  simplify({ inputs, attrs, type }) {
    const { states, result } = attrs as ScanAttrs;
    if ((inputs[states] as Node).type.shape[0] !== 0) return null;
    // No step is taken.
    return 'last' in result ? (inputs[result.last] as Node) : broadcastTo(scalar(0, type.dtype), type.shape);
  },
  grad: 'together',
  gradsOfLoop: loopGradients,
};

/** The type of what a step sees under `name`. */
function inputOfStep(
  name: string,
  inputs: readonly TensorType[],
  states: number,
  scanned: number,
): TensorType | undefined {
  const [kind, at] = name.split('/') as [string, string];
  const i = Number(at);
  if (kind === 'state') return i < states ? inputs[i] : undefined;
  if (kind === 'captured') return inputs[states + scanned + i];
  const x = kind === 'x' && i < scanned ? inputs[states + i] : undefined;
  return x === undefined ? undefined : entryOf(x);
}

/** The type of one entry of what is scanned. */
export function entryOf({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape: shape.slice(1) };
}

/** How many steps there are. Throws a `ShapeError` where tensors to scan disagree, or have no axis. */
export function timeOf(scanned: readonly TensorType[]): number {
  const time = scanned[0]?.shape[0];
  const odd = scanned.find(({ shape }) => shape[0] !== time || shape[0] === undefined);
  if (time !== undefined && odd === undefined) return time;
  throw new ShapeError('scan takes as many entries of each tensor', {
    received: scanned.map(formatted).join(', '),
    expected: 'tensors with a first axis, of the same size in each',
    fix: 'the first axis is the one that is scanned: transpose it to the front',
  });
}

/** Throws a `DTypeError` for a state of a type that loops do not carry. */
export function expectCarried(path: string, { dtype }: TensorType): void {
  if (HELD.includes(dtype)) return;
  throw new DTypeError('scan cannot carry a state of such elements', {
    path,
    received: dtype,
    expected: HELD.join(' or '),
    fix: "carry it as cast(…, 'int32')",
  });
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

export function formatted({ dtype, shape }: { readonly dtype: string; readonly shape: Shape }): string {
  return `${dtype}${formatShape(shape)}`;
}
