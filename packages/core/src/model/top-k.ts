import { ShapeError, ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { formatShape } from '../ir/shape.ts';

/** A class with its probability. */
export interface Prediction {
  readonly index: number;
  /** The name of the class, else its index as text. */
  readonly label: string;
  readonly probability: number;
}

export interface TopKOptions {
  /** Default 5, or all when there are fewer. */
  readonly k?: number;
  /** Names of the classes, in order. */
  readonly labels?: readonly string[];
  /** What the network gives; logits, the default, go through a softmax. */
  readonly output?: 'logits' | 'probabilities';
}

/**
 * The `k` most probable classes of each row of a network's output `[batch, classes]`, best first.
 * @throws ShapeError for another rank, ValueError when `k` is not an integer of at least 1.
 */
export function topK(
  { shape, data }: NDArray,
  { k = 5, labels = [], output = 'logits' }: TopKOptions = {},
): readonly (readonly Prediction[])[] {
  if (!Number.isInteger(k) || k < 1) {
    throw new ValueError('topK takes a number of classes', {
      path: 'k',
      received: String(k),
      expected: 'an integer of at least 1',
    });
  }
  const [rows, classes] = shape;
  if (shape.length !== 2 || rows === undefined || classes === undefined) {
    throw new ShapeError('topK needs an output of one row of classes a sample', {
      received: formatShape(shape),
      expected: '[batch, classes]',
    });
  }
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from(data.subarray(i * classes, (i + 1) * classes) as Float32Array);
    return (output === 'probabilities' ? row : softmax(row))
      .map((probability, index) => ({ index, label: labels[index] ?? String(index), probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, k);
  });
}

function softmax(logits: readonly number[]): readonly number[] {
  const largest = logits.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
  const exps = logits.map((v) => Math.exp(v - largest));
  const sum = exps.reduce((s, v) => s + v, 0);
  return exps.map((v) => v / sum);
}
