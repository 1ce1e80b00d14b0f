import { expectNodes, type Node } from '../../ir/node.ts';
import { reshape } from '../shape/reshape.ts';
import { adaptiveMaxima } from './_adaptive.ts';
import { asImages } from './_images.ts';
import { expectFilled, sizes } from './_window.ts';

/**
 * The largest value of each of `outputSize` windows, `[batch, channels, length] → [batch, channels, outputSize]`; window `i` goes from
 * `⌊i·length/outputSize⌋` to before `⌈(i + 1)·length/outputSize⌉`, as in PyTorch.
 */
export function adaptiveMaxPool1d(x: Node, outputSize: number): Node {
  expectNodes('adaptiveMaxPool1d', [x]);
  const [length] = sizes('adaptiveMaxPool1d', 'output size', outputSize, 1, 1) as [number];
  expectFilled('adaptiveMaxPool1d', x.type, 1);
  const [batch, channels] = x.type.shape as [number, number];
  return reshape(adaptiveMaxima(asImages(x), [1, length]), [batch, channels, length]);
}
