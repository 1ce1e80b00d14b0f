import { expectNodes, type Node } from '../../ir/node.ts';
import { adaptiveMaxima } from './_adaptive.ts';
import { expectFilled, type Pair, pair } from './_window.ts';

/**
 * The largest value of each of so many windows, `[batch, channels, height, width] → [batch, channels, outputSize]`; along each axis window `i` goes
 * from `⌊i·size/output⌋` to before `⌈(i + 1)·size/output⌉`, as in PyTorch.
 */
export function adaptiveMaxPool2d(x: Node, outputSize: number | Pair): Node {
  expectNodes('adaptiveMaxPool2d', [x]);
  const output = pair('adaptiveMaxPool2d', 'output size', outputSize, 1);
  expectFilled('adaptiveMaxPool2d', x.type, 2);
  return adaptiveMaxima(x, output);
}
