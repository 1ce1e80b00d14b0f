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

/** What a decoder takes by name; the masks as `multiheadAttention` has them. */
export type DecoderInputs = {
  /** `[batch, time, dModel]` */
  readonly tgt: Node;
  /** What the encoder gives: `[batch, places, dModel]`. */
  readonly memory: Node;
  /** Where a place may not attend to another, beside what `causal` says; see `attnMask` of `AttentionInputs`. */
  readonly tgtMask?: Node;
  readonly memoryMask?: Node;
  /** `[batch, time]`, true for places that nobody attends to. */
  readonly tgtKeyPaddingMask?: Node;
  /** `[batch, places]`, true for places of the memory that nobody attends to. */
  readonly memoryKeyPaddingMask?: Node;
};

export const DECODER_INPUTS = [
  'tgt',
  'memory',
  'tgtMask',
  'memoryMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
] as const;
const NAME = 'transformerDecoderLayer';

/**
 * Self-attention, attention to the memory of an encoder, and a perceptron, each with its input added and a norm (Vaswani et al. 2017):
 * `DecoderInputs` by name `→ [batch, time, dModel]`. Self-attention is causal unless `causal` is false: PyTorch's layer is told so by a mask at each call.
 * Parameters as in PyTorch: `self_attn.in_proj_weight`, `multihead_attn.in_proj_weight`, `linear1.weight`, `norm1.weight` and so on.
 * @throws ValueError when `dModel` is no multiple of `numHeads`; ShapeError for inputs that do not fit.
 */
export function transformerDecoderLayer(
  dModel: number,
  numHeads: number,
  options: TransformerLayerOptions = {},
): Layer<DecoderInputs> {
  const checked = transformerOptions(NAME, dModel, numHeads, options, { causal: true });
  const { dropout, layerNormEps: eps, normFirst, bias, causal, rotary } = checked;
  const norm = layerNorm(dModel, { eps, bias });
  const drop = dropoutLayer(dropout);
  const parts = {
    self_attn: multiheadAttention(dModel, numHeads, { dropout, bias, causal, rotary }),
    multihead_attn: multiheadAttention(dModel, numHeads, { dropout, bias }),
    ...feedForwardParts(dModel, checked),
    ...{ norm1: norm, norm2: norm, norm3: norm },
    ...{ dropout1: drop, dropout2: drop, dropout3: drop },
  };
  return layer(`${NAME}(${dModel}, ${numHeads})`, parts, (x: DecoderInputs, p) => {
    const given = namedInputs(x, DECODER_INPUTS, ['tgt', 'memory'], null);
    const itself = { attnMask: given.tgtMask, keyPaddingMask: given.tgtKeyPaddingMask };
    const other = { key: given.memory, attnMask: given.memoryMask, keyPaddingMask: given.memoryKeyPaddingMask };
    const attend = (t: Node): Node => p.self_attn(attentionInputs(t, itself));
    const look = (t: Node): Node => p.multihead_attn(attentionInputs(t, other));
    const attended = withInput(given.tgt as Node, attend, p.norm1, p.dropout1, normFirst);
    const seen = withInput(attended, look, p.norm2, p.dropout2, normFirst);
    return withInput(seen, feedForward(p), p.norm3, p.dropout3, normFirst);
  });
}
