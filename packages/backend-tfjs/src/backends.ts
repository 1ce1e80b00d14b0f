import type { BackendDescription } from '@descent/core/backend';
import { type TfjsOptions, tfjs } from './tfjs.ts';

type Description = Omit<BackendDescription, 'name' | 'open'>;

const engine = (name: string): readonly string[] => [
  '@descent/backend-tfjs',
  '@tensorflow/tfjs-core',
  `@tensorflow/tfjs-backend-${name}`,
];

/** What each engine is; the compiler asks for one that is new. */
const DESCRIPTIONS: Readonly<Record<TfjsOptions['engine'], Description>> = {
  node: {
    summary: 'TensorFlow on the processor, through tfjs-node',
    packages: { node: ['@descent/backend-tfjs', '@tensorflow/tfjs-node'] },
    isLastResort: false,
    note: 'the whole step as one TensorFlow graph',
  },
  'node-gpu': {
    summary: 'TensorFlow on an NVIDIA GPU, through tfjs-node',
    packages: { node: ['@descent/backend-tfjs', '@tensorflow/tfjs-node-gpu'] },
    isLastResort: false,
    note: '**never run on a GPU by us so far**: see the page of the package',
  },
  wasm: {
    summary: 'TensorFlow.js in WebAssembly',
    packages: { node: engine('wasm'), browser: engine('wasm') },
    isLastResort: false,
    note: 'on one core in Node',
  },
  webgpu: {
    summary: 'TensorFlow.js on a graphics device, through WebGPU',
    packages: { node: [...engine('webgpu'), 'webgpu'], browser: engine('webgpu') },
    isLastResort: false,
    note: 'in Node with the globals of the npm package `webgpu`; run on an NVIDIA GPU',
  },
  webgl: {
    summary: 'TensorFlow.js on a graphics device, through WebGL',
    packages: { browser: engine('webgl') },
    isLastResort: false,
    note: 'run on an NVIDIA GPU',
  },
  cpu: {
    summary: 'TensorFlow.js in plain JavaScript',
    packages: { node: engine('cpu'), browser: engine('cpu') },
    isLastResort: true,
    note: 'slow',
  },
};

/** The backends of this package, one for each engine, for whoever lists them or chooses among them. */
export const tfjsBackends: readonly BackendDescription[] = (
  Object.keys(DESCRIPTIONS) as (keyof typeof DESCRIPTIONS)[]
).map((name) => ({ name: `tfjs:${name}`, ...DESCRIPTIONS[name], open: () => tfjs({ engine: name }) }));
