import type { Node } from '../../ir/node.ts';
import { reshape } from '../shape/reshape.ts';
import type { Pads, Pair, Windows } from './_window.ts';

/** Sequences as images of height 1: `[batch, channels, length] → [batch, channels, 1, length]`. */
export function asImages(x: Node): Node {
  const [batch, channels, length] = x.type.shape as [number, number, number];
  return reshape(x, [batch, channels, 1, length]);
}

/** How a window that moves along sequences moves over images of height 1. */
export function onWidth({ strides: [stride], pads: [left, right], dilations: [dilation] }: Windows): {
  readonly strides: Pair;
  readonly pads: Pads;
  readonly dilations: Pair;
} {
  return {
    strides: [1, stride as number],
    pads: [0, left as number, 0, right as number],
    dilations: [1, dilation as number],
  };
}
