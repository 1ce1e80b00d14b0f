import { numel } from '@descent/core/backend';
import { DRAWS_LABEL, type DrawInput } from '@descent/core/programs';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, cast, compare, concat, expand, floats, reshape, slice, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import { and, high, int, low, threefry, type Words } from './threefry.ts';

// What a key is folded with, as in core/src/random/threefry.ts.
const FOLD_NUMBER = 0x4000_0000;
const FOLD_LABEL = 0x6000_0000;
const NUMBER_BITS = 0x3f_ffff;

/** The blocks that a label is folded in by: its length, then two characters each. */
function labelBlocks(label: string): readonly number[] {
  const pairs = Array.from({ length: Math.ceil(label.length / 2) }, (_, i) => {
    const second = 2 * i + 1 < label.length ? label.charCodeAt(2 * i + 1) : 0;
    // Unsigned, as the words are.
    return label.charCodeAt(2 * i) + second * 2 ** 16;
  });
  return [label.length, ...pairs];
}

/**
 * The random numbers of `draws` at `step`, by their names, from `seed`: those that a trainer of that seed feeds, bit for bit. All draws share one
 * computation of keys and one of blocks, so that their number costs no operators.
 */
export function seededDraws(
  b: GraphBuilder,
  seed: Value,
  step: Value,
  draws: readonly DrawInput[],
): ReadonlyMap<string, Value> {
  const there = draws.filter(({ shape }) => numel(shape) > 0);
  if (there.length === 0) return new Map();
  const keys = drawKeys(b, seed, step, there);
  const blocks = there.map(({ shape }) => Math.ceil(numel(shape) / 2));
  const spread = (words: Value): Value =>
    concat(
      b,
      blocks.map((count, i) => expand(b, slice(b, words, [{ axis: 0, start: i, end: i + 1 }]), [count])),
      0,
    );
  const counters = concat(
    b,
    blocks.map((count) => b.add('Range', [int(b, 0), int(b, count), int(b, 1)], { dtype: 'int64', shape: [count] })),
    0,
  );
  const total = blocks.reduce((a, c) => a + c, 0);
  const made = threefry(b, [spread(keys[0]), spread(keys[1])], [counters, int(b, 0)]);
  const words = reshape(
    b,
    concat(
      b,
      made.map((word) => reshape(b, word, [total, 1])),
      1,
    ),
    [2 * total],
  );
  let start = 0;
  return new Map(
    there.map((draw, i) => {
      const own = slice(b, words, [{ axis: 0, start, end: start + numel(draw.shape) }]);
      start += 2 * (blocks[i] as number);
      return [draw.name, reshape(b, numbersOf(b, draw, own), draw.shape)] as const;
    }),
  );
}

/** The distributions that integers and exact steps of float64 make. */
export function isSeedable({ distribution }: DrawInput): boolean {
  return distribution.kind !== 'normal';
}

function numbersOf(b: GraphBuilder, { distribution }: DrawInput, words: Value): Value {
  if (distribution.kind === 'bernoulli') {
    const threshold = int(b, Math.ceil(distribution.p * 2 ** 32));
    return cast(b, compare(b, 'Less', words, threshold), 'uint8');
  }
  if (distribution.kind !== 'uniform') throw new Error(`no numbers of kind ${distribution.kind}`);
  const exact = (value: number): Value => cast(b, floats(b, [], [value]), 'float64');
  const [from, to] = [exact(distribution.low), exact(distribution.high)];
  const scale = binary(b, 'Mul', binary(b, 'Sub', to, from), exact(2 ** -24));
  const share = cast(b, binary(b, 'Div', words, int(b, 2 ** 8)), 'float64');
  const drawn = binary(b, 'Add', from, binary(b, 'Mul', share, scale));
  const least = exact(below(Math.fround(distribution.high)));
  return cast(b, where(b, compare(b, 'Less', drawn, least), drawn, least), 'float32');
}

/** The largest float32 below a finite one. */
function below(value: number): number {
  if (value === 0) return -(2 ** -149);
  const float = Float32Array.of(value);
  const word = new Int32Array(float.buffer);
  word[0] = (word[0] as number) + (value > 0 ? -1 : 1);
  return float[0] as number;
}

/** One key for each draw: the seed's, folded with the label of all draws, with the stream and with the step, one block after the other in a loop. */
function drawKeys(b: GraphBuilder, seed: Value, step: Value, draws: readonly DrawInput[]): Words {
  const count = draws.length;
  const labels = draws.map(({ stream }) => [...labelBlocks(DRAWS_LABEL), ...labelBlocks(stream)]);
  const longest = Math.max(...labels.map((l) => l.length));
  // Shorter labels begin later: until then the key stays as it is.
  const padded = labels.map((l) => [...new Array<number>(longest - l.length).fill(-1), ...l]);
  const table = (of: (block: number) => number): Value =>
    matrix(
      b,
      Array.from({ length: longest }, (_, i) => padded.map((l) => of(l[i] as number))),
    );
  const row = (value: Value): Value => expand(b, reshape(b, value, [1, 1]), [1, count]);
  const first = concat(b, [table((v) => Math.max(0, v)), row(low(b, step))], 0);
  const number = binary(b, 'Add', int(b, FOLD_NUMBER), and(b, high(b, step), int(b, NUMBER_BITS)));
  const second = concat(b, [table((v) => (v < 0 ? -1 : FOLD_LABEL)), row(number)], 0);
  const start = [high(b, seed), low(b, seed)].map((word) => expand(b, reshape(b, word, [1]), [count]));

  const inner = b.inner();
  const own = (): Value => inner.declare({ name: b.freshName('key'), dtype: 'int64', shape: [count] });
  const [k0, k1, c0, c1] = [own(), own(), own(), own()];
  const isBegun = compare(inner, 'GreaterOrEqual', c1, int(inner, 0));
  const folded = threefry(inner, [k0, k1], [c0, c1]);
  const after = [where(inner, isBegun, folded[0], k0), where(inner, isBegun, folded[1], k1)];
  const body = inner.finish(
    'fold',
    [k0, k1, c0, c1],
    new Map(after.map((value) => [b.freshName('folded'), value] as const)),
  );
  const results = b.addMany('Scan', [...start, first, second], [k0, k1], { body, num_scan_inputs: 2 });
  return [results[0] as Value, results[1] as Value];
}

function matrix(b: GraphBuilder, rows: readonly (readonly number[])[]): Value {
  return b.constant({
    dtype: 'int64',
    shape: [rows.length, rows[0]?.length ?? 0],
    data: BigInt64Array.from(rows.flat().map(BigInt)),
  });
}
