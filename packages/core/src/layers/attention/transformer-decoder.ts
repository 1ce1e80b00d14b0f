import { namedInputs } from '../_named.ts';
import type { Layer } from '../layer.ts';
import { stack } from './_stack.ts';
import { DECODER_INPUTS, type DecoderInputs } from './transformer-decoder-layer.ts';

/**
 * `numLayers` layers like `decoderLayer`, with weights of their own, one behind the other, and `norm` behind the last: `DecoderInputs` by name `→
 * [batch, time, dModel]`; each layer gets the memory and the masks. Parameters as in PyTorch: `layers.0.…` and `norm.…`.
 */
export function transformerDecoder(
  decoderLayer: Layer<DecoderInputs>,
  numLayers: number,
  norm?: Layer,
): Layer<DecoderInputs> {
  return stack('transformerDecoder', decoderLayer, numLayers, norm, (x, layers, last) => {
    const given = namedInputs(x, DECODER_INPUTS, ['tgt', 'memory'], null) as DecoderInputs;
    return last(layers.reduce((tgt, apply) => apply({ ...given, tgt }), given.tgt));
  });
}
