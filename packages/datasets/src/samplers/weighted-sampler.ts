import { expectOptions, ValueError } from '@descent/core';
import { bits, fold, type Key, key } from '@descent/core/random';
import { expectList } from '../arguments.ts';
import { checkLength, checkSeed, checkSwitch, type Sampler } from './sampler.ts';

export interface WeightedSamplerOptions {
  /** Items an epoch. Default: as many as weights. */
  readonly length?: number;
  /** An item may come again in the same epoch. Default true. */
  readonly replacement?: boolean;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Draws item `i` with probability `weights[i] / sum`, as PyTorch's `WeightedRandomSampler`; without replacement, of what is left. For classes of different
 * sizes: `weightedSampler(Array.from(data.y.data, (c) => 1 / counts[c]))` with `counts = classCounts(data)`.
 * @throws ValueError when a weight is negative or not finite, too few are above 0, or an option is unknown or wrong.
 */
export function weightedSampler(weights: ArrayLike<number>, options: WeightedSamplerOptions = {}): Sampler {
  expectList('weightedSampler', weights, 'a list of a weight for each item');
  expectOptions('weightedSampler', options, ['length', 'replacement', 'seed']);
  const { length = weights.length, replacement = true, seed = 0 } = options;
  checkLength('weightedSampler', length);
  checkSwitch('weightedSampler', 'replacement', replacement);
  checkSeed('weightedSampler', seed);
  const tree = sumTree(weights);
  const possible = Array.from(weights).filter((weight) => weight > 0).length;
  if (length > 0 && (replacement ? possible === 0 : possible < length)) {
    throw new ValueError('weightedSampler: there are not enough items to draw', {
      received: `${possible} weights above 0`,
      expected: replacement ? 'at least one' : `at least ${length}, since none comes twice`,
    });
  }
  const stream = fold(key(seed), 'weighted');
  return { length, indices: (epoch) => drawn(tree, length, replacement, fold(stream, epoch)) };
}

/** A binary tree of sums: node 1 is the root, node `n` has children `2n` and `2n + 1`, the weights are the leaves from `size` on. */
function sumTree(weights: ArrayLike<number>): Float64Array {
  let size = 1;
  while (size < weights.length) size *= 2;
  const tree = new Float64Array(2 * size);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (!Number.isFinite(weight) || weight < 0) {
      throw new ValueError('weightedSampler: this is no weight', {
        received: `${weight} at position ${i}`,
        expected: 'finite numbers >= 0',
      });
    }
    tree[size + i] = weight;
  }
  for (let node = size - 1; node > 0; node--) tree[node] = (tree[2 * node] as number) + (tree[2 * node + 1] as number);
  if (!Number.isFinite(tree[1])) {
    throw new ValueError('weightedSampler: the weights are too large', { received: 'an infinite sum' });
  }
  return tree;
}

function drawn(weights: Float64Array, length: number, replacement: boolean, stream: Key): Uint32Array {
  const tree = replacement ? weights : weights.slice();
  const size = tree.length / 2;
  const words = new Uint32Array(2 * length);
  bits(stream, words);
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    // 53 bits, as many as a number holds.
    const share = ((words[2 * i] as number) * 2 ** 21 + ((words[2 * i + 1] as number) >>> 11)) * 2 ** -53;
    let rest = share * (tree[1] as number);
    let node = 1;
    while (node < size) {
      const left = tree[2 * node] as number;
      // Rounding must not lead to where nothing is left.
      const goLeft = rest < left || tree[2 * node + 1] === 0;
      if (!goLeft) rest -= left;
      node = 2 * node + (goLeft ? 0 : 1);
    }
    order[i] = node - size;
    if (replacement) continue;
    tree[node] = 0;
    // Added up again instead of subtracted, so that no error of rounding stays behind.
    for (node >>= 1; node > 0; node >>= 1) tree[node] = (tree[2 * node] as number) + (tree[2 * node + 1] as number);
  }
  return order;
}
