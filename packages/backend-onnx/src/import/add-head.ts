import { formatShape, type Layer, linear, type Node, ShapeError, type Tensors, ValueError } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { cast, div, maximum, mul, reshape, slice, sum } from '@descent/core/ops';
import { expectClasses } from './expect-classes.ts';
import type { ImportedModel } from './import-onnx.ts';

export interface AddHeadOptions {
  /**
   * What the new layer takes of each text: the numbers of its first token (`'first'`, BERT's `[CLS]`, the default), or the mean over the tokens that the input
   * `attention_mask` counts (`'mean'`, as sentence encoders are used).
   */
  readonly pool?: 'first' | 'mean';
}

/** A network of tokens with a new last layer behind it. */
export interface AddedHead {
  /** Gives `[batch, classes]`. Its parameters are those of the file, under their names, then `head.weight` and `head.bias`. */
  readonly model: Layer<Tensors, Node>;
  /** The path of the new layer, `'head'`. */
  readonly path: string;
  /** How many numbers the new layer takes. */
  readonly features: number;
  /** What it is, such as `linear(768 → 5)`. */
  readonly label: string;
}

const HEAD = 'head';
const MASK = 'attention_mask';

/**
 * A linear layer for `classes` behind a network that gives numbers for each token, `[batch, time, features]`, such as a file of an encoder without a head. Where there
 * are several outputs, `last_hidden_state` or the only one of rank 3 is meant.
 * @throws ValueError where there is no such output, no mask for a mean, or a layer called `head`.
 */
export function addHead<In extends Tensors, Out extends Tensors>(
  network: ImportedModel<In, Out>,
  classes: number,
  options: AddHeadOptions = {},
): AddedHead {
  expectClasses('addHead', classes);
  const { pool = 'first' } = options;
  if (pool !== 'first' && pool !== 'mean') {
    throw new ValueError('addHead knows two ways to make one of all tokens', {
      path: 'pool',
      received: String(pool),
      expected: "'first' or 'mean'",
    });
  }
  if (pool === 'mean' && !network.inputs.some(({ name }) => name === MASK)) {
    throw new ValueError('the mean over tokens needs to know which of them count', {
      path: 'pool',
      received: `'mean', for a network of ${network.inputs.map(({ name }) => name).join(', ')}`,
      expected: `an input '${MASK}'`,
      fix: "pool: 'first' takes the first token",
    });
  }
  const model = network.model as unknown as Layer<Tensors, Tensors>;
  if (model.children?.has(HEAD) === true || model.parameters.some(({ name }) => name.startsWith(`${HEAD}.`))) {
    throw new ValueError(`the network has a layer called '${HEAD}' already`, {
      fix: 'replaceHead puts a new layer in the place of it',
    });
  }
  const output = tokensOf(network.outputs);
  const features = output.shape[2] as number;
  const head = linear(features, classes);
  const added: Layer<Tensors, Node> = {
    label: model.label,
    parameters: [...model.parameters, ...head.parameters.map((p) => ({ ...p, name: `${HEAD}.${p.name}` }))],
    children: new Map([...(model.children ?? []), [HEAD, head]]),
    apply(x, context) {
      const states = entryOf(model.apply(x, context), output.name);
      if (states.type.shape.length !== 3) {
        throw new ShapeError(`'${output.name}' is not one row of numbers for each token`, {
          received: formatShape(states.type.shape),
          expected: '[batch, time, features]',
        });
      }
      const pooled = pool === 'first' ? firstOf(states) : meanOf(states, entryOf(x, MASK));
      return context.applyChild(HEAD, head, pooled);
    },
  };
  return { model: added, path: HEAD, features, label: head.label };
}

function tokensOf(outputs: ImportedModel['outputs']): ImportedModel['outputs'][number] {
  const all = outputs.filter(({ shape }) => shape.length === 3 && (shape[2] as number) > 0);
  const found = all.length === 1 ? all[0] : all.find(({ name }) => name === 'last_hidden_state');
  if (found !== undefined) return found;
  throw new ValueError('the network gives no row of numbers for each token', {
    received: outputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', '),
    expected: "one output [batch, time, features], or one called 'last_hidden_state'",
    fix: 'replaceHead is for a network that gives classes; others can be put into a layer of your own',
  });
}

function firstOf(states: Node): Node {
  const [batch, , features] = states.type.shape as readonly [number, number, number];
  return reshape(slice(states, { axis: 1, end: 1 }), [batch, features]);
}

/** The mean over the tokens that count; a text without one has zeros. */
function meanOf(states: Node, mask: Node): Node {
  const [batch, time] = mask.type.shape as readonly [number, number];
  const counts = cast(mask, 'float32');
  const total = sum(mul(states, reshape(counts, [batch, time, 1])), { axes: [1] });
  return div(total, maximum(sum(counts, { axes: [1], keepDims: true }), 1));
}

/** One tensor is itself, and several have names. */
function entryOf(x: Tensors, name: string): Node {
  return isLeaf(x) ? x : ((x as Readonly<Record<string, Node>>)[name] as Node);
}
