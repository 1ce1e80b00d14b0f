import { createRequire } from 'node:module';
import {
  conv2d,
  createTrainer,
  crossEntropy,
  flatten,
  linear,
  maxPool2d,
  ndarray,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { tensorFlowBackend } from '/work/main/packages/backend-tfjs/src/tf-graph/backend.ts';

const require = createRequire(import.meta.url);
const binding = require('/tmp/tfn/b/lib/napi-v8/tfjs_binding.node');
const B = 200;
const lenet = () =>
  sequential(
    rescale(1 / 255),
    conv2d(1, 6, 5),
    relu(),
    maxPool2d(2),
    conv2d(6, 16, 5),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(256, 120),
    relu(),
    linear(120, 84),
    relu(),
    linear(84, 10),
  );
const mlp = () => sequential(flatten(), rescale(1 / 255), linear(784, 256), relu(), linear(256, 10));
const x = ndarray(
  'uint8',
  [B, 1, 28, 28],
  Uint8Array.from({ length: B * 784 }, () => Math.random() * 256),
);
const y = ndarray(
  'int32',
  [B],
  Int32Array.from({ length: B }, () => Math.random() * 10),
);
const median = (a: number[]) => a.sort((p, q) => p - q)[a.length >> 1]!;
const report = (n: string, t: number[]) =>
  console.log(n.padEnd(30), 'median', median(t).toFixed(2), 'min', Math.min(...t).toFixed(2));
const which = process.argv.slice(2);
for (const [net, model] of [
  ['lenet', lenet],
  ['mlp', mlp],
] as const) {
  for (const [name, make] of [
    ['node host', () => tensorFlowBackend('tfjs:node', binding, 'host')],
    ['node device', () => tensorFlowBackend('tfjs:node', binding, 'device')],
  ] as const) {
    if (!which.includes(name.split(' ')[0]!)) continue;
    const trainer = await createTrainer({
      model: model(),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.01 }),
      backend: make(),
      seed: 1,
    });
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
      const t = performance.now();
      await trainer.step(x, y);
      if (i >= 15) times.push(performance.now() - t);
    }
    report(`${net} ${name}`, times);
  }
}

if (which.includes('stock')) {
  const req = createRequire(require.resolve('@tensorflow/tfjs-node/package.json'));
  const tf = req('@tensorflow/tfjs');
  req('./dist/register_all_kernels');
  const { NodeJSKernelBackend } = req('./dist/nodejs_kernel_backend');
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, 'x'), 3);
  await tf.setBackend('tensorflow');
  const v = (shape: number[]) => tf.variable(tf.mul(tf.randomNormal(shape), 0.05));
  const nets = {
    lenet: () => {
      const p = [
        v([5, 5, 1, 6]),
        v([6]),
        v([5, 5, 6, 16]),
        v([16]),
        v([256, 120]),
        v([120]),
        v([120, 84]),
        v([84]),
        v([84, 10]),
        v([10]),
      ];
      return (x: any) => {
        let h = tf.relu(tf.add(tf.conv2d(x, p[0], 1, 'valid'), p[1]));
        h = tf.maxPool(h, 2, 2, 'valid');
        h = tf.relu(tf.add(tf.conv2d(h, p[2], 1, 'valid'), p[3]));
        h = tf.maxPool(h, 2, 2, 'valid');
        h = tf.reshape(h, [B, 256]);
        h = tf.relu(tf.add(tf.matMul(h, p[4]), p[5]));
        h = tf.relu(tf.add(tf.matMul(h, p[6]), p[7]));
        return tf.add(tf.matMul(h, p[8]), p[9]);
      };
    },
    mlp: () => {
      const p = [v([784, 256]), v([256]), v([256, 10]), v([10])];
      return (x: any) => {
        let h = tf.reshape(x, [B, 784]);
        h = tf.relu(tf.add(tf.matMul(h, p[0]), p[1]));
        return tf.add(tf.matMul(h, p[2]), p[3]);
      };
    },
  };
  for (const [net, make] of Object.entries(nets)) {
    const f = make();
    const optimizer = tf.train.sgd(0.01);
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
      const t = performance.now();
      const loss = tf.tidy(() => {
        const images = tf.div(tf.cast(tf.tensor4d(x.data, [B, 28, 28, 1], 'int32'), 'float32'), 255);
        const labels = tf.oneHot(tf.tensor1d(y.data, 'int32'), 10);
        return optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, f(images)), true);
      });
      await loss.data();
      loss.dispose();
      if (i >= 15) times.push(performance.now() - t);
    }
    report(`${net} stock`, times);
  }
}
