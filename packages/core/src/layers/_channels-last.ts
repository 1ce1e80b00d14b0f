import type { Rank } from '../ops/conv/_window.ts';

const CHANNELS_FIRST: Readonly<Record<Rank, readonly [last: string, perm: string]>> = {
  1: ['[batch, length, channels]', '0, 2, 1'],
  2: ['[batch, height, width, channels]', '0, 3, 1, 2'],
  3: ['[batch, depth, height, width, channels]', '0, 4, 1, 2, 3'],
};

/**
 * What to do about images `[batch, height, width, channels]`, as TensorFlow and image libraries have them, or about sequences and volumes of that kind;
 * undefined when `shape` does not look like that.
 */
export function channelsLastAdvice(shape: readonly number[], channels: number, rank: Rank = 2): string | undefined {
  const [, first = 0, ...others] = shape;
  const last = others.at(-1);
  const isImage = rank === 2 && (last ?? 0) <= 4 && first > 4 && (others[0] ?? 0) > 4;
  if (shape.length !== rank + 2 || first === channels || !(last === channels || isImage)) return undefined;
  const [axes, perm] = CHANNELS_FIRST[rank];
  return `the axes look like ${axes}, but channels come first here: turn the data (np.transpose(x, (${perm})) in NumPy), or put a layer in front whose apply is (x) => transpose(x, [${perm}])`;
}
