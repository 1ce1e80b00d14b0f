import { expectNodes, type Node } from '../../ir/node.ts';
import { adaptiveMeans } from './_adaptive.ts';
import { expectFilled, type Pair, pair } from './_window.ts';

/**
 * The mean of each of so many windows, `[batch, channels, height, width] → [batch, channels, outputSize]`; along each axis window `i` goes
 * from `⌊i·size/output⌋` to before `⌈(i + 1)·size/output⌉`, as in PyTorch.
 */
export function adaptiveAvgPool2d(x: Node, outputSize: number | Pair): Node {
  expectNodes('adaptiveAvgPool2d', [x]);
  const output = pair('adaptiveAvgPool2d', 'output size', outputSize, 1);
  expectFilled('adaptiveAvgPool2d', x.type, 2);
  return adaptiveMeans(x, output);
}
