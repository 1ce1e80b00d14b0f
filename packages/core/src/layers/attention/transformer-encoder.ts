import type { Node } from '../../ir/node.ts';
import { isLeaf } from '../../ir/tree.ts';
import { namedInputs } from '../_named.ts';
import type { Layer } from '../layer.ts';
import { stack } from './_stack.ts';
import { ENCODER_INPUTS, type EncoderInputs } from './transformer-encoder-layer.ts';

/**
 * `numLayers` layers like `encoderLayer`, with weights of their own, one behind the other, and `norm` behind the last: `[batch, time, dModel] →
 * [batch, time, dModel]`, or `EncoderInputs` by name, whose masks each layer gets. Parameters as in PyTorch: `layers.0.…` and `norm.…`.
 */
export function transformerEncoder(
  encoderLayer: Layer<Node | EncoderInputs>,
  numLayers: number,
  norm?: Layer,
): Layer<Node | EncoderInputs> {
  return stack('transformerEncoder', encoderLayer, numLayers, norm, (x, layers) => {
    const { src, ...masks } = namedInputs(x, ENCODER_INPUTS, ['src'], 'src');
    const given = (y: Node): Node | EncoderInputs => (isLeaf(x) ? y : { ...masks, src: y });
    return layers.reduce((y, apply) => apply(given(y)), src as Node);
  });
}
