// Chains of operations that nobody chose, exported for any batch and any time: the file computes what the reference interpreter computes for the
// graph of each size, or the export is refused.
import { createPredictor, type Layer, layer, type NDArray, type Node, ndarray, ShapeError, zeros } from '@descent/core';
import {
  add,
  argMax,
  broadcastTo,
  cast,
  concat,
  constant,
  flip,
  gather,
  iota,
  matmul,
  mean,
  mul,
  oneHot,
  pad,
  reshape,
  slice,
  softmax,
  sum,
  transpose,
} from '@descent/core/ops';
import { fold, key, randint } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { expect, test } from 'vitest';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';

const batchOf = (x: Node): number => x.type.shape[0] as number;
const timeOf = (x: Node): number => x.type.shape[1] as number;
const widthOf = (x: Node): number => x.type.shape[2] as number;

/** `[batch, time, 1]`: 3, 5, 7, … in the first row, and behind it in the next. */
function places(batch: number, time: number): NDArray {
  return ndarray(
    'float32',
    [batch, time, 1],
    Float32Array.from({ length: batch * time }, (_, i) => 3 + 2 * i),
  );
}

/** Each takes and gives `[batch, time, width]`; time and width may change. */
const STEPS: Readonly<Record<string, (x: Node) => Node>> = {
  twice: (x) => concat([x, x], 1),
  'one more': (x) => concat([x, slice(x, { axis: 1, end: 1 })], 1),
  'last first': (x) => concat([slice(x, { axis: 1, start: timeOf(x) - 1 }), x], 1),
  rows: (x) => reshape(mul(reshape(x, [batchOf(x) * timeOf(x), widthOf(x)]), 2), x.type.shape),
  attention: (x) => matmul(softmax(matmul(x, x, { transposeB: true })), x),
  flip: (x) => flip(x, [1]),
  half: (x) => slice(x, { axis: 1, step: 2 }),
  positions: (x) => add(x, reshape(iota(timeOf(x), 'float32'), [timeOf(x), 1])),
  zeros: (x) => concat([x, constant(zeros([batchOf(x), timeOf(x), 1]))], 2),
  'times time': (x) => mul(x, timeOf(x)),
  center: (x) => add(x, mul(mean(x, { axes: [1, 2], keepDims: true }), -1)),
  pad: (x) => pad(x, [0, 1, 0], [0, 2, 1]),
  merge: (x) => reshape(x, [batchOf(x), 1, timeOf(x) * widthOf(x)]),
  spread: (x) => broadcastTo(mean(x, { axes: [1], keepDims: true }), x.type.shape),
  heads(x) {
    const [batch, time, width] = [batchOf(x), timeOf(x), widthOf(x)];
    if (width % 2 === 1) return x;
    return reshape(transpose(reshape(x, [batch, time, 2, width / 2]), [0, 2, 1, 3]), [batch, 2 * time, width / 2]);
  },
  trim: (x) => slice(concat([x, x, x], 1), { axis: 1, start: 1, end: 2 * timeOf(x) + 1 }),
  'one-hot': (x) => concat([x, oneHot(argMax(x), widthOf(x))], 1),
  gather: (x) => gather(x, iota(timeOf(x)), 1),
  // A constant that is computed on the host, such as the places of tokens in all texts of a batch.
  places: (x) => add(x, constant(places(batchOf(x), timeOf(x)))),
  // Places of tokens by text and by token, and a causal mask.
  pairs(x) {
    const [batch, time] = [batchOf(x), timeOf(x)];
    const data = Float32Array.from({ length: batch * time * 2 }, (_, i) => {
      const place = Math.floor(i / 2);
      return i % 2 === 0 ? 5 * Math.floor(place / time) : 7 + (place % time);
    });
    return add(x, sum(constant(ndarray('float32', [batch, time, 2], data)), { axes: [2], keepDims: true }));
  },
  causal(x) {
    const time = timeOf(x);
    const data = Uint8Array.from({ length: time * time }, (_, i) => (i % time <= Math.floor(i / time) + 1 ? 0 : 1));
    return matmul(cast(constant(ndarray('bool', [1, time, time], data)), 'float32'), x);
  },
  batch: (x) => add(x, mul(sum(x, { axes: [0], keepDims: true }), 0.1)),
};

const SIZES = [
  [1, 1],
  [2, 1],
  [1, 2],
  [3, 3],
  [2, 16],
  [1, 67],
] as const;

test('chains of operations at sizes that nobody had told', async () => {
  const names = Object.keys(STEPS);
  const backend = referenceBackend();
  let exported = 0;
  for (let chain = 0; chain < 90; chain++) {
    const drawn = new Int32Array(5);
    randint(fold(key(chain), 'chain'), drawn, 0, names.length);
    const chosen = [...drawn.subarray(0, 1 + (chain % 5))].map((i) => names[i] as string);
    const model: Layer = layer('chain', {}, (x: Node) =>
      chosen.reduce((value, name) => mul((STEPS[name] as (x: Node) => Node)(value), 0.3), x),
    );
    const options = { parameters: {}, sample: { shape: ['time', 4] } };
    const made = await exportOnnx(model, { ...options, verify: false }).catch((error: unknown) => {
      expect(error, chosen.join()).toBeInstanceOf(ShapeError);
      return null;
    });
    if (made === null) continue;
    exported++;
    const file = await loadOnnx(made.bytes, { threads: 1 });
    const predictor = await createPredictor({ model, ...options, backend });
    for (const [batch, time] of SIZES) {
      const x = values([batch, time, 4], chain + time);
      // A size that the network does not take is none that the file takes.
      const [wanted, actual] = (await Promise.all(
        [predictor, file].map((asked) => asked.predict(x).catch(() => null)),
      )) as [NDArray | null, NDArray | null];
      const what = `${chosen.join()} at ${batch} × ${time}`;
      expect(actual?.shape, what).toEqual(wanted?.shape);
      if (wanted === null || actual === null) continue;
      const scale = Math.max(1, ...Array.from(wanted.data, Math.abs));
      expect(largestDifference(actual, wanted) / scale, what).toBeLessThan(1e-4);
    }
    file.dispose();
    predictor.dispose();
  }
  expect(exported).toBeGreaterThan(80);
});
