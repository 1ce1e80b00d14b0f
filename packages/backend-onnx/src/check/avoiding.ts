import type { Strategies } from '../strategies.ts';

/** An op, and the way to compute it where it has several, such as `'conv2dInputGrad:flipped'`. */
export type Way = string;

/** The way of an op that takes any attributes, for when another one is wrong. */
const SAFE = {
  conv2dFilterGrad: 'swapped',
  conv2dInputGrad: 'transposed',
  maxPool2dGrad: 'taps',
  avgPool2dGrad: 'transposed',
  scatterAdd: 'elements',
  sum: 'reduced',
} as const;

/** What `rules` choose, unless a device computes it wrongly. What is chosen is added to `used`. */
export function avoiding(rules: Strategies, wrong: ReadonlySet<Way>, used: Set<Way>): Strategies {
  const pick = <W extends string>(op: keyof Strategies, chosen: W, safe: W): W => {
    const way = wrong.has(`${op}:${chosen}`) ? safe : chosen;
    used.add(`${op}:${way}`);
    return way;
  };
  return {
    conv2dFilterGrad: (...of) => pick('conv2dFilterGrad', rules.conv2dFilterGrad(...of), SAFE.conv2dFilterGrad),
    conv2dInputGrad: (...of) => pick('conv2dInputGrad', rules.conv2dInputGrad(...of), SAFE.conv2dInputGrad),
    maxPool2dGrad: (...of) => pick('maxPool2dGrad', rules.maxPool2dGrad(...of), SAFE.maxPool2dGrad),
    avgPool2dGrad: (...of) => pick('avgPool2dGrad', rules.avgPool2dGrad(...of), SAFE.avgPool2dGrad),
    scatterAdd: (...of) => pick('scatterAdd', rules.scatterAdd(...of), SAFE.scatterAdd),
    sum: (...of) => pick('sum', rules.sum(...of), SAFE.sum),
  };
}

/** Whether `way` is all that is left for its op. */
export function isLast(way: Way): boolean {
  const [op, chosen] = way.split(':') as [string, string | undefined];
  return chosen === undefined || SAFE[op as keyof Strategies] === chosen;
}

/** Rules that compute the op of `way` in that way wherever `suits` says that they can. */
export function forced(rules: Strategies, way: Way): Strategies {
  const [op, chosen] = way.split(':') as [string, string | undefined];
  return chosen === undefined ? rules : { ...rules, [op]: () => chosen };
}
