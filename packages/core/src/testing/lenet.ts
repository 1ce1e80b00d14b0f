import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { relu } from '../layers/activation/relu.ts';
import { linear } from '../layers/basic/linear.ts';
import { rescale } from '../layers/basic/rescale.ts';
import { sequential } from '../layers/containers/sequential.ts';
import { conv2d } from '../layers/conv/conv2d.ts';
import { fans } from '../layers/init/initializers.ts';
import type { Layer } from '../layers/layer.ts';
import { maxPool2d } from '../layers/pool/max-pool2d.ts';
import { flatten } from '../layers/shape/flatten.ts';
import type { Parameters } from '../model/parameters.ts';
import type { Batch } from '../train/batch.ts';

/** Ten training steps whose every number both sides can compute, and what PyTorch got for them. */
export interface LenetRun {
  /** Takes bytes: scaling is part of the network, so that layer 0 of PyTorch's network is layer 1 here. */
  readonly model: Layer;
  readonly parameters: Parameters;
  readonly batches: readonly Batch[];
  /** Of plain `sgd`. */
  readonly lr: number;
  /** The loss of each step, before its update. */
  readonly losses: readonly number[];
  /** Sum and Euclidean norm of each parameter after the last step. */
  readonly totals: Readonly<Record<string, { readonly sum: number; readonly norm: number }>>;
}

/** The ten LeNet steps of `test/fixtures/generate.py`, which computes the same weights and images. */
export function lenetRun(): LenetRun {
  const model = sequential(
    rescale(1 / 255),
    ...[conv2d(1, 6, 5), relu(), maxPool2d(2), conv2d(6, 16, 5), relu(), maxPool2d(2), flatten()],
    ...[linear(256, 120), relu(), linear(120, 84), relu(), linear(84, 10)],
  );
  const weights = model.parameters.filter(({ shape }) => shape.length > 1);
  const parameters = Object.fromEntries(
    model.parameters.map(({ name, shape }, i) => {
      const { fanIn } = fans(weights[Math.floor(i / 2)]?.shape ?? shape);
      const scale = Math.sqrt(6 / fanIn);
      const words = lcg(1 + i, numel(shape));
      return [
        name,
        ndarray(
          'float32',
          shape,
          Float32Array.from(words, (s) => (s / 2 ** 31 - 1) * scale),
        ),
      ];
    }),
  );
  return { model, parameters, batches: Array.from({ length: 10 }, (_, b) => lenetBatch(b)), lr: 0.05, ...PYTORCH };
}

function lenetBatch(b: number): Batch {
  const labels = Int32Array.from(lcg(1000 + b, 32), (s) => (s >>> 24) % 10);
  const pixels = Uint8Array.from(lcg(2000 + b, 32 * 784), (s, i) => {
    const row = Math.floor((i % 784) / 28);
    return (s >>> 26) + (Math.floor(row / 3) === labels[Math.floor(i / 784)] ? 150 : 0);
  });
  const x: NDArray = ndarray('uint8', [32, 1, 28, 28], pixels);
  return { x, y: ndarray('int32', [32], labels) };
}

/** `s ← 1664525·s + 1013904223 mod 2³²`. */
function lcg(seed: number, count: number): Uint32Array {
  let s = seed;
  return Uint32Array.from({ length: count }, () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s;
  });
}

/** `test/fixtures/lenet.json`; a test keeps them equal. */
const PYTORCH: Pick<LenetRun, 'losses' | 'totals'> = {
  losses: [2.3456447, 2.0883746, 2.1505148, 2.0492702, 2.0232663, 2.0350344, 1.8294661, 1.9154762, 1.734843, 1.5797657],
  totals: {
    '1.weight': { sum: 1.33435087, norm: 3.53905602 },
    '1.bias': { sum: -0.50425607, norm: 0.624845906 },
    '4.weight': { sum: -6.88871763, norm: 5.66409219 },
    '4.bias': { sum: 0.0837880294, norm: 0.407060623 },
    '8.weight': { sum: 17.4370567, norm: 15.4642268 },
    '8.bias': { sum: -0.197236429, norm: 1.03613129 },
    '10.weight': { sum: 15.4655508, norm: 12.9626884 },
    '10.bias': { sum: -1.17060806, norm: 1.2637655 },
    '12.weight': { sum: 0.634228942, norm: 4.44638482 },
    '12.bias': { sum: -0.80994875, norm: 0.533783284 },
  },
};
