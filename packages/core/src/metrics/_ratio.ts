import type { Node } from '../ir/node.ts';
import { sum } from '../ops/reduce/sum.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import type { Statistic } from './metric.ts';

/** What `ratio` keeps: the sum of all elements of `amount`, and that of all elements of `count`. */
export function sums(amount: Node, count: Node): Node {
  const total = (x: Node): Node => reshape(sum(x), [1]);
  return concat([total(amount), total(count)]);
}

/** The first sum through the second, over whole data sets, and `last` of it. */
export function ratio(last: (mean: number) => number = (mean) => mean): Statistic {
  return { keep: 'sum', result: ([amount = 0, count = 0]) => last(amount / count) };
}
