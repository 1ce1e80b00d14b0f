import type { Node } from '../../ir/node.ts';
import { namedInputs } from '../_named.ts';
import { dropout as dropoutLayer } from '../basic/dropout.ts';
import { layer } from '../build.ts';
import type { Layer } from '../layer.ts';
import { layerNorm } from '../norm/layer-norm.ts';
import {
  attentionInputs,
  feedForward,
  feedForwardParts,
  type TransformerLayerOptions,
  transformerOptions,
  withInput,
} from './_transformer.ts';
import { multiheadAttention } from './multihead-attention.ts';

/** What an encoder takes by name; the masks as `multiheadAttention` has them. */
export type EncoderInputs = {
  /** `[batch, time, dModel]` */
  readonly src: Node;
  /** Where a place may not attend to another, see `attnMask` of `AttentionInputs`. */
  readonly srcMask?: Node;
  /** `[batch, time]`, true for places that nobody attends to. */
  readonly srcKeyPaddingMask?: Node;
};

export const ENCODER_INPUTS = ['src', 'srcMask', 'srcKeyPaddingMask'] as const;
const NAME = 'transformerEncoderLayer';

/**
 * Self-attention and a perceptron, each with its input added and a norm (Vaswani et al. 2017): `[batch, time, dModel] → [batch, time, dModel]`, or
 * `EncoderInputs` by name. Parameters as in PyTorch: `self_attn.in_proj_weight`, `linear1.weight`, `norm1.weight` and so on.
 * @throws ValueError when `dModel` is no multiple of `numHeads`; ShapeError for inputs that do not fit.
 */
export function transformerEncoderLayer(
  dModel: number,
  numHeads: number,
  options: TransformerLayerOptions = {},
): Layer<Node | EncoderInputs> {
  const checked = transformerOptions(NAME, dModel, numHeads, options, false);
  const { dropout, layerNormEps: eps, normFirst, bias, causal, rotary } = checked;
  const parts = {
    self_attn: multiheadAttention(dModel, numHeads, { dropout, bias, causal, rotary }),
    ...feedForwardParts(dModel, checked),
    norm1: layerNorm(dModel, { eps, bias }),
    norm2: layerNorm(dModel, { eps, bias }),
    dropout1: dropoutLayer(dropout),
    dropout2: dropoutLayer(dropout),
  };
  return layer(`${NAME}(${dModel}, ${numHeads})`, parts, (x: Node | EncoderInputs, p) => {
    const {
      src,
      srcMask: attnMask,
      srcKeyPaddingMask: keyPaddingMask,
    } = namedInputs(x, ENCODER_INPUTS, ['src'], 'src');
    const attend = (t: Node): Node => p.self_attn(attentionInputs(t, { attnMask, keyPaddingMask }));
    const attended = withInput(src as Node, attend, p.norm1, p.dropout1, normFirst);
    return withInput(attended, feedForward(p), p.norm2, p.dropout2, normFirst);
  });
}
