import { ShapeError, ValueError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import { AXES, isPads, paddingNumbers, type Rank, sides, THINGS } from '../../ops/conv/_window.ts';
import { PAD_MODES, type PadMode } from '../../ops/shape/_pad-modes.ts';
import { pad as padOf } from '../../ops/shape/pad.ts';
import { describeValue, expectNumber, expectOneOf, expectOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';

export interface PadLayerOptions {
  /** `'constant'` (the default), `'reflect'`, `'replicate'` or `'circular'`. */
  readonly mode?: PadMode;
  /** What stands there with mode `'constant'`. Default 0. */
  readonly value?: number;
}

/**
 * Surrounds sequences, images or volumes: `[batch, c, …] → [batch, c, …]`, larger. One layer for PyTorch's `ZeroPad`, `ConstantPad`, `ReflectionPad`,
 * `ReplicationPad` and `CircularPad` of one to three dimensions. `padding` is one number, or as convolutions take it: `[left, right]` of sequences, `[height, width]`
 * or `[top, left, bottom, right]` of images, `[depth, height, width]` or `[front, top, left, back, bottom, right]` of volumes (PyTorch names the last axis first).
 * @throws ShapeError for what has no such axes, and for a mirror that is larger than the image.
 */
export function pad(padding: number | readonly number[], options: PadLayerOptions = {}): SizedLayer<'… → channels, …'> {
  expectOptions('pad', options, ['mode', 'value']);
  const { mode = 'constant', value = 0 } = options;
  expectOneOf('pad.mode', mode, PAD_MODES);
  expectNumber('pad.value', value);
  if (mode !== 'constant' && value !== 0) {
    throw new ValueError(`pad with mode '${mode}' shows elements of its input, and no value`, {
      path: 'value',
      received: `value ${value}`,
      expected: "a value with mode 'constant' alone",
    });
  }
  if (!RANKS.some((rank) => isPads(padding, rank))) {
    throw new ValueError('pad was given an invalid padding', {
      path: 'padding',
      received: Array.isArray(padding) ? `[${padding.join(', ')}]` : describeValue(padding),
      expected: `for images ${paddingNumbers(2)}`,
    });
  }
  return {
    label: `pad(${[padding].flat().join('×')}${mode === 'constant' ? '' : `, ${mode}`})`,
    parameters: [],
    apply(x) {
      const { shape } = x.type;
      const rank = RANKS.find((r) => r === shape.length - 2);
      if (rank === undefined || !isPads(padding, rank)) {
        throw new ShapeError('the padding does not fit the input', {
          received: `${[padding].flat().length} numbers for ${formatShape(shape)}`,
          expected:
            rank === undefined
              ? '[batch, channels, …] with one to three axes more'
              : `for ${THINGS[rank]}s ${paddingNumbers(rank)}`,
        });
      }
      const list = sides(padding, rank);
      const axes = AXES[rank].length;
      const [before, after] = [
        [0, 0, ...list.slice(0, axes)],
        [0, 0, ...list.slice(axes)],
      ];
      return padOf(x, before, after, mode === 'constant' ? { value } : { mode });
    },
  };
}

const RANKS: readonly Rank[] = [1, 2, 3];
