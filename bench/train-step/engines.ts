import { fileURLToPath } from 'node:url';
import type { NetName } from '../lib/nets.ts';
import type { Program } from '../lib/processes.ts';
import { pythonProgram, type Torch } from '../lib/python.ts';
import { missingTensorFlow } from './tensorflow.ts';

export interface EngineDescription {
  readonly name: string;
  readonly about: string;
  /** How to start it, or why that is not possible. */
  program(threads: number, torch: Torch): Program | { readonly missing: string };
  /** Networks on which a full batch would take too long: one step of so many images is measured instead, and scaled. */
  readonly reducedBatch?: Partial<Readonly<Record<NetName, number>>>;
}

export const ENGINES: readonly EngineDescription[] = [
  {
    name: 'descent',
    about: 'Descent on ONNX Runtime, trainer.step(x, y)',
    program: () => ownProcess('descent'),
  },
  {
    name: 'descent-fit',
    about: 'Descent on ONNX Runtime, data on the device, several steps a run, as in fit',
    program: () => ownProcess('descent-fit'),
  },
  {
    name: 'by-hand',
    about: 'the same step as a hand-made ONNX graph',
    program: () => ownProcess('by-hand'),
  },
  { name: 'pytorch', about: 'PyTorch as users have it', program: (threads, torch) => pytorch(threads, torch, false) },
  {
    name: 'pytorch-best',
    about: 'PyTorch, and the memory allocator told to keep memory',
    program: (threads, torch) => pytorch(threads, torch, true),
  },
  {
    name: 'descent-tfjs-node',
    about: 'Descent on tfjs:node, the whole step as one TensorFlow graph',
    program: () => withTensorFlow('descent-tfjs-node'),
  },
  {
    name: 'tfjs-node',
    about: 'TensorFlow.js as it comes, on the same TensorFlow, op by op',
    program: () => withTensorFlow('tfjs-node'),
  },
  {
    name: 'descent-tfjs-wasm',
    about: 'Descent on tfjs:wasm (always one thread in Node)',
    program: () => ownProcess('descent-tfjs-wasm'),
  },
  {
    name: 'tfjs-wasm',
    about: 'TensorFlow.js as it comes, WebAssembly (always one thread in Node)',
    program: () => ownProcess('tfjs-wasm'),
  },
  {
    name: 'tfjs-cpu',
    about: 'TensorFlow.js as it comes, plain JavaScript',
    program: () => ownProcess('tfjs-cpu'),
    reducedBatch: { lenet: 5, cnn: 1 },
  },
];

function ownProcess(engine: string): Program {
  return { command: process.execPath, words: [fileURLToPath(new URL('./worker.js', import.meta.url)), engine] };
}

function withTensorFlow(engine: string): Program | { readonly missing: string } {
  const missing = missingTensorFlow();
  return missing === null ? ownProcess(engine) : { missing };
}

function pytorch(threads: number, torch: Torch, keepMemory: boolean): Program | { readonly missing: string } {
  return 'missing' in torch ? torch : pythonProgram(torch.python, 'train-step/torch_step.py', threads, keepMemory);
}
