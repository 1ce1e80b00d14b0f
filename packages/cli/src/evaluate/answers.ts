import { type NDArray, type NDArrays, NumericError, ShapeError } from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import { joined } from '../run/fixed-batches.ts';
import type { OpenModel } from '../run/open-model.ts';
import { rowsOf } from '../run/rows.ts';
import { createCounter } from '../ui/counter.ts';

const BATCH = 500;

/** What a network says of all samples `x`, `[n, …]`, asked batch by batch. Shows how far it is; Ctrl-C ends it. */
export async function answersOf(
  model: Pick<OpenModel, 'predict'>,
  x: NDArrays,
  { batchSize = BATCH, quiet = false }: { readonly batchSize?: number; readonly quiet?: boolean },
  io: Io,
): Promise<NDArray> {
  const count = leavesOf(x)[0]?.[1].shape[0] ?? 0;
  const counter = createCounter(io, { total: count, of: 'samples', quiet });
  const outputs: NDArray[] = [];
  try {
    for (let from = 0; from < count; from += batchSize) {
      if (io.signal.aborted) throw new InterruptedError(`the evaluation ended after ${from} of ${count} samples`);
      const to = Math.min(from + batchSize, count);
      const output = await model.predict(mapTree(x, (array) => rowsOf(array, from, to)));
      expectRows(output, from, to);
      outputs.push(output);
      counter.update(to);
      // What runs natively blocks the event loop, and with it Ctrl-C.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    counter.clear();
  }
  return joined(outputs);
}

function expectRows({ shape, data }: NDArray, from: number, to: number): void {
  if (shape[0] !== to - from) {
    throw new ShapeError('the network gives no answer for each sample', {
      received: `[${shape.join(', ')}] for ${to - from} samples`,
      expected: `[${to - from}, …]`,
    });
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new NumericError('an answer of the network is not a finite number', {
    received: `${data[bad]} for sample ${from + Math.floor((bad * (to - from)) / data.length)}`,
    fix: 'look at the data and at the training loss: these weights may not be usable',
  });
}
