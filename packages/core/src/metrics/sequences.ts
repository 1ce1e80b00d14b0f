import { ShapeError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { formatShape } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { argMax } from '../ops/reduce/arg-max.ts';
import { concat } from '../ops/shape/concat.ts';
import { expectCount, expectNumber, expectOptions } from '../options.ts';
import { classesLast } from '../targets/class-axis.ts';
import { bleuScore, levenshtein } from './_edits.ts';
import type { Metric } from './metric.ts';

export interface SequenceOptions {
  /** The index that fills up short sequences, in outputs and in targets; it ends a sequence. Default: none. */
  readonly padding?: number;
}

export interface BleuOptions extends SequenceOptions {
  /** The longest runs of tokens that are compared. Default 4. */
  readonly maxN?: number;
}

/**
 * How many tokens must be put in, taken out or changed (Levenshtein 1966), as a share of the tokens that are right, over whole data sets: the word or
 * character error rate. Output `[batch, time, classes]`, whose largest is the token, and integer targets `[batch, time′]`.
 */
export function editDistance(options: SequenceOptions = {}): Metric<Node, Node, 'edit_distance'> {
  const padding = paddingOf('editDistance', options, []);
  return sequences('edit_distance', 'editDistance', 'lower', padding, (pairs) => {
    let [edits, tokens] = [0, 0];
    for (const [given, right] of pairs) {
      edits += levenshtein(given, right);
      tokens += right.length;
    }
    return edits / tokens;
  });
}

/**
 * Corpus BLEU with one reference and no smoothing (Papineni et al. 2002): the geometric mean of the shares of runs of 1 to `maxN` tokens that are in the
 * reference, times a penalty for being short. From 0 to 1. Output `[batch, time, classes]` and integer targets `[batch, time′]`.
 */
export function bleu(options: BleuOptions = {}): Metric<Node, Node, 'bleu'> {
  const padding = paddingOf('bleu', options, ['maxN']);
  const { maxN = 4 } = options;
  expectCount('bleu', 'maxN', maxN);
  return sequences('bleu', 'bleu', 'higher', padding, (pairs) => bleuScore(pairs, maxN));
}

type Pair = readonly [given: readonly number[], right: readonly number[]];

function sequences<Name extends string>(
  name: Name,
  of: string,
  better: 'lower' | 'higher',
  padding: number | undefined,
  number: (pairs: readonly Pair[]) => number,
): Metric<Node, Node, Name> {
  return {
    name,
    better,
    statistic: {
      keep: 'rows',
      result(kept, width) {
        const pairs: Pair[] = [];
        for (let start = 0; start < kept.length; start += width) {
          // The length of the outputs stands in front, since the targets may have another.
          const time = kept[start] as number;
          const tokens = (from: number, to: number): readonly number[] => until(padding, [...kept.subarray(from, to)]);
          pairs.push([tokens(start + 1, start + 1 + time), tokens(start + 1 + time, start + width)]);
        }
        return number(pairs);
      },
    },
    apply(given, target, context) {
      const output = given.type.shape.length === 3 ? classesLast(of, given, context?.classAxis ?? -1) : given;
      const [batch, time] = output.type.shape;
      const { shape, dtype } = target.type;
      if (output.type.shape.length !== 3 || shape.length !== 2 || shape[0] !== batch || dtype === 'float32') {
        throw new ShapeError(`${of} compares sequences of tokens`, {
          path: of,
          received: `output ${formatShape(output.type.shape)}, targets ${dtype}${formatShape(shape)}`,
          expected: 'output [batch, time, classes] and integer targets [batch, time]',
        });
      }
      const length = scalar(time as number, 'float32', [batch as number, 1]);
      return concat([length, cast(argMax(output), 'float32'), cast(target, 'float32')], 1);
    },
  };
}

function until(padding: number | undefined, tokens: readonly number[]): readonly number[] {
  const end = padding === undefined ? -1 : tokens.indexOf(padding);
  return end === -1 ? tokens : tokens.slice(0, end);
}

function paddingOf(of: string, options: SequenceOptions, more: readonly string[]): number | undefined {
  expectOptions(of, options, ['padding', ...more]);
  const { padding } = options;
  if (padding !== undefined) expectNumber(`${of}.padding`, padding);
  return padding;
}
