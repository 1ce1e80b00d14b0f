import { expectOptions } from '@descent/core';
import { inlineData } from '../inference/external-data.ts';
import { modelTensors } from '../inference/model-tensors.ts';
import { type TensorNumbers, tensorValues } from '../inference/tensor-values.ts';
import { elementName } from '../model/element-names.ts';
import type { ModelProto, TensorProto } from '../proto/onnx-pb.ts';
import { factsOf, type OnnxFacts } from './inspect-onnx.ts';
import { nodeChanges } from './node-changes.ts';
import { type GivenFiles, type ModelSource, readModel } from './source.ts';
import { type ValueFacts, valueText } from './value-facts.ts';

/** One thing that the two files have differently; null where one of them does not have it. */
export interface OnnxChange<T> {
  readonly name: string;
  readonly before: T | null;
  readonly after: T | null;
}

/** A weight of one name whose numbers, shape or type differ. */
export interface WeightChange extends OnnxChange<string> {
  /** The largest absolute difference; null where shapes differ or the type has no numbers that can be compared. */
  readonly maxDifference: number | null;
  /** `‖after − before‖ / ‖before‖`, Euclidean; null as above, and where `before` is all zeros. */
  readonly relativeDifference: number | null;
}

export interface OnnxDifferences {
  /** Whether nothing differs but the bytes. */
  readonly isSame: boolean;
  readonly bytes: { readonly before: number; readonly after: number };
  /** Versions, producer and description. */
  readonly header: readonly OnnxChange<string>[];
  readonly inputs: readonly OnnxChange<string>[];
  readonly outputs: readonly OnnxChange<string>[];
  /** How often, where that differs. */
  readonly ops: readonly OnnxChange<number>[];
  /** What computes a value of one name in another way: of other values, with other attributes. */
  readonly nodes: readonly OnnxChange<string>[];
  /** Those that changed most first; then those that only one file has. */
  readonly weights: readonly WeightChange[];
  /** How many weights have one name and the same numbers in both. */
  readonly sameWeights: number;
  readonly metadata: readonly OnnxChange<string>[];
}

export interface CompareOptions {
  /** Contents of files with weights of the first model, by name, where it is given as bytes. */
  readonly beforeData?: GivenFiles;
  readonly afterData?: GivenFiles;
}

/**
 * What differs between two ONNX files: versions, inputs and outputs, operators, nodes and weights by name and by how much, metadata. Weights in files beside them are
 * read. Nothing is run.
 * @throws BackendError naming the file when one is missing, damaged or no model.
 */
export async function compareOnnx(
  before: ModelSource,
  after: ModelSource,
  options: CompareOptions = {},
): Promise<OnnxDifferences> {
  expectOptions('compareOnnx', options, ['beforeData', 'afterData']);
  const a = await read(before, options.beforeData);
  const b = await read(after, options.afterData);
  const { weights, same } = weightChanges(a, b);
  const parts = {
    header: changes(headerOf(a.facts), headerOf(b.facts)),
    inputs: changes(portsOf(a.facts.inputs), portsOf(b.facts.inputs)),
    outputs: changes(portsOf(a.facts.outputs), portsOf(b.facts.outputs)),
    ops: changes(opsOf(a.facts), opsOf(b.facts)),
    nodes: nodeChanges(a.model, b.model),
    weights,
    metadata: changes(new Map(Object.entries(a.facts.metadata)), new Map(Object.entries(b.facts.metadata))),
  };
  return {
    isSame: Object.values(parts).every((part) => part.length === 0),
    bytes: { before: a.facts.bytes, after: b.facts.bytes },
    ...parts,
    sameWeights: same,
  };
}

interface Side {
  readonly path: string;
  readonly facts: OnnxFacts;
  readonly model: ModelProto;
}

async function read(source: ModelSource, given?: GivenFiles): Promise<Side> {
  const { model, bytes, path, files } = await readModel('compareOnnx', source, given);
  const facts = factsOf(model, bytes.length);
  await inlineData(model, path, files);
  return { path, facts, model };
}

function changes<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly OnnxChange<T>[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

function headerOf({ irVersion, opsets, producer, description }: OnnxFacts): ReadonlyMap<string, string> {
  return new Map([
    ['IR version', `${irVersion}`],
    ...Object.entries(opsets).map(([domain, version]) => [`opset ${domain}`, `${version}`] as const),
    ['producer', `${producer.name} ${producer.version}`.trim()],
    ['description', description],
  ]);
}

function portsOf(values: readonly ValueFacts[]): ReadonlyMap<string, string> {
  return new Map(values.map((value) => [value.name, valueText(value)]));
}

function opsOf({ ops }: OnnxFacts): ReadonlyMap<string, number> {
  return new Map(ops.map(({ op, count }) => [op, count]));
}

function weightChanges(a: Side, b: Side): { readonly weights: readonly WeightChange[]; readonly same: number } {
  const [before, after] = [stored(a), stored(b)];
  const changed: WeightChange[] = [];
  const missing: WeightChange[] = [];
  let same = 0;
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [x, y] = [before.get(name), after.get(name)];
    const text = {
      name,
      before: x === undefined ? null : tensorText(x),
      after: y === undefined ? null : tensorText(y),
    };
    if (x === undefined || y === undefined) {
      missing.push({ ...text, maxDifference: null, relativeDifference: null });
      continue;
    }
    const found = difference(x, y, a.path, b.path);
    if (text.before === text.after && found?.max === 0) same++;
    else changed.push({ ...text, maxDifference: found?.max ?? null, relativeDifference: found?.relative ?? null });
  }
  const size = ({ relativeDifference }: WeightChange): number => relativeDifference ?? Number.POSITIVE_INFINITY;
  return { weights: [...changed.sort((x, y) => size(y) - size(x)), ...missing], same };
}

/** By name; those in nodes, bodies of control flow and functions by their place. */
function stored({ model }: Side): ReadonlyMap<string, TensorProto> {
  const found = new Map<string, TensorProto>();
  for (const { tensor, place, main } of modelTensors(model)) {
    const name = main ? tensor.name : place;
    let at = name;
    for (let times = 2; found.has(at); times++) at = `${name} (${times})`;
    found.set(at, tensor);
  }
  return found;
}

function tensorText({ dataType, dims }: TensorProto): string {
  return `${elementName(dataType)}[${dims.join(', ')}]`;
}

/** `null` where the two cannot be compared number by number. */
function difference(
  x: TensorProto,
  y: TensorProto,
  xPath: string,
  yPath: string,
): { readonly max: number; readonly relative: number | null } | null {
  if (x.dims.join() !== y.dims.join()) return null;
  const [a, b] = [tensorValues(x, xPath), tensorValues(y, yPath)];
  if (a !== null && b !== null) return distance(a, b);
  return x.dataType === y.dataType && sameBytes(x, y) ? { max: 0, relative: 0 } : null;
}

function distance(a: TensorNumbers, b: TensorNumbers): { readonly max: number; readonly relative: number | null } {
  let [max, squares, size] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    size += x * x;
    if (Object.is(x, y) || x === y) continue;
    const d = Math.abs(x - y);
    // NaN stays, as nothing is larger, and is not taken for small.
    if (d > max || Number.isNaN(d)) max = d;
    squares += d * d;
  }
  return { max, relative: max === 0 ? 0 : size === 0 ? null : Math.sqrt(squares / size) };
}

function sameBytes({ rawData: a, stringData: s }: TensorProto, { rawData: b, stringData: t }: TensorProto): boolean {
  const equal = (p: Uint8Array, q: Uint8Array): boolean =>
    p.length === q.length && p.every((value, i) => value === q[i]);
  return equal(a, b) && s.length === t.length && s.every((text, i) => equal(text, t[i] as Uint8Array));
}
