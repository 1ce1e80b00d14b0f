import { expectNumber, expectOptions } from '../../options.ts';
import { fold, normal, permutation } from '../../random/index.ts';
import { asMatrix } from './_matrix.ts';
import type { Initializer } from './initializers.ts';

export interface SparseOptions {
  /** The share of zeros in each column, from 0 to 1, rounded up to whole rows. */
  readonly sparsity: number;
  /** Of the Gaussian that the others come from. Default 0.01. */
  readonly std?: number;
}

/**
 * Martens 2010: Gaussian, with the same number of zeros in each column, at random rows.
 * @throws ValueError unless the parameter has two axes.
 */
export function sparseInit(options: SparseOptions): Initializer {
  expectOptions('sparseInit', options, ['sparsity', 'std']);
  const { sparsity, std = 0.01 } = options;
  expectNumber('sparseInit.sparsity', sparsity, { least: 0, most: 1 });
  expectNumber('sparseInit.std', std, { least: 0 });
  return (key, shape) => {
    const [rows, columns] = asMatrix('sparseInit', shape, 2, 2);
    const out = new Float32Array(rows * columns);
    normal(fold(key, 'values'), out, 0, std);
    const zeros = Math.ceil(sparsity * rows);
    for (let column = 0; column < columns; column++) {
      for (const row of permutation(fold(key, `zeros ${column}`), rows).subarray(0, zeros))
        out[row * columns + column] = 0;
    }
    return out;
  };
}
