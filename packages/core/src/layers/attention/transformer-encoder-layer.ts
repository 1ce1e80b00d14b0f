import type { Node } from '../../ir/node.ts';
import { isLeaf } from '../../ir/tree.ts';
import { namedInputs } from '../_named.ts';
import { dropout as dropoutLayer } from '../basic/dropout.ts';
import { layer } from '../build.ts';
import type { Layer } from '../layer.ts';
import { layerNorm } from '../norm/layer-norm.ts';
import type { Size } from '../sizes.ts';
import {
  attentionInputs,
  feedForward,
  feedForwardParts,
  type TransformerLayerOptions,
  transformerOptions,
  withInput,
} from './_transformer.ts';
import { type AttentionOutput, type CachedAttention, multiheadAttention } from './multihead-attention.ts';

/** What an encoder takes by name; the masks as `multiheadAttention` has them. */
export type EncoderInputs = {
  /** `[batch, time, dModel]` */
  readonly src: Node;
  /** Where a place may not attend to another, see `attnMask` of `AttentionInputs`. */
  readonly srcMask?: Node;
  /** `[batch, time]`, true for places that nobody attends to. */
  readonly srcKeyPaddingMask?: Node;
  /** Keys that came before, see `pastKey` of `AttentionInputs`; of a stack of layers, `[batch, layers, numHeads, past, width]`. */
  readonly pastKey?: Node;
  /** The values of these keys, of the same shape. */
  readonly pastValue?: Node;
};

/** Options of the layers of an encoder. */
export interface TransformerEncoderLayerOptions<Cache extends boolean = boolean> extends TransformerLayerOptions {
  /** Whether the layer gives the keys and values of its attention, too, see `multiheadAttention`. Default false. */
  readonly cache?: Cache;
}

export const ENCODER_INPUTS = ['src', 'srcMask', 'srcKeyPaddingMask', 'pastKey', 'pastValue'] as const;
const NAME = 'transformerEncoderLayer';

/**
 * Self-attention and a perceptron, each with its input added and a norm (Vaswani et al. 2017): `[batch, time, dModel] → [batch, time, dModel]`, or
 * `EncoderInputs` by name. Parameters as in PyTorch: `self_attn.in_proj_weight`, `linear1.weight`, `norm1.weight` and so on. With
 * `cache` it gives `{ output, key, value }`, as `multiheadAttention` does.
 * @throws ValueError when `dModel` is no multiple of `numHeads`; ShapeError for inputs that do not fit.
 */
export function transformerEncoderLayer<const D extends number, Cache extends boolean = false>(
  dModel: D,
  numHeads: number,
  options: TransformerEncoderLayerOptions<Cache> = {},
): Layer<Node | EncoderInputs, AttentionOutput<Cache>, `?, ${Size<D>} → …`> {
  return encoderLayer(dModel, numHeads, options) as Layer<Node | EncoderInputs, AttentionOutput<Cache>>;
}

function encoderLayer(
  dModel: number,
  numHeads: number,
  options: TransformerEncoderLayerOptions,
): Layer<Node | EncoderInputs, Node | CachedAttention> {
  const checked = transformerOptions(NAME, dModel, numHeads, options, { causal: false, more: ['cache'] });
  const { cache = false } = options;
  const { dropout, layerNormEps: eps, normFirst, bias, causal, rotary } = checked;
  const parts = {
    self_attn: multiheadAttention(dModel, numHeads, { dropout, bias, causal, rotary, cache }),
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
      ...past
    } = namedInputs(x, ENCODER_INPUTS, ['src'], 'src');
    let cached: CachedAttention | null = null;
    const attend = (t: Node): Node => {
      const y: Node | CachedAttention = p.self_attn(attentionInputs(t, { attnMask, keyPaddingMask, ...past }));
      if (isLeaf(y)) return y;
      cached = y;
      return y.output;
    };
    const attended = withInput(src as Node, attend, p.norm1, p.dropout1, normFirst);
    const output = withInput(attended, feedForward(p), p.norm2, p.dropout2, normFirst);
    return cached === null ? output : { ...(cached as CachedAttention), output };
  });
}
