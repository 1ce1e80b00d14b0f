import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { slice } from '../../ops/shape/slice.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { expectInitializers, type Initializer, normalInit } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';
import { expectSequence } from './_sequence.ts';

export interface LearnedPositionsOptions {
  /** Default `normalInit({ std: 0.02 })`, as in BERT and GPT-2. */
  readonly weightInit?: Initializer;
}

/**
 * Adds a learned row to each place: `[batch, time, dim] → [batch, time, dim]`, for up to `maxLength` places. Parameter: `weight` `[maxLength, dim]`, as
 * that of PyTorch's `Embedding` of positions.
 * @throws ShapeError for a longer sequence, or for other features.
 */
export function learnedPositions(maxLength: number, dim: number, options: LearnedPositionsOptions = {}): Layer {
  expectCount('learnedPositions', 'maxLength', maxLength);
  expectCount('learnedPositions', 'dim', dim);
  expectOptions('learnedPositions', options, ['weightInit']);
  const { weightInit = normalInit({ std: 0.02 }) } = options;
  expectInitializers('learnedPositions', { weightInit });
  return {
    label: `learnedPositions(${maxLength}, ${dim})`,
    parameters: [{ name: 'weight', shape: [maxLength, dim], init: weightInit }],
    apply(x, { parameter }) {
      expectFloat(x);
      const { time } = expectSequence(x, (w) => w === dim, `${dim} features`);
      if (time > maxLength)
        throw new ShapeError('the sequence is longer than there are positions', {
          received: `${formatShape(x.type.shape)}: ${time} places, ${time - maxLength} more than ${maxLength}`,
          expected: `at most ${maxLength} places`,
          fix: `use learnedPositions(${time}, ${dim}), shorter sequences, or sinusoidalPositions(), which take any length`,
        });
      return add(x, slice(parameter('weight'), { axis: 0, end: time }));
    },
  };
}
