import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { mapTree, type NDArrays } from '../ir/tree.ts';
import { expectCount, notWhatWasWanted } from '../options.ts';
import { takeRows } from './arrays.ts';
import { type AnyBatch, chunks, fedBatch, samplesOf } from './batch.ts';
import { type Metrics, Totals } from './metrics.ts';
import type { BatchSpec } from './step.ts';

/** A data set on the device: batches are chosen by row numbers and never travel. */
export interface ResidentData<Name extends string = string> {
  readonly length: number;
  /** One step for each `batchSize` of `rows`, in order; the last may be smaller. Results a step. */
  train(rows: Uint32Array, batchSize: number): Promise<readonly Metrics<Name>[]>;
  /** Means over `rows` (all by default). */
  evaluate(batchSize: number, rows?: Uint32Array): Promise<Metrics<Name>>;
  /** Frees the copy on the device once nobody else uses it. Calls after it throw a `BackendError`. */
  dispose(): void;
}

/** What a resident data set asks of its trainer. */
export interface ResidentOwner {
  /** Makes `steps` updates in one run of the program for `batch`; `batchOf` gives one of them, should it not be finite. */
  readonly updates: (
    batch: BatchSpec,
    steps: number,
    samples: number,
    feeds: Arrays,
    batchOf: (step: number) => AnyBatch,
  ) => Promise<readonly Metrics[]>;
  /** Makes one update. */
  readonly update: (batch: BatchSpec, samples: number, feeds: Arrays, batchOf: () => AnyBatch) => Promise<Metrics>;
  readonly evaluate: (batch: BatchSpec, samples: number, feeds: Arrays) => Promise<Metrics>;
}

/** The data set that lies on the device as `name`. */
export function residentData(owner: ResidentOwner, name: string, data: AnyBatch): Omit<ResidentData, 'dispose'> {
  const { x, y } = fedBatch(data.x, data.y);
  const length = samplesOf(data);
  const spec = (batchSize: number): BatchSpec => ({ kind: 'resident', name, x, y, batchSize });
  return {
    length,
    async train(given, batchSize) {
      const rows = rowsOf(given, length);
      expectCount('train', 'batchSize', batchSize);
      const results: Metrics[] = [];
      for (const { start, steps, size } of chunks(rows.length, batchSize)) {
        const part = rows.subarray(start, start + steps * size);
        const batchOf = (i: number): AnyBatch => {
          const chosen = part.subarray(i * size, (i + 1) * size);
          const taken = (tree: NDArrays): NDArrays => mapTree(tree, (array) => takeRows(array, chosen));
          return { x: taken(data.x), y: taken(data.y) };
        };
        if (steps === 1) {
          results.push(await owner.update(spec(size), size, { rows: rowFeed([size], part) }, () => batchOf(0)));
        } else {
          const feeds = { rows: rowFeed([steps, size], part) };
          results.push(...(await owner.updates(spec(size), steps, size, feeds, batchOf)));
        }
      }
      return results;
    },
    async evaluate(batchSize, given = Uint32Array.from({ length }, (_, i) => i)) {
      const rows = rowsOf(given, length);
      expectCount('evaluate', 'batchSize', batchSize);
      const total = new Totals();
      for (const { start, steps, size } of chunks(rows.length, batchSize)) {
        for (let i = 0; i < steps; i++) {
          const part = rows.subarray(start + i * size, start + (i + 1) * size);
          total.add(await owner.evaluate(spec(size), size, { rows: rowFeed([size], part) }), size);
        }
      }
      return total.mean();
    },
  };
}

function rowFeed(shape: readonly number[], rows: Uint32Array): NDArray<'int32'> {
  return ndarray('int32', shape, Int32Array.from(rows));
}

/** Backends differ in what they do with a row that is not there, so none is ever asked. */
function rowsOf(given: unknown, length: number): Uint32Array {
  const isList = Array.isArray(given) || given instanceof Uint32Array || given instanceof Int32Array;
  if (!isList)
    throw notWhatWasWanted('rows', given, { what: 'a list of row numbers', example: 'Uint32Array.of(0, 1, 2)' });
  const bad = given.find((r: unknown) => !(Number.isInteger(r) && (r as number) >= 0 && (r as number) < length));
  if (bad === undefined && !(given as unknown[]).includes(undefined))
    return given instanceof Uint32Array ? given : Uint32Array.from(given as readonly number[]);
  throw new ValueError('the data set has no such row', {
    received: `row ${String(bad)}`,
    expected: `rows from 0 to ${length - 1}`,
  });
}
