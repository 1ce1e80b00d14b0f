import { BackendError, DescentError, formatShape, type LayerContext, type Node, prefixPath } from '@descent/core';
import { constant } from '@descent/core/ops';
import { constantArray } from './constant-array.ts';
import { folded } from './fold.ts';
import { type ImportedGraph, type ImportedNode, nodeTitle } from './graph.ts';
import type { BatchNormMode } from './import-onnx.ts';
import { isKnown, type Known, numbersOf, type Value } from './known.ts';
import { operatorName, type Rule, type RuleContext } from './rule.ts';
import { RULES } from './rules/index.ts';

/** Values by name, those of the graph and those around it. */
export interface Scope {
  get(name: string): Value | undefined;
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
}

/** The outputs of `node`. Throws a `DescentError` that names it, whatever goes wrong: files can be anything. */
export function applyNode(node: ImportedNode, scope: Scope, around: Surroundings): readonly (Value | undefined)[] {
  const title = nodeTitle(node);
  if (around.budget.left-- <= 0) throw tooLarge(title);
  try {
    const inputs = node.inputs.map((name) => (name === undefined ? undefined : lookUp(name, scope)));
    const rule = RULES[operatorName(node)] as Rule;
    const run = (given: readonly (Value | undefined)[]): readonly (Value | undefined)[] => {
      const result = rule(node, contextOf(node, given, scope, around));
      return Array.isArray(result) ? result : [result as Value];
    };
    const isAllKnown = inputs.length > 0 && inputs.every((x) => x === undefined || isKnown(x));
    return isAllKnown ? folded(inputs as readonly (Known | undefined)[], run, title) : run(inputs);
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
export const MOST_NODES = 2e5;

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
  values: Map<string, Value>,
  scope: Scope,
  around: Surroundings,
): void {
  for (const node of nodes) keepOutputs(node, applyNode(node, scope, around), values);
}

export function keepOutputs(
  node: ImportedNode,
  outputs: readonly (Value | undefined)[],
  values: Map<string, Value>,
): void {
  node.outputs.forEach((name, i) => {
    const value = outputs[i];
    if (name !== undefined && value !== undefined) values.set(name, value);
  });
}

export function lookUp(name: string, scope: Scope): Value {
  const value = scope.get(name);
  if (value !== undefined) return value;
  throw new BackendError('the model uses a value that nothing has made', {
    received: `'${name}'`,
    expected: 'an input, an initializer or the output of an operator in front',
    fix: 'export the model again; the ONNX checker says more',
  });
}

/** `value` as a tensor of the graph. */
export function lifted(value: Value, around: Surroundings, path: string): Node {
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
  const lift = (value: Value): Node => lifted(value, around, title);
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
    run: (body, given) => runBody(body, given, scope, around),
    unsupported: (received, expected, fix) =>
      new BackendError('the operator cannot be imported as it is used here', { received, expected, fix }),
  };
}

/** The outputs of a body of a control flow operator, which sees the values around it. */
function runBody(body: ImportedGraph, inputs: readonly Value[], outer: Scope, around: Surroundings): readonly Value[] {
  const values = new Map<string, Value>(body.initializers);
  body.inputs.forEach((name, i) => {
    const given = inputs[i];
    if (given !== undefined) values.set(name, given);
  });
  const scope: Scope = { get: (name) => values.get(name) ?? outer.get(name) };
  applyNodes(body.nodes, values, scope, around);
  return body.outputs.map((name) => lookUp(name, scope));
}
