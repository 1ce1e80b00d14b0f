import { describeValue, ValueError } from '@descent/core';
import { isByFormula } from './by-formula.ts';
import type { ImportedGraph, ImportedNode, TensorKind } from './graph.ts';
import type { Known } from './known.ts';
import { operatorName } from './rule.ts';
import { WEIGHTED } from './rules/inputs.ts';

/** Which float tensors of a file are trained, by their names: those that the pattern fits, or exactly these. */
export type Trainable = RegExp | readonly string[];

/** What is done to pictures and tables in front of a network: none of it has weights. */
const PREPARING: ReadonlySet<string> = new Set([
  ...['Add', 'Cast', 'CastLike', 'Clip', 'Concat', 'Div', 'Flatten', 'Identity', 'Mul', 'Pad', 'Reshape', 'Resize'],
  ...['Slice', 'Squeeze', 'Sub', 'Transpose', 'Unsqueeze', 'Upsample'],
]);
/** Give a tensor of the file another form, as exporters do with a vector for each channel. */
const RESHAPING: ReadonlySet<string> = new Set([
  ...['Cast', 'CastLike', 'Expand', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze'],
]);
const SCALING: ReadonlySet<string> = new Set(['Add', 'Div', 'Mul', 'Sub']);

/**
 * Names of initializers that only bring an input into the range that the network was trained with, such as mean and standard deviation of each channel:
 * vectors that are added to an input or multiplied with it in front of the first operator with weights, in a network that has such.
 */
export function inputScales(graph: ImportedGraph): ReadonlySet<string> {
  const { initializers, nodes } = graph;
  const preparing = preparingNodes(graph);
  const sources = sourcesIn(graph);
  const found = new Set<string>();
  const others = new Set<string>();
  for (const node of nodes) {
    // What is only reshaped is used where its result is.
    if (node.outputs.some((name) => name !== undefined && sources.has(name))) continue;
    const scales = preparing.has(node) && SCALING.has(operatorName(node));
    for (const name of node.inputs) {
      const source = name === undefined ? undefined : sources.get(name);
      if (source !== undefined) (scales ? found : others).add(source);
    }
  }
  for (const name of graph.outputs) others.add(sources.get(name) ?? name);
  const isVector = (name: string): boolean =>
    (initializers.get(name)?.shape ?? []).filter((size) => size !== 1).length <= 1;
  return new Set([...found].filter((name) => !others.has(name) && isVector(name)));
}

/** The tensors of the file by their names, and by those of values that are them in another form. */
function sourcesIn({ initializers, nodes }: ImportedGraph): ReadonlyMap<string, string> {
  const sources = new Map([...initializers.keys()].map((name) => [name, name]));
  for (const node of nodes) {
    const [first, ...others] = node.inputs;
    const source = first === undefined ? undefined : sources.get(first);
    const [output] = node.outputs;
    if (source === undefined || output === undefined || !RESHAPING.has(operatorName(node))) continue;
    if (others.every((name) => name === undefined || sources.has(name))) sources.set(output, source);
  }
  return sources;
}

/** The operators that scale an input or give it another form in front of the first operator with weights; none in a network without such. */
export function preparingNodes(graph: ImportedGraph): ReadonlySet<ImportedNode> {
  const { inputs, initializers, nodes } = graph;
  if (!nodes.some((node) => WEIGHTED.has(operatorName(node)))) return new Set();
  const raw = new Set(inputs.filter((name) => !initializers.has(name)));
  const sources = sourcesIn(graph);
  const found = new Set<ImportedNode>();
  for (const node of nodes) {
    const computed = node.inputs.filter((name) => name !== undefined && !sources.has(name));
    if (computed.length === 0 || !computed.every((name) => raw.has(name as string))) continue;
    if (!PREPARING.has(operatorName(node))) continue;
    found.add(node);
    for (const name of node.outputs) if (name !== undefined) raw.add(name);
  }
  return found;
}

/** Whether a tensor is a mask for what a softmax shall not see, and no weight: infinite, or as good as that. */
export function isMask(data: Float32Array): boolean {
  return data.some((v) => !(Math.abs(v) < 1e9));
}

/** Two numbers, one of which is 0, in a matrix or more: what lets some through. */
function isPattern({ shape, data }: Known): boolean {
  if (shape.filter((size) => size !== 1).length < 2) return false;
  let other = 0;
  let hasZero = false;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v === 0) hasZero = true;
    else if (other !== 0 && v !== other) return false;
    else other = v;
  }
  return hasZero && other !== 0;
}

/** Why training leaves a float tensor of a file as it is, unless it is asked for. */
export type KeptBecause =
  /** Running statistics of a batch normalization. */
  | 'statistics'
  /** The exporter says that it was a buffer or a constant of the module. */
  | 'buffer'
  /** It brings an input into its range, such as the mean of each channel. */
  | 'input scale'
  /** A formula gives it, such as a table of sines, or frequencies. */
  | 'formula'
  /** A mask. */
  | 'mask'
  /** A single number, which may be a constant as well as a learned scale. */
  | 'single number'
  /** A `Constant` of a file that has its weights among its initializers, where no operator with weights uses it. */
  | 'constant'
  /** `trainable` does not name it. */
  | 'not chosen';

export interface KindOfTensor {
  readonly value: Known;
  readonly kind: TensorKind | undefined;
  readonly isState: boolean;
  readonly isScale: boolean;
  /** Whether an operator with weights takes it for its weights, and whether one looks up its rows. */
  readonly isWeight: boolean;
  readonly isLookedUp: boolean;
}

/** Why a tensor is no weight as far as the file tells; undefined of one that training changes. */
export function keptBecause(tensor: KindOfTensor): KeptBecause | undefined {
  const { value, kind, isState, isScale, isWeight, isLookedUp } = tensor;
  if (isState) return 'statistics';
  if (kind === 'buffer') return 'buffer';
  if ((!isWeight || isLookedUp) && isByFormula(value)) return 'formula';
  if (kind === 'parameter') return undefined;
  if (isScale) return 'input scale';
  return !isWeight && isPattern(value) ? 'mask' : undefined;
}

/** Throws a `ValueError` for what is neither a pattern nor a list of names. */
export function expectTrainable(value: unknown): asserts value is Trainable | undefined {
  const isNames = Array.isArray(value) && value.every((name) => typeof name === 'string');
  if (value === undefined || value instanceof RegExp || isNames) return;
  throw new ValueError('importOnnx was given an invalid trainable', {
    path: 'trainable',
    received: describeValue(value),
    expected: "a pattern for names of parameters, or a list of them, such as /^fc\\./ or ['fc.weight']",
  });
}

/** What `trainable` says of each of `names`. Throws a `ValueError` where it fits none, and for a name that is not among them. */
export function chosen(trainable: Trainable, names: readonly string[]): ReadonlySet<string> {
  const isPattern = trainable instanceof RegExp;
  // A global pattern goes on from where it matched last.
  const pattern = isPattern ? new RegExp(trainable.source, trainable.flags.replace(/[gy]/g, '')) : null;
  const found = new Set(names.filter((name) => pattern?.test(name) ?? (trainable as readonly string[]).includes(name)));
  const odd = isPattern ? undefined : trainable.find((name) => !found.has(name));
  if (odd === undefined && (found.size > 0 || !isPattern)) return found;
  throw new ValueError('trainable names no float tensor of the file that training could change', {
    path: 'trainable',
    received: odd ?? String(trainable),
    expected: names.length === 0 ? 'nothing: the file has none' : `one or more of ${names.join(', ')}`,
  });
}
