import { ShapeError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { expectCount, expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { concat } from '../shape/concat.ts';
import { reshape } from '../shape/reshape.ts';
import { split } from '../shape/split.ts';
import { positionAngles } from './_angles.ts';

export interface RotaryOptions {
  /** Pair `i` turns by `base^(−2i / width)` from place to place. Default 10000. */
  readonly base?: number;
  /** The place of the first row, such as the number of rows that came before. Default 0. */
  readonly offset?: number;
  /**
   * Which features are a pair. True: neighbours `2i` and `2i + 1`, as in the paper and in Llama's own code. False: `i` and `i + width / 2`, as
   * in GPT-NeoX and in the Llama of Hugging Face, whose weights are ordered for it. Default true.
   */
  readonly interleaved?: boolean;
}

const NAME = 'rotaryEmbedding';

/**
 * Turns each pair of features by an angle that grows with the place (Su et al. 2021, RoFormer), so that products of turned queries and keys
 * depend on the distance of their places: `[…, length, width] → […, length, width]`, with an even width.
 * @throws ShapeError for an odd width.
 */
export function rotaryEmbedding(x: Node, options: RotaryOptions = {}): Node {
  expectNodes(NAME, [x]);
  expectOptions(NAME, options, ['base', 'offset', 'interleaved']);
  const { base = 10_000, offset = 0, interleaved = true } = options;
  expectNumber(`${NAME}.base`, base, { above: 0 });
  expectCount(NAME, 'offset', offset, 0);
  expectFlag(`${NAME}.interleaved`, interleaved);
  const { dtype, shape } = x.type;
  expectDType(NAME, 'a tensor', dtype, ['float32']);
  const [length, width] = shape.slice(-2) as [number, number];
  if (shape.length < 2 || width === 0 || width % 2 !== 0)
    throw new ShapeError('features are turned in pairs', {
      path: NAME,
      received: formatShape(shape),
      expected: '[…, length, width] with an even width',
    });
  const half = width / 2;
  const angles = positionAngles(length, width, { base, offset });
  const paired = interleaved ? reshape(x, [...shape.slice(0, -1), half, 2]) : x;
  const at = interleaved ? [length, half, 1] : [length, half];
  const [c, s] = [reshape(angles.cos, at), reshape(angles.sin, at)];
  const [a, b] = split(paired, interleaved ? [1, 1] : [half, half], -1) as [Node, Node];
  return reshape(concat([sub(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, s))], -1), shape);
}
