import {
  describeValue,
  formatShape,
  type NDArray,
  NumericError,
  type OutputKind,
  ShapeError,
  ValueError,
} from '@descent/core';
import { expectArray } from '../inference/check-array.ts';
import type { OnnxModelFile } from '../inference/load-onnx.ts';
import { batches, fixedBatch, isArray, type NamedSamples, rowsOf } from './samples.ts';

/** Samples that are in no way part of training or calibration, and what they are. */
export interface Evaluation {
  /** `[n, …sample]`; by name for a file of several inputs. */
  readonly inputs: NDArray | Readonly<Record<string, NDArray>>;
  /** The class of each sample, or its numbers. Default: what the unquantised file says. */
  readonly targets?: NDArray;
  /** The target of places that have no class, which count nowhere, as in the loss. Default −100, PyTorch's. */
  readonly ignoreIndex?: number;
}

/**
 * How good the first output of a file is, 1 at best. `'accuracy'`: the share of right classes. `'agreement'`: the share of classes that the unquantised file says,
 * too. `'r2'`: the coefficient of determination of numbers.
 */
export interface Score {
  readonly name: 'accuracy' | 'agreement' | 'r2';
  readonly before: number;
  readonly after: number;
  readonly samples: number;
}

const BATCH = 64;
const IGNORED = -100;

/** Both files on the same samples. */
export async function scored(
  before: OnnxModelFile,
  after: OnnxModelFile,
  samples: NamedSamples,
  { targets, ignoreIndex = IGNORED }: Omit<Evaluation, 'inputs'>,
): Promise<Score> {
  const [a, b] = [await outputsOf(before, samples), await outputsOf(after, samples)];
  expectNumbers('the file before it was quantised', a);
  expectNumbers('the quantised file', b);
  const count = a.shape[0] as number;
  const isClasses = before.outputKind !== 'values';
  if (targets === undefined) {
    if (!isClasses || !isLabelled(a)) {
      if (b.data.some((v, i) => v !== a.data[i]))
        expectDifferent('the file before it was quantised gives the same number everywhere', a);
      return { name: 'r2', before: 1, after: r2(b, a), samples: count };
    }
    const said = classesOf(a, before.outputKind);
    return { name: 'agreement', before: 1, after: share(classesOf(b, before.outputKind), said), samples: count };
  }
  const wanted = expectTargets(targets, a, samples.count, isClasses);
  if (!isClasses) {
    expectDifferent('the targets are the same number everywhere', wanted);
    return { name: 'r2', before: r2(a, wanted), after: r2(b, wanted), samples: count };
  }
  expectClasses(wanted, a, ignoreIndex);
  const [right, rightAfter] = [a, b].map((output) =>
    share(classesOf(output, before.outputKind), wanted.data, ignoreIndex),
  ) as [number, number];
  return { name: 'accuracy', before: right, after: rightAfter, samples: count };
}

async function outputsOf(file: OnnxModelFile, samples: NamedSamples): Promise<NDArray> {
  const fixed = fixedBatch(file);
  const parts: NDArray[] = [];
  for (const feeds of batches(samples, fixed ?? BATCH, fixed !== null)) {
    parts.push((await file.run(feeds))[file.output.name] as NDArray);
  }
  const [first] = parts;
  if (first === undefined) {
    throw new ShapeError('there are not enough samples for one batch of the model', {
      path: 'evaluation',
      received: `${samples.count} samples`,
      expected: `at least ${fixed}`,
    });
  }
  const data = Float64Array.from(parts.flatMap((part) => Array.from(part.data as Float32Array)));
  const rows = parts.reduce((n, { shape }) => n + (shape[0] ?? 1), 0);
  return { dtype: 'float64', shape: [rows, ...first.shape.slice(1)], data } as unknown as NDArray;
}

/** Throws for a NaN: it is no larger than any number, so that it would count as the first class. */
function expectNumbers(what: string, { data }: NDArray): void {
  const at = Array.prototype.findIndex.call(data, Number.isNaN);
  if (at === -1) return;
  throw new NumericError(`${what} gives something that is no number`, {
    path: 'evaluation.inputs',
    received: `NaN at position ${at} of the output`,
    expected: 'numbers, which can be compared',
    fix: 'look for the layer with descent inspect and printModel; if the file gave NaN before, training has diverged',
  });
}

/** Throws for targets that are no class of the output: both files would be equally wrong about them, so that nothing would seem to be lost. */
function expectClasses({ data }: NDArray, { shape }: NDArray, ignoreIndex: number): void {
  const [, width = 1] = shape;
  const classes = Math.max(width, 2);
  const isClass = (v: number): boolean => Number.isInteger(v) && v >= 0 && v < classes;
  const at = Array.prototype.findIndex.call(data, (v: number) => v !== ignoreIndex && !isClass(v));
  if (at === -1 && Array.prototype.some.call(data, (v: number) => v !== ignoreIndex)) return;
  throw new ValueError('a target is no class of the model', {
    path: 'evaluation.targets',
    received: at === -1 ? `${ignoreIndex} everywhere` : `${data[at]} at position ${at}`,
    expected: `whole numbers from 0 to ${classes - 1}, and ${ignoreIndex} where there is no class`,
    fix: 'count classes from 0; give the number of places without a class as ignoreIndex',
  });
}

/** Whether the numbers are a row of classes, or one number, for each sample or for each of its places: classes stand on axis 1. */
function isLabelled({ shape }: NDArray): boolean {
  return shape.length >= 2;
}

/** The largest on axis 1; of one number alone, which of two classes it is. */
function classesOf({ shape, data }: NDArray, kind: OutputKind): Int32Array {
  const [count = 0, width = 1, ...places] = shape;
  const inner = places.reduce((a, b) => a * b, 1);
  const classes = new Int32Array(count * inner);
  for (let i = 0; i < classes.length; i++) {
    const first = Math.floor(i / inner) * width * inner + (i % inner);
    if (width === 1) {
      const bound = kind === 'probabilities' ? 0.5 : 0;
      classes[i] = (data[first] as number) > bound ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let c = 1; c < width; c++)
      if ((data[first + c * inner] as number) > (data[first + best * inner] as number)) best = c;
    classes[i] = best;
  }
  return classes;
}

function share(said: ArrayLike<number>, wanted: ArrayLike<number>, ignoreIndex?: number): number {
  let [right, all] = [0, 0];
  for (let i = 0; i < said.length; i++) {
    if (wanted[i] === ignoreIndex) continue;
    all++;
    if (said[i] === wanted[i]) right++;
  }
  return right / all;
}

/** Throws where all numbers are equal: what is missed is then compared with a spread of nothing, so that any file would seem as good as any other. */
function expectDifferent(what: string, { data }: NDArray): void {
  if (Array.prototype.some.call(data, (v: number) => v !== data[0])) return;
  throw new ValueError(`${what}, so that there is no coefficient of determination`, {
    path: 'evaluation',
    received: `${data[0]}, ${data.length} times`,
    expected: 'samples whose numbers differ',
    fix: 'give more and other samples; or evaluation: false to compare nothing',
  });
}

/** 1 − the squares of what is missed, as a share of the squares of what differs from the mean. */
function r2({ data }: NDArray, { data: wanted }: NDArray): number {
  const mean = Array.prototype.reduce.call(
    wanted,
    (a, b) => (a as number) + (b as number) / wanted.length,
    0,
  ) as number;
  let [missed, all] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    missed += ((data[i] as number) - (wanted[i] as number)) ** 2;
    all += ((wanted[i] as number) - mean) ** 2;
  }
  if (!Number.isFinite(missed) || !Number.isFinite(all)) {
    throw new NumericError('there is no coefficient of determination of numbers that are not finite', {
      path: 'evaluation',
      received: `a sum of squares of ${Number.isFinite(missed) ? all : missed}`,
      expected: 'finite outputs and targets',
    });
  }
  return missed === 0 ? 1 : all === 0 ? 0 : 1 - missed / all;
}

/** Targets for the rows that were run, as the scores take them. */
function expectTargets(targets: unknown, output: NDArray, count: number, isClasses: boolean): NDArray {
  const { shape } = output;
  if (isArray(targets)) expectArray(targets, 'targets', 'evaluation.targets');
  const sizes = isClasses ? [shape[0] as number, ...shape.slice(2)] : shape;
  const size = sizes.reduce((a, b) => a * b, 1);
  if (isArray(targets) && targets.shape[0] === count) {
    const rows = rowsOf(targets, 0, shape[0] as number);
    if (rows.data.length === size) return rows;
  }
  throw new ShapeError('the targets do not fit what the model gives', {
    path: 'evaluation.targets',
    received: isArray(targets) ? formatShape(targets.shape) : describeValue(targets),
    expected: `${formatShape([count, ...sizes.slice(1)])}, ${isClasses ? 'the class of each sample' : 'the numbers of each sample'}`,
  });
}
