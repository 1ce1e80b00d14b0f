import { expectNodes, type Node } from '../ir/node.ts';
import { numel, type Shape } from '../ir/shape.ts';
import type { Layer } from '../layers/layer.ts';
import type { AnyLoss, Loss } from '../losses/loss.ts';
import { expectKind } from '../options.ts';
import type { OutputKind } from '../targets/output-kind.ts';
import { forwardGraph, type SampleType } from './forward.ts';
import { kindOfNode, type OutputNode, type OutputOp } from './output-graph.ts';

/**
 * What the output of `model` is. Its graph says whether it is probabilities or their logarithms; else `loss` says what it trains the output as.
 * Without a loss, two or more numbers a sample are taken for logits, and one for a value.
 */
export function outputKind(model: Layer, sample: SampleType, loss?: Loss): OutputKind {
  return outputKindOf(forwardGraph(model, sample, { batch: 2 }).outputs.get('output') as Node, loss);
}

/** As `outputKind`, of a node `[batch, …]`; `name` is that of one of several outputs. */
export function outputKindOf(output: Node, loss?: Pick<AnyLoss, 'output' | 'outputs'>, name?: string): OutputKind {
  expectNodes('outputKindOf', [output]);
  const trained = name === undefined ? loss?.output : loss?.outputs?.[name];
  return kindOfNode(viewOf(output)) ?? trained ?? kindOfShape(output.type.shape);
}

/** What an output is taken for when nothing is known of it but its shape. */
export function kindOfShape(shape: Shape): OutputKind {
  expectKind('the shape', shape, 'list', '[8, 10]');
  const isRow = shape.length === 2 || shape.length === 3;
  return isRow && shape.at(-1) !== 1 ? 'logits' : 'values';
}

/** Ops that move numbers about, or take some of them. */
const MOVING = ['broadcastTo', 'cast', 'flip', 'gather', 'reshape', 'slice', 'transpose'];
const NAMES: Readonly<Record<string, OutputOp>> = Object.fromEntries([
  ...MOVING.map((name) => [name, 'same'] as const),
  ...['abs', 'relu'].map((name) => [name, 'positive'] as const),
  ...['pow', 'sqrt'].map((name) => [name, 'power'] as const),
  ...(
    [
      'add',
      'concat',
      'div',
      'exp',
      'log',
      'logSoftmax',
      'mean',
      'mul',
      'neg',
      'sigmoid',
      'softmax',
      'softplus',
      'sub',
      'sum',
      'tanh',
      'where',
    ] as const
  ).map((name) => [name, name] as const),
]);

/** Descent's graph behind `output`, seen as far as it is looked at. */
function viewOf(output: Node): OutputNode {
  const views = new Map<Node, OutputNode>();
  const view = (n: Node): OutputNode => {
    const known = views.get(n);
    if (known !== undefined) return known;
    const made: OutputNode = {
      op: opOf(n),
      get inputs() {
        return n.inputs.map(view);
      },
      ...attributesOf(n),
    };
    views.set(n, made);
    return made;
  };
  return view(output);
}

function opOf({ op, inputs }: Node): OutputOp {
  // A bound: `maximum(p, 1e-7)`.
  if ((op.name === 'maximum' || op.name === 'minimum') && inputs[1]?.op.name === 'constant') return 'same';
  if (op.name === 'constant') return 'constant';
  return (Object.hasOwn(NAMES, op.name) ? NAMES[op.name] : undefined) ?? 'other';
}

function attributesOf({ op, attrs, inputs, type }: Node): Partial<OutputNode> {
  const { value, axis } = attrs as { readonly value?: { readonly data: ArrayLike<number> }; readonly axis?: number };
  if (op.name === 'constant' && value?.data.length === 1) return { value: value.data[0] as number };
  if (op.name === 'softmax' || op.name === 'logSoftmax') return { overBatch: axis === 0 && type.shape.length > 1 };
  if (op.name === 'sum') return { count: numel((inputs[0] as Node).type.shape) / numel(type.shape) };
  return {};
}
