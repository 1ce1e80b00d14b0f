import { BackendError, DescentError, formatShape, type LayerContext, type Node, prefixPath } from '@descent/core';
import { constant } from '@descent/core/ops';
import { constantArray } from './constant-array.ts';
import { folded } from './fold.ts';
import { bodiesOf, capturedNames, type ImportedGraph, type ImportedNode, nodeTitle } from './graph.ts';
import type { BatchNormMode } from './import-onnx.ts';
import { asIntegers } from './integers.ts';
import { isKnown, type Known, numbersOf, type Value } from './known.ts';
import { countedOutput } from './loops/counting.ts';
import { isStepwise, type Local } from './loops/stepwise.ts';
import { bothOf } from './refused.ts';
import { type Inside, operatorName, type Rule, type RuleContext } from './rule.ts';
import { RULES } from './rules/index.ts';

/** Values by name, those of the graph and those around it. */
export interface Scope {
  get(name: string): Local | undefined;
}

/** What nodes use of the layer that they stand in. */
export interface Surroundings extends Pick<LayerContext, 'training' | 'random'> {
  /** Whose statistics batch normalizations take in training. */
  readonly batchNorm: BatchNormMode;
  assign(name: string, value: Node): void;
  /** Constants of the graph that have been made, so that each is there once. */
  readonly constants: Map<Known, Node>;
  /** How many operators may still be applied: loops inside loops are written out. */
  readonly budget: { left: number };
  /** How many loops of the graph stand around. */
  readonly depth: number;
  /** Holds where the file computes the nodes; undefined where it always does. */
  readonly guard: Node | undefined;
}

/** The outputs of `node`. Throws a `DescentError` that names it, whatever goes wrong: files can be anything. */
export function applyNode(node: ImportedNode, scope: Scope, around: Surroundings): readonly (Local | undefined)[] {
  const title = nodeTitle(node);
  if (around.budget.left-- <= 0) throw tooLarge(title);
  try {
    const given = node.inputs.map((name) => (name === undefined ? undefined : lookUp(name, scope)));
    const lift = (x: Local | undefined): Value | undefined => (isStepwise(x) ? x.node() : x);
    const rule = RULES[operatorName(node)] as Rule;
    const run = (inputs: readonly (Value | undefined)[]): readonly (Local | undefined)[] => {
      const result = rule(node, contextOf(node, inputs, scope, around));
      const given = inputs.filter((x): x is Node => x !== undefined && !isKnown(x));
      const whole = (x: Local | undefined, i: number): Local | undefined =>
        x === undefined || isStepwise(x) || isKnown(x)
          ? x
          : asIntegers(node.opType, x, given, node.types?.outputs[i], around.guard);
      return (Array.isArray(result) ? (result as readonly (Local | undefined)[]) : [result as Local]).map(whole);
    };
    if (given.some(isStepwise)) {
      const counted = countedOutput(node, given, () => lifted(run(given.map(lift))[0] as Local, around, title));
      if (counted !== undefined) return [counted];
    }
    const inputs = given.map(lift);
    const isAllKnown =
      inputs.length > 0 && bodiesOf(node).length === 0 && inputs.every((x) => x === undefined || isKnown(x));
    return isAllKnown
      ? folded(inputs as readonly (Known | undefined)[], run as never, title, node.types?.outputs)
      : run(inputs);
  } catch (error) {
    if (error instanceof DescentError) throw prefixPath(error, title);
    throw new BackendError('an operator of the model could not be understood', {
      path: title,
      received: error instanceof Error ? error.message : String(error),
      fix: 'the file is damaged, or this is a mistake of Descent: please report it with the file',
      cause: error,
    });
  }
}

/** Real networks stay far below. */
export const MOST_NODES = 5e4;

function tooLarge(path: string): BackendError {
  return new BackendError('the network is too large once its loops are written out', {
    path,
    received: `more than ${MOST_NODES} operators`,
    expected: 'fewer',
    fix: 'do not use this file unless you know where it comes from; export the model without nested loops',
  });
}

/** Runs `nodes` one after the other, keeping what they give in `values`. */
export function applyNodes(
  nodes: readonly ImportedNode[],
  values: Map<string, Local>,
  scope: Scope,
  around: Surroundings,
): void {
  for (const node of nodes) keepOutputs(node, applyNode(node, scope, around), values);
}

export function keepOutputs(
  node: ImportedNode,
  outputs: readonly (Local | undefined)[],
  values: Map<string, Local>,
): void {
  node.outputs.forEach((name, i) => {
    const value = outputs[i];
    if (name !== undefined && value !== undefined) values.set(name, value);
  });
}

export function lookUp(name: string, scope: Scope): Local {
  const value = scope.get(name);
  if (value !== undefined) return value;
  throw new BackendError('the model uses a value that nothing has made', {
    received: `'${name}'`,
    expected: 'an input, an initializer or the output of an operator in front',
    fix: 'export the model again; the ONNX checker says more',
  });
}

/** `value` as a tensor of the graph. */
export function lifted(value: Local, around: Surroundings, path: string): Node {
  if (isStepwise(value)) return value.node();
  if (!isKnown(value)) return value;
  const made = around.constants.get(value) ?? constant(constantArray(value, path));
  around.constants.set(value, made);
  return made;
}

function contextOf(
  node: ImportedNode,
  inputs: readonly (Value | undefined)[],
  scope: Scope,
  around: Surroundings,
): RuleContext {
  const title = nodeTitle(node);
  const lift = (value: Local): Node => lifted(value, around, title);
  const value = (input: number): Value => {
    const given = inputs[input];
    if (given !== undefined) return given;
    throw new BackendError('the operator lacks an input', {
      received: `${inputs.length} inputs: ${node.inputs.map((name) => name ?? '(none)').join(', ')}`,
      expected: `one at position ${input}`,
      fix: 'export the model again; the ONNX checker says more',
    });
  };
  const numbers = (input: number, fallback?: readonly number[]): readonly number[] => {
    if (inputs[input] === undefined && fallback !== undefined) return fallback;
    const given = value(input);
    if (isKnown(given)) return numbersOf(given, title);
    throw new BackendError('an operator needs numbers that are known when the network is built', {
      received: `'${node.inputs[input]}', ${formatShape(given.type.shape)}, which depends on what is fed`,
      expected: 'a constant of the file, or what follows from shapes',
      fix: `if it is an input of the model, fix it: importOnnx(file, { fixed: { '${node.inputs[input]}': tensor(…) } })`,
    });
  };
  return {
    training: around.training,
    usesBatch: around.training && around.batchNorm === 'batch',
    random: around.random,
    count: inputs.length,
    has: (input) => inputs[input] !== undefined,
    value,
    node: (input) => lift(value(input)),
    optional(input) {
      const given = inputs[input];
      return given === undefined ? undefined : lift(given);
    },
    nodes: () => inputs.map((_, i) => lift(value(i))),
    known(input) {
      const given = value(input);
      return isKnown(given) ? given : undefined;
    },
    numbers,
    number(input, fallback) {
      const [first] = numbers(input, fallback === undefined ? undefined : [fallback]);
      if (first !== undefined) return first;
      throw new BackendError('the operator needs a number', { received: `none in '${node.inputs[input]}'` });
    },
    lift,
    assign(input, assigned) {
      const name = node.inputs[input];
      if (name !== undefined) around.assign(name, assigned);
    },
    run: (body, given, inside = {}) => runBody(body, given, inside, scope, around),
    depth: around.depth,
    guard: around.guard,
    typeOf: (input) => node.types?.inputs[input],
    get isKnownThroughout() {
      const isNumber = (x: Local | undefined): boolean => x === undefined || (!isStepwise(x) && isKnown(x));
      return inputs.every(isNumber) && [...capturedNames(node)].every((name) => isNumber(scope.get(name)));
    },
    unsupported: (received, expected, fix) =>
      new BackendError('the operator cannot be imported as it is used here', { received, expected, fix }),
  };
}

/** The outputs of a body of a control flow operator, which sees the values around it. */
function runBody(
  body: ImportedGraph,
  inputs: readonly (Local | undefined)[],
  { frame, see, guard, keepsState }: Inside,
  outer: Scope,
  around: Surroundings,
): readonly Local[] {
  const values = new Map<string, Local>(body.initializers);
  body.inputs.forEach((name, i) => {
    const given = inputs[i];
    if (given !== undefined) values.set(name, given);
  });
  const fromOutside = (name: string): Local | undefined => {
    const value = outer.get(name);
    if (see === undefined || value === undefined || isStepwise(value) || isKnown(value)) return value;
    return see(value);
  };
  const scope: Scope = { get: (name) => values.get(name) ?? fromOutside(name) };
  const inside: Surroundings = {
    ...around,
    guard: guard === undefined ? around.guard : bothOf(around.guard, guard),
    ...(frame !== undefined && { depth: frame.depth, random: frame.random }),
    ...(keepsState !== undefined && { assign: () => refuseState(keepsState) }),
  };
  applyNodes(body.nodes, values, scope, inside);
  return body.outputs.map((name) => lookUp(name, scope));
}

function refuseState(where: string): never {
  throw new BackendError('running statistics cannot be moved there', {
    received: `a batch normalization that takes the statistics of each batch, ${where}`,
    expected: 'one outside of loops and branches',
    fix: "let it take the running statistics, which stay: importOnnx(file, { batchNorm: 'running' })",
  });
}
