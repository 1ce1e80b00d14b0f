import {
  crossEntropy,
  embedding,
  gelu,
  type Layer,
  layer,
  layerNorm,
  learnedPositions,
  linear,
  type Node,
  sequential,
} from '@descent/core';
import { add, reshape, scaledDotProductAttention, split, transpose } from '@descent/core/ops';
import type { Network } from '../network.ts';

const [VOCABULARY, HEADS] = [65, 4];

export interface GptSizes {
  readonly batch: number;
  readonly time: number;
  readonly width: number;
  readonly blocks: number;
}

export const GPT: GptSizes = { batch: 16, time: 64, width: 128, blocks: 4 };

/** Guesses the next character at each place: pre-norm blocks, four of width 128 over 64 characters where nothing else is said. */
export function gpt(sizes: Partial<GptSizes> = {}): Network {
  const { batch, time, width, blocks: depth } = { ...GPT, ...sizes };
  const blocks = Array.from({ length: depth }, () => block(width));
  return {
    title: `GPT, ${depth} blocks of ${width}, ${batch} × ${time} characters`,
    model: sequential({
      tokens: embedding(VOCABULARY, width),
      positions: learnedPositions(time, width),
      blocks: sequential(...blocks),
      norm: layerNorm(width),
      head: linear(width, VOCABULARY, { bias: false }),
    }),
    loss: crossEntropy(),
    optimizer: { kind: 'adamW', lr: 1e-3 },
    batch: (draws) => ({
      x: draws.integers(0, VOCABULARY, batch, time),
      y: draws.integers(0, VOCABULARY, batch, time),
    }),
  };
}

function block(width: number): Layer {
  const parts = {
    ln1: layerNorm(width),
    qkv: linear(width, 3 * width),
    proj: linear(width, width),
    ln2: layerNorm(width),
    up: linear(width, 4 * width),
    act: gelu(),
    down: linear(4 * width, width),
  };
  return layer('block', parts, (x, { ln1, qkv, proj, ln2, up, act, down }) => {
    const [batch, time] = x.type.shape as [number, number];
    const byHead = (t: Node): Node => transpose(reshape(t, [batch, time, HEADS, width / HEADS]), [0, 2, 1, 3]);
    const [q, k, v] = split(qkv(ln1(x)), [width, width, width], 2).map(byHead) as [Node, Node, Node];
    const attended = scaledDotProductAttention(q, k, v, { isCausal: true });
    const y = add(x, proj(reshape(transpose(attended, [0, 2, 1, 3]), x.type.shape)));
    return add(y, down(act(up(ln2(y)))));
  });
}
