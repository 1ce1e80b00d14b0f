import { gelu, type Layer, layer, layerNorm, linear, type Node } from '@descent/core';
import { add, reshape, scaledDotProductAttention, split, transpose } from '@descent/core/ops';

/** Causal self-attention and a perceptron, each behind a norm and beside a straight way: `[batch, time, width] → [batch, time, width]`. */
export function transformerBlock(width: number, heads: number): Layer {
  const attention = { ln1: layerNorm(width), qkv: linear(width, 3 * width), proj: linear(width, width) };
  const perceptron = {
    ln2: layerNorm(width),
    up: linear(width, 4 * width),
    act: gelu(),
    down: linear(4 * width, width),
  };
  return layer(`transformerBlock(${width}, ${heads})`, { ...attention, ...perceptron }, (x, parts) => {
    const [batch, time] = x.type.shape as [number, number];
    const byHead = (t: Node): Node => transpose(reshape(t, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
    const [q, k, v] = split(parts.qkv(parts.ln1(x)), [width, width, width], 2).map(byHead) as [Node, Node, Node];
    const attended = scaledDotProductAttention(q, k, v, { isCausal: true });
    const y = add(x, parts.proj(reshape(transpose(attended, [0, 2, 1, 3]), x.type.shape)));
    return add(y, parts.down(parts.act(parts.up(parts.ln2(y)))));
  });
}
