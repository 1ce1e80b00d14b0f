import { NumericError, ShapeError, ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { formatShape } from '../ir/shape.ts';
import { expectOutputKind, type OutputKind } from '../targets/output-kind.ts';

export interface ClassProbabilities {
  readonly classes: number;
  /** A row of `classes` numbers for each sample. */
  readonly rows: readonly Float64Array[];
}

/**
 * The probability of each class in each row of an output `[batch, classes]`, or `[batch, classes, 1, 1]`. One number a sample is the (logit of the) probability of the
 * second of two classes. When `kind` is not known, rows of numbers from 0 to 1 that add up to 1 are probabilities, others logits.
 * @throws ShapeError, ValueError or NumericError for an output that holds no probabilities.
 */
export function classProbabilities(output: NDArray, kind?: OutputKind): ClassProbabilities {
  const { shape, data } = hostArray('output', output);
  const [count, width, ...rest] = shape;
  if (rest.some((size) => size !== 1) || count === undefined || width === undefined || width === 0) {
    throw new ShapeError('this output is no row of classes a sample', {
      received: formatShape(shape),
      expected: '[batch, classes]',
    });
  }
  expectOutputKind(kind);
  const known = kind ?? (areProbabilities({ ...output, shape: [count, width] }) ? 'probabilities' : 'logits');
  expectClasses(known, width, kind === undefined);
  const convert = CONVERSIONS[known as keyof typeof CONVERSIONS];
  const rows = Array.from({ length: count }, (_, i) => {
    const row = Float64Array.from(data.subarray(i * width, (i + 1) * width) as Float32Array);
    const bad = row.find(Number.isNaN);
    if (bad !== undefined) throw notANumber(i);
    const probabilities = convert(row);
    const odd = known === 'logits' ? undefined : probabilities.find((p) => !(p >= -TOLERANCE && p <= 1 + TOLERANCE));
    if (odd !== undefined) throw noProbability(known, odd, i);
    return width === 1 ? Float64Array.of(1 - (probabilities[0] as number), probabilities[0] as number) : probabilities;
  });
  return { classes: Math.max(2, width), rows };
}

/** Whether each row of `[batch, classes]` is numbers of at least 0 that add up to 1. */
export function areProbabilities(output: NDArray): boolean {
  const { shape, data } = hostArray('output', output);
  const width = shape.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += width) {
    let sum = 0;
    for (let c = 0; c < width; c++) {
      const value = data[start + c] as number;
      if (!(value >= 0)) return false;
      sum += value;
    }
    if (!(Math.abs(sum - 1) <= TOLERANCE)) return false;
  }
  return width > 1;
}

/** Probabilities may miss 0 and 1 by so much, since they are float32. */
const TOLERANCE = 1e-3;

const CONVERSIONS = {
  probabilities: (row: Float64Array) => row,
  'log-probabilities': (row: Float64Array) => row.map(Math.exp),
  logit: (row: Float64Array) => row.map((v) => 1 / (1 + Math.exp(-v))),
  logits: softmax,
};

function softmax(logits: Float64Array): Float64Array {
  const largest = logits.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
  const exps = logits.map((v) => (v === largest ? 1 : Math.exp(v - largest)));
  const sum = exps.reduce((s, v) => s + v, 0);
  return exps.map((v) => v / sum);
}

function expectClasses(kind: OutputKind, width: number, guessed: boolean): void {
  if (kind === 'values') {
    throw new ValueError('this output is numbers that stand for themselves, not classes', {
      received: `output '${kind}'`,
      expected: 'logits or probabilities of classes',
      fix: "use the numbers as they are; where they are logits, say so: topK(output, { output: 'logits' }), or 'logit' for one of yes and no",
    });
  }
  if (kind !== 'logits' || width > 1) return;
  throw new ValueError('one number a sample is no choice among classes', {
    received: '[batch, 1]',
    expected: 'a number for each class, or the probability of one of two',
    fix: guessed
      ? "say what the number is: output: 'probabilities' behind a sigmoid, output: 'logit' without one"
      : "give the network two outputs, or say output: 'logit' where it is the logit of the second of two classes",
  });
}

function notANumber(row: number): NumericError {
  return new NumericError('a prediction is not a number', {
    received: `NaN in row ${row}`,
    fix: 'look at the input and at the training loss: these weights are not usable',
  });
}

function noProbability(kind: OutputKind, value: number, row: number): ValueError {
  return new ValueError('this output is not what it is said to be', {
    received: `${value} as a probability, in row ${row}`,
    expected: kind === 'log-probabilities' ? 'logarithms of numbers from 0 to 1' : 'numbers from 0 to 1',
    fix: "say what the numbers are, such as output: 'logits'",
  });
}
