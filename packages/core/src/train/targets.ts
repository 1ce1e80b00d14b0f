import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { TensorType } from '../ir/op.ts';
import { isLeaf, leafName, leavesOf, mapTree, type NDArrays, type Tensors, type Tree, typesOf } from '../ir/tree.ts';
import { applyLayer } from '../layers/layer.ts';
import { parameterInputs, type SampleType } from '../model/forward.ts';
import type { NetworkNodes } from '../model/input-check.ts';
import { input } from '../ops/leaf/input.ts';
import { expectKind, notWhatWasWanted } from '../options.ts';
import { firstWrong, RULE_KINDS } from '../targets/find-wrong.ts';
import type { TargetRule } from '../targets/rule.ts';
import { type BatchTypes, typeOf } from './batch.ts';
import { judge } from './judge.ts';
import type { Recipe } from './step.ts';

/** What a target must be, and who says so. */
export interface NamedRule {
  readonly of: string;
  readonly rule: TargetRule;
}

export type Judges = Pick<Recipe, 'loss' | 'metrics'>;

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

/** Targets that a trainer does not take. */
export interface BrokenRule extends NamedRule {
  readonly target: NDArray;
  /** Where they break the rule, as `firstWrong` finds it; `null` when each of them is left out. */
  readonly at: number | null;
}

/** The first rule that `y` breaks, if any. Of `whole` data sets some labels must count. */
export function brokenRule(rules: readonly NamedRule[], y: NDArrays, whole = false): BrokenRule | null {
  for (const { of, rule } of rules) {
    const target = targetOf(rule, y);
    const at = target === undefined ? -1 : firstWrong(rule, target);
    if (at !== -1) return { of, rule, target: target as NDArray, at };
  }
  const uncounted = whole ? rules.find(({ rule }) => isLeftOut(rule, targetOf(rule, y))) : undefined;
  return uncounted === undefined ? null : { ...uncounted, target: targetOf(uncounted.rule, y) as NDArray, at: null };
}

/** The array that `rule` is about. */
function targetOf(rule: TargetRule, y: NDArrays): NDArray | undefined {
  return isLeaf(y) ? y : y[rule.part ?? ''];
}

function isLeftOut(rule: TargetRule, target: NDArray | undefined): boolean {
  if (target === undefined || rule.kind !== 'classes' || rule.ignoreIndex === undefined) return false;
  return !target.data.some((label) => label !== rule.ignoreIndex);
}

/** What a network makes of a whole data set may be more than a tensor can hold, and what targets must be does not depend on their number. */
const FEW = 32;

export function ofFewRows({ dtype, shape: [rows = 1, ...sample] }: TensorType): TensorType {
  return { dtype, shape: [Math.min(rows, FEW), ...sample] };
}

/** What a network is trained for: enough to know what targets it takes. */
export type TargetJudges = Pick<Recipe, 'model' | 'loss'> & Partial<Pick<Recipe, 'metrics'>>;

/** What targets `y` must be beside samples of a type. */
export function sampleRules(judges: TargetJudges, sample: Tree<SampleType>, y: NDArrays): readonly NamedRule[] {
  hostArrays('y', y);
  const rows = leavesOf(y)[0]?.[1].shape[0] ?? 0;
  const batched = (type: SampleType): TensorType => {
    expectKind('sample', type, { shape: 'list' }, '{ shape: [1, 28, 28] }');
    return ofFewRows({ dtype: type.dtype ?? 'float32', shape: [rows, ...type.shape] });
  };
  const types: BatchTypes = { x: mapTree(sample, batched), y: mapTree(y, (array) => ofFewRows(typeOf(array))) };
  return rulesOf({ metrics: [], ...judges }, types, false).targets;
}

/** Whether `checkTargets` surely throws nothing. */
export function areTargets(judges: TargetJudges, sample: Tree<SampleType>, y: NDArrays): boolean {
  try {
    return brokenRule(sampleRules(judges, sample, y), y, true) === null;
  } catch {
    return false;
  }
}

/** Throws what a training step on a batch of these types would throw: what the network, the loss or a metric cannot take. */
export function expectTypes(recipe: Judges & Pick<Recipe, 'model'>, types: BatchTypes): void {
  rulesOf(recipe, types, true);
}

interface Rules {
  readonly targets: readonly NamedRule[];
  readonly network: NetworkNodes;
}

/** What a network, a loss and metrics ask of batches of these types. */
export function rulesOf(recipe: Judges & Pick<Recipe, 'model'>, types: BatchTypes, training: boolean): Rules {
  const { model } = recipe;
  const inputs = (of: 'x' | 'y'): Tensors =>
    mapTree(types[of], (t, name) => input(leafName(of, name), t.shape, t.dtype));
  const [x, y] = [inputs('x'), inputs('y')];
  const output = applyLayer(model, x, parameterInputs(model), { training });
  judge(recipe, output, y);
  return { targets: targetRules(recipe, typesOf(output), typesOf(y)), network: networkOf(output, x) };
}

/** A network as what looks at its inputs sees it. */
export function networkOf(output: Tensors, x: Tensors): NetworkNodes {
  return { outputs: leavesOf(output).map(([, node]) => node), inputs: leavesOf(x) };
}
