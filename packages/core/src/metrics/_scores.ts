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
import { classesLast, classesLastShape } from '../targets/class-axis.ts';
import { expectOutputKind, type OutputKind } from '../targets/output-kind.ts';
import type { TargetContext, TargetRule } from '../targets/rule.ts';
import type { Metric } from './metric.ts';

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

type Judgement = Pick<Metric, 'apply' | 'targets'>;

/** A metric of classes, or of yes and no. */
export interface OfScores {
  /** What the metric function is called. */
  readonly of: string;
  readonly options: ScoreOptions;
  /** Names of its other options. Default none. */
  readonly more?: readonly string[];
  /** Whether outputs are of classes, whatever the loss takes them for. Default false. */
  readonly areClasses?: boolean;
  /** What it computes, of outputs, and of targets of their shape, whose classes are the last axis. */
  readonly apply: (output: Node, target: Node, known: Scores) => Node;
}

/**
 * Looks at the options once, and gives `apply` what they and the loss say; classes that stand at another axis, as the loss has them, it is given last.
 * @throws ValueError for options that are none.
 */
export function ofScores({ of, options, more = [], areClasses = false, apply }: OfScores): Judgement {
  expectOptions(of, options, ['output', 'ignoreIndex', ...more]);
  expectOutputKind(options.output);
  const { ignoreIndex } = options;
  if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex)) {
    throw new ValueError(`${of} leaves out a label`, {
      path: `${of}.ignoreIndex`,
      received: String(ignoreIndex),
      expected: 'a whole number',
    });
  }
  const scores = (context: TargetContext | undefined): Scores => {
    const { output = context?.output } = options;
    return { ...context, name: of, output, ignoreIndex: ignoreIndex ?? context?.ignoreIndex };
  };
  return {
    apply(output, target, context) {
      const { classAxis = -1 } = context ?? {};
      if (classAxis === -1) return apply(output, target, scores(context));
      const last = (x: Node): Node => classesLast(of, x, classAxis);
      const isLikeOutput = target.type.shape.length === output.type.shape.length;
      return apply(last(output), isLikeOutput ? last(target) : target, scores(context));
    },
    targets: (output, target, context) => rulesOf(output, target, scores(context), areClasses),
  };
}

/** What labels must be for metrics of classes, or of yes and no. */
function rulesOf(
  { shape: given, dtype }: TensorType,
  target: TensorType,
  known: Scores,
  areClasses: boolean,
): readonly TargetRule[] {
  const { name, classAxis = -1, ignoreIndex } = known;
  const shape = classAxis === -1 ? given : classesLastShape(name, given, classAxis);
  if (!areClasses && areYesOrNo({ shape, dtype }, known)) return [{ kind: 'range', low: 0, high: 1 }];
  if (target.dtype === 'float32') return [{ kind: 'probabilities', ...(classAxis !== -1 && { axis: classAxis }) }];
  return [{ kind: 'classes', classes: shape.at(-1) as number, ignoreIndex }];
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
