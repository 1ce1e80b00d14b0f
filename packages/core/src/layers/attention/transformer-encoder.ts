import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { isLeaf } from '../../ir/tree.ts';
import { concat } from '../../ops/shape/concat.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { slice } from '../../ops/shape/slice.ts';
import { namedInputs } from '../_named.ts';
import type { Layer } from '../layer.ts';
import { stack } from './_stack.ts';
import type { CachedAttention } from './multihead-attention.ts';
import { ENCODER_INPUTS, type EncoderInputs } from './transformer-encoder-layer.ts';

/**
 * `numLayers` layers like `encoderLayer`, with weights of their own, one behind the other, and `norm` behind the last: `[batch, time, dModel] →
 * [batch, time, dModel]`, or `EncoderInputs` by name, whose masks each layer gets. Of layers with `cache` it gives `{ output, key, value }`, with keys and
 * values of all layers `[batch, layers, numHeads, past + time, width]`. Parameters as in PyTorch: `layers.0.…` and `norm.…`.
 */
export function transformerEncoder<Out extends Node | CachedAttention = Node>(
  encoderLayer: Layer<Node | EncoderInputs, Out>,
  numLayers: number,
  norm?: Layer,
): Layer<Node | EncoderInputs, Out> {
  return stack('transformerEncoder', encoderLayer, numLayers, norm, (x, layers, last) => {
    const { src, pastKey, pastValue, ...masks } = namedInputs(x, ENCODER_INPUTS, ['src'], 'src');
    const past = Object.entries({ pastKey, pastValue });
    const cached: CachedAttention[] = [];
    const y = layers.reduce((src, apply, i) => {
      const own = past.flatMap(([name, all]) => (all === undefined ? [] : [[name, ofLayer(name, all, i, numLayers)]]));
      const made: Node | CachedAttention = apply(isLeaf(x) ? src : { ...masks, ...Object.fromEntries(own), src });
      if (isLeaf(made)) return made;
      cached.push(made);
      return made.output;
    }, src as Node);
    const output = last(y);
    if (cached.length === 0) return output as Out;
    return { output, key: ofAll(cached.map(({ key }) => key)), value: ofAll(cached.map(({ value }) => value)) } as Out;
  });
}

/** What layer `index` gets of the keys or values of all layers. */
function ofLayer(name: string, all: Node, index: number, layers: number): Node {
  const { shape } = all.type;
  if (shape.length !== 5 || shape[1] !== layers)
    throw new ShapeError(`the ${name} does not fit the layers`, {
      received: formatShape(shape),
      expected: `[batch, layers, numHeads, past, width] with ${layers} layers`,
    });
  const [batch, , ...rest] = shape as [number, number, ...number[]];
  return reshape(slice(all, { axis: 1, start: index, end: index + 1 }), [batch, ...rest]);
}

/** Keys or values of each layer as one tensor. */
function ofAll(each: readonly Node[]): Node {
  const [batch, ...rest] = (each[0] as Node).type.shape as [number, ...number[]];
  return concat(
    each.map((one) => reshape(one, [batch, 1, ...rest])),
    1,
  );
}
