import { ValueError } from '../errors.ts';
import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { TensorType } from '../ir/op.ts';
import { isLeaf, leafName, leavesOf, mapTree, type NDArrays, type Tensors, type Tree, typesOf } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import { applyLayer } from '../layers/layer.ts';
import { expectLoss } from '../losses/expect.ts';
import { expectMetrics } from '../metrics/expect.ts';
import { parameterInputs, type SampleType } from '../model/forward.ts';
import { expectIndexed, type IndexRule, indexRules } from '../model/index-rules.ts';
import { input } from '../ops/leaf/input.ts';
import { expectKind, notWhatWasWanted } from '../options.ts';
import { expectTargets, RULE_KINDS, type TargetRule } from '../targets/rule.ts';
import { type AnyBatch, type BatchTypes, fedBatch, typeOf } from './batch.ts';
import { judge } from './judge.ts';
import type { Recipe } from './step.ts';

/** What a target must be, and who says so. */
export interface NamedRule {
  readonly of: string;
  readonly rule: TargetRule;
}

type Judges = Pick<Recipe, 'loss' | 'metrics'>;

/** What the loss and the metrics ask of targets of type `y`; each rule once. */
export function targetRules(
  { loss, metrics }: Judges,
  output: Tree<TensorType>,
  y: Tree<TensorType>,
): readonly NamedRule[] {
  const all = [
    ...rulesFrom(loss.label, loss.targets?.(output, y)),
    ...metrics.flatMap((m) => rulesFrom(m.name, m.targets?.(output, y, loss))),
  ];
  const same = (a: NamedRule, b: NamedRule): boolean => JSON.stringify(a.rule) === JSON.stringify(b.rule);
  return all.filter((named, i) => all.findIndex((other) => same(named, other)) === i);
}

const KINDS: readonly unknown[] = RULE_KINDS;

function rulesFrom(of: string, rules: unknown): readonly NamedRule[] {
  if (rules === undefined) return [];
  const isRule = (rule: unknown): rule is TargetRule => KINDS.includes((rule as Partial<TargetRule> | null)?.kind);
  if (Array.isArray(rules) && rules.every(isRule)) return rules.map((rule) => ({ of, rule }));
  throw notWhatWasWanted(`targets of ${of}`, rules, {
    what: 'a list of rules',
    example: "[{ kind: 'numbers' }]",
    fix: `give a list of { kind }, which is one of ${KINDS.join(', ')}`,
  });
}

/** Throws a `ValueError` that names the first number of `y` that breaks a rule. */
export function expectRules(rules: readonly NamedRule[], y: NDArrays): void {
  for (const { of, rule } of rules) {
    const target = targetOf(rule, y);
    if (target !== undefined) expectTargets(rule, target, rule.part === undefined ? of : `${of} of ${rule.part}`);
  }
}

/** The array that `rule` is about. */
function targetOf(rule: TargetRule, y: NDArrays): NDArray | undefined {
  return isLeaf(y) ? y : y[rule.part ?? ''];
}

/** Throws what training on `batch` would throw for its types and its targets, without running anything. */
export function expectBatch(recipe: Judges & Pick<Recipe, 'model'>, batch: AnyBatch): void {
  const { x, y } = fedBatch(batch.x, batch.y);
  const { targets, indices } = rulesOf(recipe, { x: mapTree(x, ofFewRows), y: mapTree(y, ofFewRows) }, false);
  expectAll(targets, batch.y);
  expectIndexed(indices, Object.fromEntries(leavesOf(batch.x)));
}

/** What a network makes of a whole data set may be more than a tensor can hold, and what targets must be does not depend on their number. */
const FEW = 32;

function ofFewRows({ dtype, shape: [rows = 1, ...sample] }: TensorType): TensorType {
  return { dtype, shape: [Math.min(rows, FEW), ...sample] };
}

/** What a network is trained for: enough to know what targets it takes. */
export type TargetJudges = Pick<Recipe, 'model' | 'loss'> & Partial<Pick<Recipe, 'metrics'>>;

/**
 * Throws unless `y` holds targets that the loss and the metrics take for what `model` gives: a label without a class, a shape that does not fit, …
 * A trainer looks for itself; this tells before it is made.
 */
export function checkTargets(judges: TargetJudges, sample: Tree<SampleType>, y: NDArrays): void {
  expectKind('judges', judges, 'record', '{ model, loss: crossEntropy() }');
  expectLayer('model', judges.model);
  expectLoss('loss', judges.loss);
  expectMetrics('metrics', judges.metrics ?? []);
  hostArrays('y', y);
  const rows = leavesOf(y)[0]?.[1].shape[0] ?? 0;
  const batched = (type: SampleType): TensorType => {
    expectKind('sample', type, { shape: 'list' }, '{ shape: [1, 28, 28] }');
    return ofFewRows({ dtype: type.dtype ?? 'float32', shape: [rows, ...type.shape] });
  };
  const types: BatchTypes = { x: mapTree(sample, batched), y: mapTree(y, (array) => ofFewRows(typeOf(array))) };
  expectAll(rulesOf({ metrics: [], ...judges }, types, false).targets, y);
}

/** The rules for all targets of a data set, some of which must count. */
function expectAll(rules: readonly NamedRule[], y: NDArrays): void {
  expectRules(rules, y);
  for (const { of, rule } of rules) {
    const target = targetOf(rule, y);
    if (rule.kind !== 'classes' || rule.ignoreIndex === undefined) continue;
    if (target === undefined || target.data.some((v) => v !== rule.ignoreIndex)) continue;
    throw new ValueError('every label is left out', {
      path: of,
      received: `${target.data.length} labels that are all ${rule.ignoreIndex}`,
      expected: `some labels other than ignoreIndex: ${rule.ignoreIndex}`,
    });
  }
}

/** Throws what a training step on a batch of these types would throw: what the network, the loss or a metric cannot take. */
export function expectTypes(recipe: Judges & Pick<Recipe, 'model'>, types: BatchTypes): void {
  rulesOf(recipe, types, true);
}

interface Rules {
  readonly targets: readonly NamedRule[];
  readonly indices: readonly IndexRule[];
}

function rulesOf(recipe: Judges & Pick<Recipe, 'model'>, types: BatchTypes, training: boolean): Rules {
  const { model } = recipe;
  const inputs = (of: 'x' | 'y'): Tensors =>
    mapTree(types[of], (t, name) => input(leafName(of, name), t.shape, t.dtype));
  const [x, y] = [inputs('x'), inputs('y')];
  const output = applyLayer(model, x, parameterInputs(model), { training });
  judge(recipe, output, y);
  return {
    targets: targetRules(recipe, typesOf(output), typesOf(y)),
    indices: indexRules(
      leavesOf(output).map(([, node]) => node),
      leavesOf(x),
    ),
  };
}
