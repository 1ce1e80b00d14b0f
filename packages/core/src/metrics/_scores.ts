import { ShapeError, ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { formatShape, numel, type Shape, sameShape } from '../ir/shape.ts';
import { logSoftmax } from '../ops/composite/log-softmax.ts';
import { softmax } from '../ops/composite/softmax.ts';
import { exp } from '../ops/elementwise/exp.ts';
import { log } from '../ops/elementwise/log.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { sigmoid } from '../ops/elementwise/sigmoid.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectOptions } from '../options.ts';
import { expectOutputKind, type OutputKind } from '../targets/output-kind.ts';
import type { TargetContext } from '../targets/rule.ts';

/** What most metrics of classes may be told. */
export interface ScoreOptions {
  /** What the network gives. Default: what the loss beside the metric takes it for. */
  readonly output?: OutputKind;
  /** A label that is left out. Default: the one that the loss leaves out. */
  readonly ignoreIndex?: number;
}

/** What a metric knows of its outputs, from its options and from the loss. */
export interface Scores extends TargetContext {
  readonly name: string;
}

/** Throws a `ValueError` for options that are none. */
export function scoresOf(
  name: string,
  options: ScoreOptions,
  context: TargetContext | undefined,
  more: readonly string[] = [],
): Scores {
  expectScoreOptions(name, options, more);
  const { output = context?.output, ignoreIndex = context?.ignoreIndex } = options;
  return { name, output, ignoreIndex };
}

export function expectScoreOptions(name: string, options: ScoreOptions, more: readonly string[] = []): void {
  expectOptions(name, options, ['output', 'ignoreIndex', ...more]);
  expectOutputKind(options.output);
  const { ignoreIndex } = options;
  if (ignoreIndex === undefined || Number.isInteger(ignoreIndex)) return;
  throw new ValueError(`${name} leaves out a label`, {
    path: `${name}.ignoreIndex`,
    received: String(ignoreIndex),
    expected: 'a whole number',
  });
}

/** Whether each output answers yes or no by itself: one column, or what the loss takes for such. */
export function areYesOrNo({ shape }: TensorType, { output }: Scores): boolean {
  return output === 'logit' || shape.length < 2 || shape.at(-1) === 1;
}

/** `[…, classes]` → `[rows, classes]`. */
export function asRows(x: Node): Node {
  const { shape } = x.type;
  const width = shape.at(-1) ?? 1;
  return shape.length === 2 ? x : reshape(x, [numel(shape) / width, width]);
}

/** Probabilities of the outputs. Throws a `ValueError` where nothing says what they are. */
export function probabilitiesOf(x: Node, scores: Scores): Node {
  switch (scores.output) {
    case 'logits':
      return softmax(x);
    case 'logit':
      return sigmoid(x);
    case 'log-probabilities':
      return exp(x);
    case 'probabilities':
      return x;
    default:
      throw unknownOutput(scores);
  }
}

/** Logarithms of the probabilities of classes, of which none is below the least positive float32. */
export function logProbabilitiesOf(x: Node, scores: Scores): Node {
  switch (scores.output) {
    case 'logits':
      return logSoftmax(x);
    case 'log-probabilities':
      return x;
    case 'probabilities':
      return log(maximum(x, LEAST));
    default:
      throw unknownOutput(scores);
  }
}

/** The least normal float32. */
const LEAST = 2 ** -126;

function unknownOutput({ name, output }: Scores): ValueError {
  return new ValueError(`${name} does not know what the outputs are`, {
    path: `${name}.output`,
    received: output ?? 'a loss that does not say it',
    expected: 'outputs that are logits, probabilities or their logarithms',
    fix: `say it: ${name}({ output: 'logits' })`,
  });
}

/** Throws a `ShapeError` unless there is one class index for each row of the output, which has at least two classes. */
export function expectClassIndices(name: string, output: TensorType, target: TensorType): void {
  const rows: Shape = output.shape.slice(0, -1);
  if (output.shape.length >= 2 && target.dtype !== 'float32' && sameShape(rows, target.shape)) return;
  throw new ShapeError(`${name} needs a label for each row of outputs`, {
    path: name,
    received: `output ${formatShape(output.shape)}, targets ${target.dtype}${formatShape(target.shape)}`,
    expected: `integer labels ${formatShape(rows)}`,
    fix: sameShape(target.shape, [...rows, 1])
      ? `labels are a column: give them as ${formatShape(rows)}`
      : 'give the index of the class of each sample',
  });
}

/** Throws a `ShapeError` unless there is a yes or no for each output. */
export function expectYesOrNo(name: string, output: TensorType, target: TensorType): void {
  if (sameShape(output.shape, target.shape) || sameShape(output.shape, [...target.shape, 1])) return;
  throw new ShapeError(`${name} needs a yes or no for each output`, {
    path: name,
    received: `output ${formatShape(output.shape)}, targets ${formatShape(target.shape)}`,
    expected: `targets ${formatShape(output.shape)}, of 0 and 1`,
    fix: 'for one label among several classes use accuracy() and the like, with integer labels',
  });
}

/** Throws a `ShapeError` unless both have one shape, but for a last axis of 1. */
export function expectAlike(name: string, output: TensorType, target: TensorType): void {
  if (sameShape(output.shape, target.shape) || sameShape(output.shape, [...target.shape, 1])) return;
  throw new ShapeError(`${name} needs a target of the output's shape`, {
    path: name,
    received: `output ${formatShape(output.shape)}, target ${formatShape(target.shape)}`,
    expected: `targets ${formatShape(output.shape)}`,
  });
}
