import { NETS, type NetName } from '../lib/nets.ts';

/** What numbers are computed by. */
export type Kernel = 'wasm' | 'webgl' | 'webgpu' | 'cpu';

/** An engine as pages open it: plain data. */
export interface BrowserEngine {
  readonly name: string;
  readonly about: string;
  /** Who trains: Descent on one of its backends, another library, or ONNX Runtime with nothing around it. */
  readonly by: 'onnx' | 'tfjs' | 'stock-tfjs' | 'jax-js' | 'bare';
  readonly kernel: Kernel;
  /** Threads of WebAssembly; left out: what the library takes by default, which is one for each core. */
  readonly threads?: number;
  /** Whether it runs in a worker of the page. */
  readonly isInWorker: boolean;
}

const KERNELS = ['wasm', 'webgl', 'webgpu', 'cpu'] as const;

const own = (by: 'onnx' | 'tfjs', kernel: Kernel, threads?: number): readonly BrowserEngine[] =>
  [false, true].map((isInWorker) => ({
    name: [`${by}:${kernel}`, ...(threads === undefined ? [] : [threads]), ...(isInWorker ? ['worker'] : [])].join('-'),
    about: [
      `Descent on ${by}:${kernel}`,
      ...(threads === undefined ? [] : [`${threads} thread${threads === 1 ? '' : 's'}`]),
      isInWorker ? 'in a worker' : 'in the page',
    ].join(', '),
    by,
    kernel,
    isInWorker,
    ...(threads !== undefined && { threads }),
  }));

const bare = (threads: number): BrowserEngine => ({
  name: `bare:wasm-${threads}`,
  about: `onnxruntime-web alone on the model and the feeds of onnx:wasm-${threads}`,
  by: 'bare',
  kernel: 'wasm',
  threads,
  isInWorker: false,
});

const stock = (kernel: Kernel, threads?: number): BrowserEngine => ({
  name: [`stock-tfjs:${kernel}`, ...(threads === undefined ? [] : [threads])].join('-'),
  about: `TensorFlow.js as it comes, layers model, ${kernel}${threads === undefined ? '' : `, ${threads} thread`}`,
  by: 'stock-tfjs',
  kernel,
  isInWorker: false,
  ...(threads !== undefined && { threads }),
});

/** In the order of the table; losses are compared with those of the first. */
export const BROWSER_ENGINES: readonly BrowserEngine[] = [
  ...own('onnx', 'wasm', 1),
  ...own('onnx', 'wasm', 2),
  bare(1),
  bare(2),
  ...own('onnx', 'webgpu'),
  ...KERNELS.flatMap((kernel) => own('tfjs', kernel)),
  stock('wasm', 1),
  ...KERNELS.map((kernel) => stock(kernel)),
  ...(['wasm', 'webgpu'] as const).map((kernel) => ({
    name: `jax-js:${kernel}`,
    about: `jax-js, a jitted step, ${kernel}`,
    by: 'jax-js' as const,
    kernel,
    isInWorker: false,
  })),
];

/** Whether it needs a graphics device, for which the processor may stand in. */
export function isGraphics({ kernel }: BrowserEngine): boolean {
  return kernel === 'webgl' || kernel === 'webgpu';
}

/** Plain JavaScript would take minutes for a batch of a convolutional network: one step of so many images is measured, and scaled. */
const REDUCED: Partial<Readonly<Record<NetName, number>>> = { lenet: 5, cnn: 1 };

export function batchSizeOf({ kernel }: Pick<BrowserEngine, 'kernel'>, net: NetName): number {
  return (kernel === 'cpu' ? REDUCED[net] : undefined) ?? NETS[net].batchSize;
}
