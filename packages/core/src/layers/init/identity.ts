import { ValueError } from '../../errors.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { asMatrix } from './_matrix.ts';
import type { Initializer } from './initializers.ts';

/** Ones on the diagonal of a matrix, else zeros: a `linear` layer gives what it gets. Throws a `ValueError` unless there are two axes. */
export const identityInit: Initializer = (_, shape) => {
  const [rows, columns] = asMatrix('identityInit', shape, 2, 2);
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) out[i * columns + i] = 1;
  return out;
};

/**
 * The identity of a convolution, `[out, in / groups, …window]`: each channel gives its input at the middle of the window, as PyTorch's `dirac_`.
 * @throws ValueError unless there are three to five axes, and `groups` (default 1) divides the first.
 */
export function diracInit(options: { groups?: number } = {}): Initializer {
  expectOptions('diracInit', options, ['groups']);
  const { groups = 1 } = options;
  expectCount('diracInit', 'groups', groups);
  return (_, shape) => {
    const [channels] = asMatrix('diracInit', shape, 3, 5);
    if (channels % groups !== 0) {
      throw new ValueError('the groups do not divide the output channels', {
        received: `shape ${formatShape(shape)} and groups ${groups}`,
        expected: `a divisor of ${channels}`,
      });
    }
    const [, inputs = 0, ...window] = shape;
    const area = numel(window);
    const middle = window.reduce((at, size) => at * size + Math.floor(size / 2), 0);
    const perGroup = channels / groups;
    const out = new Float32Array(numel(shape));
    for (let channel = 0; channel < channels; channel++) {
      const from = channel % perGroup;
      if (from < inputs) out[(channel * inputs + from) * area + middle] = 1;
    }
    return out;
  };
}
