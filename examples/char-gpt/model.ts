import {
  type Layer,
  layer,
  layerNorm,
  learnedPositions,
  type Node,
  normalInit,
  parameter,
  type TransformerEncoderLayerOptions,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import { add, embedding, iota, matmul, scalar } from '@descent/core/ops';

export interface GptSizes {
  /** Different tokens. */
  readonly tokens: number;
  /** The most tokens that it looks back on. */
  readonly blockLength: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/** Logits of the next token at each place: int32 `[batch, time] → [batch, time, tokens]`. */
export function gpt(sizes: GptSizes): Layer {
  const { width, heads, layers } = sizes;
  const block = transformerEncoderLayer(width, heads, optionsOf(sizes));
  const parts = { ...tablesOf(sizes), encoder: transformerEncoder(block, layers, layerNorm(width)) };
  return layer('gpt', parts, (tokens: Node, { wte, positions, encoder }) =>
    // The rows of the tokens are the weights of the output, too.
    matmul(encoder(positions(embedding(tokens, wte))), wte, { transposeB: true }),
  );
}

/** What the network takes to generate: tokens `[batch, time]`, and what it gave as `key` and `value` for those before. */
export type CachedInputs = { readonly tokens: Node; readonly pastKey?: Node; readonly pastValue?: Node };

/** The logits, and the keys and values of all tokens so far: `[batch, layers, heads, past + time, width / heads]`. */
export type CachedOutputs = { readonly logits: Node; readonly key: Node; readonly value: Node };

/** The network of the same parameters that need not look again at tokens which it has seen. */
export function cachedGpt(sizes: GptSizes): Layer<CachedInputs, CachedOutputs> {
  const { width, heads, layers } = sizes;
  const block = transformerEncoderLayer(width, heads, { ...optionsOf(sizes), cache: true });
  const parts = { ...tablesOf(sizes), encoder: transformerEncoder(block, layers, layerNorm(width)) };
  return layer('gpt', parts, ({ tokens, ...past }: CachedInputs, { wte, positions, encoder }) => {
    const [, time] = tokens.type.shape as [number, number];
    const before = past.pastKey?.type.shape[3] ?? 0;
    const places = before === 0 ? iota(time) : add(iota(time), scalar(before, 'int32'));
    const { output, key, value } = encoder({
      ...past,
      src: positions({ x: embedding(tokens, wte), positions: places }),
    });
    return { logits: matmul(output, wte, { transposeB: true }), key, value };
  });
}

function optionsOf({ width }: GptSizes): TransformerEncoderLayerOptions<false> {
  return { dimFeedforward: 4 * width, activation: 'gelu', normFirst: true, causal: true, dropout: 0 };
}

function tablesOf({ tokens, blockLength, width }: GptSizes) {
  return {
    wte: parameter([tokens, width], { init: normalInit({ std: 0.02 }) }),
    positions: learnedPositions(blockLength, width),
  };
}
