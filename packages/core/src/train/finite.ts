import type { Arrays } from '../backend/contract.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { LARGEST_FLOAT32 } from '../ir/finite.ts';
import { graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { abs } from '../ops/elementwise/abs.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { lessEqual } from '../ops/elementwise/less-equal.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { where } from '../ops/elementwise/where.ts';
import { input } from '../ops/leaf/input.ts';
import { min } from '../ops/reduce/min.ts';
import { sum } from '../ops/reduce/sum.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { names } from './names.ts';
import type { StepProgram } from './step.ts';

type Nodes = Readonly<Record<string, Node>>;

/** Tensors of at most so many elements are looked at together. */
const SMALL = 256;
/** Rows of so many elements are added fastest: ONNX Runtime begins a row before it has ended the one before, and each row costs something. */
const COLUMNS = 512;
/** So many elements are added in one go, without blocks. */
const MOST_COLUMNS = 1024;
/** The sums of more rows than this take another pass. */
const MOST_ROWS = 4096;

/** More numbers than this are added on the device before they are read. */
const MOST_READ = 2048;

/** The check of a step, and which of its results lie in it, in this order, at its start. */
export interface Checked {
  readonly check: Node | null;
  readonly packed: readonly string[];
}

/**
 * The result `names.check`, a vector: sums of all `suspects`, one pass over them, of which one is not finite when anything in them is not. Large
 * numbers can make a sum overflow, too, so that the trainer looks at the numbers themselves before it refuses a step. Single numbers among
 * `results` come first in the same vector: each result that a step gives costs some microseconds, whatever its size.
 */
export function checked(suspects: readonly Node[], results: Nodes = {}): Checked {
  const parts = nonEmpty(suspects).filter(isFloat).map(sums);
  if (parts.length === 0) return { check: null, packed: [] };
  const single = Object.entries(results).filter(([, n]) => isFloat(n) && n.type.shape.length === 0);
  const all = concat(parts);
  const read = numel(all.type.shape) > MOST_READ ? reshape(sum(all), [1]) : all;
  return { check: concat([...single.map(([, n]) => reshape(n, [1])), read]), packed: single.map(([name]) => name) };
}

/** What `steps` steps gave, each result by itself. */
export function unpacked({ packed = [] }: Pick<StepProgram, 'packed'>, outputs: Arrays, steps: number): Arrays {
  if (packed.length === 0) return outputs;
  const { data } = outputs[names.check] as NDArray<'float32'>;
  const width = data.length / steps;
  const all: Record<string, NDArray> = { ...outputs };
  for (const [k, name] of packed.entries()) {
    const values = new Float32Array(steps);
    for (let i = 0; i < steps; i++) values[i] = data[i * width + k] as number;
    all[name] = { dtype: 'float32', shape: [steps], data: values };
  }
  return all;
}

const isFloat = ({ type }: Node): boolean => type.dtype === 'float32';

/**
 * Sums of `n` that are few, as a vector: each of no more elements than are added in one go, which lie side by side. Each node of a step costs
 * about a microsecond, so that small tensors are left as they are.
 */
function sums(n: Node): Node {
  const count = numel(n.type.shape);
  if (count <= SMALL) return reshape(n, [count]);
  const rows = rowsOf(count);
  return rows === null ? reshape(sum(n), [1]) : sum(reshape(n, [rows, count / rows]), { axes: [1] });
}

/** The number of rows into which `count` elements fit, of `COLUMNS` at most, or else of `MOST_COLUMNS`; `null` where that is too many. */
function rowsOf(count: number): number | null {
  return leastRows(count, COLUMNS) ?? leastRows(count, MOST_COLUMNS);
}

function leastRows(count: number, columns: number): number | null {
  for (let rows = Math.ceil(count / columns); rows <= MOST_ROWS; rows++) if (count % rows === 0) return rows;
  return null;
}

/**
 * `written` for a backend that cannot undo a run: a step in which one of `suspects` is not finite writes the old values, and so does every
 * step after it. Costs more, and finds exactly what is not finite. The result `names.check` is 1 for a good step, else 0.
 */
export function guarded(written: Nodes, results: Nodes, suspects: readonly Node[]): Nodes {
  const known = programInputs({ graph: graph({ ...results, ...written }) });
  const wasGood = input(names.good, []);
  const good = nonEmpty(suspects)
    .map((n) => min(cast(lessEqual(abs(n), LARGEST_FLOAT32), 'float32')))
    .reduce((a, b) => mul(a, b), wasGood);
  const isGood = greater(good, 0);
  const kept = Object.entries(written).map(([name, next]) => {
    const before = known.get(name) ?? input(name, next.type.shape, next.type.dtype);
    return [name, where(isGood, next, before)] as const;
  });
  return { ...Object.fromEntries(kept), [names.good]: good, [names.check]: good };
}

function nonEmpty(nodes: readonly Node[]): readonly Node[] {
  return nodes.filter((n) => numel(n.type.shape) > 0);
}

/** Whether the check of step `i` of `steps` says that all is well. */
export function isCheckPassed(
  check: NDArray | undefined,
  { isGuarded, packed = [] }: Pick<StepProgram, 'isGuarded' | 'packed'>,
  i = 0,
  steps = 1,
): boolean {
  if (check === undefined) return true;
  const { data } = check;
  if (isGuarded) return data[i] === 1;
  const width = data.length / steps;
  // No more than this for each number, since it runs in every step: 0 times what is not finite is NaN.
  let zero = 0;
  for (let k = i * width + packed.length; k < (i + 1) * width; k++) zero += 0 * (data[k] as number);
  return zero === 0;
}
