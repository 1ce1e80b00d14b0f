// Runs one engine in a process of its own: node worker.js <engine>, then lines of JSON.
import { onnx } from '@descent/backend-onnx';
import { tfjs as openTfjs } from '@descent/backend-tfjs';
import { timeRequest } from '../lib/clock.ts';
import { readImages, readWeights } from '../lib/data.ts';
import { parameterShapes } from '../lib/nets.ts';
import { answerRequests } from '../lib/processes.ts';
import { byHand } from './by-hand/engine.ts';
import { descentStep, fitOn } from './descent.ts';
import type { Engine, EngineFactory } from './engine.ts';
import type { Prepared, StepRequest } from './protocol.ts';
import { tensorFlowAddon } from './tensorflow.ts';
import { tfjs } from './tfjs.ts';

const ENGINES: Readonly<Record<string, EngineFactory>> = {
  descent: descentStep((threads) => onnx({ threads })),
  'descent-fit': (task) => fitOn(task, onnx({ threads: task.threads })),
  'by-hand': byHand,
  'descent-tfjs-wasm': descentStep(() => openTfjs({ engine: 'wasm' })),
  'descent-tfjs-node': descentStep((threads) => openTfjs({ engine: 'node', addon: tensorFlowAddon(threads) })),
  'tfjs-node': tfjs('node'),
  'tfjs-wasm': tfjs('wasm'),
  'tfjs-cpu': tfjs('cpu'),
};

let engine: Engine | undefined;
await answerRequests(async (request: StepRequest) => {
  if (request.do === 'prepare') {
    engine = await open(request);
    const losses: number[] = [];
    while (losses.length < request.steps) losses.push(...(await engine.run()));
    return { losses, stepsPerRun: engine.stepsPerRun } satisfies Prepared;
  }
  const { run } = engine as Engine;
  return timeRequest(request, async () => (await run()).length);
});

async function open({ task }: StepRequest & { readonly do: 'prepare' }): Promise<Engine> {
  const create = ENGINES[process.argv[2] ?? ''] as EngineFactory;
  const { files, net, layers, ...rest } = task;
  return create({
    ...rest,
    layers,
    data: await readImages(files),
    weights: await readWeights(files.weights[net] as string, parameterShapes(layers)),
  });
}
