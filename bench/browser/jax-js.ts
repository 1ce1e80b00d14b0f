// jax-js in a page: a step of gradient descent as one jitted function, in a loop, as in its example for MNIST.
import {
  blockUntilReady,
  defaultDevice,
  init,
  type Array as JaxArray,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import { type LayerSpec, parameterShapes } from '../lib/nets.ts';
import { batchCounter, batchOf } from '../train-step/engine.ts';
import { type OpenPageEngine, shuffledRows } from './page-engine.ts';

const CLASSES = 10;

export const openJaxJs: OpenPageEngine = async ({ kernel }, task) => {
  const available = await init(kernel);
  if (!available.includes(kernel)) throw new Error(`jax-js has no ${kernel} here, only ${available.join(', ')}`);
  defaultDevice(kernel);
  let parameters = parameterShapes(task.layers).map((shape, i) =>
    np.array(task.weights[i] as Float32Array<ArrayBuffer>).reshape([...shape]),
  );
  const lossOf = (all: JaxArray[], x: JaxArray, y: JaxArray): JaxArray =>
    nn
      .logSoftmax(forward(task.layers, all, x.mul(1 / 255)))
      .mul(nn.oneHot(y, CLASSES))
      .sum()
      .mul(-1 / task.batchSize);
  const update = jit((all: JaxArray[], x: JaxArray, y: JaxArray): [JaxArray, JaxArray[]] => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(all), x, y);
    return [loss, all.map((parameter, i) => parameter.sub((gradients[i] as JaxArray).mul(task.lr)))];
  });
  const stepOn = async (images: Uint8Array, labels: Int32Array): Promise<number> => {
    const x = np.array(Float32Array.from(images)).reshape([labels.length, 1, 28, 28]);
    const [loss, next] = update(parameters, x, np.array(Int32Array.from(labels), { dtype: np.int32 }));
    parameters = next;
    await blockUntilReady(parameters);
    return (await loss.data())[0] as number;
  };
  const nextBatch = batchCounter(task);
  const rowsOf = (rows: Uint32Array): readonly [Uint8Array, Int32Array] => {
    const images = new Uint8Array(rows.length * 784);
    for (const [i, row] of rows.entries()) images.set(task.data.images.subarray(row * 784, (row + 1) * 784), i * 784);
    return [images, Int32Array.from(rows, (row) => task.data.labels[row] as number)];
  };
  const epoch = async (number: number, end: number): Promise<void> => {
    const rows = shuffledRows(task, number);
    const { batchSize } = task;
    for (let at = 0; at < rows.length && performance.now() < end; at += batchSize) {
      await stepOn(...rowsOf(rows.subarray(at, at + batchSize)));
    }
  };
  return {
    step() {
      const { x, y } = batchOf(task, nextBatch());
      return stepOn(x.data as Uint8Array, y.data as Int32Array);
    },
    epoch: () => epoch(0, Number.POSITIVE_INFINITY),
    async train(ms) {
      const end = performance.now() + ms;
      for (let number = 1; performance.now() < end; number++) await epoch(number, end);
    },
  };
};

function forward(layers: readonly LayerSpec[], parameters: readonly JaxArray[], images: JaxArray): JaxArray {
  let x = images;
  let used = 0;
  const next = (): JaxArray => parameters[used++] as JaxArray;
  for (const spec of layers) {
    if (spec.kind === 'conv') {
      const { padding: p } = spec;
      x = lax
        .convGeneralDilated(
          x,
          next(),
          [1, 1],
          [
            [p, p],
            [p, p],
          ],
        )
        .add(next().reshape([spec.to, 1, 1]));
    } else if (spec.kind === 'linear') x = np.dot(x, next().transpose()).add(next());
    else if (spec.kind === 'relu') x = nn.relu(x);
    else if (spec.kind === 'pool') x = lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
    else x = x.reshape([x.shape[0] as number, -1]);
  }
  return x;
}
