import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parameterShapes } from '../../lib/nets.ts';
import { batchCounter, batchOf, type EngineFactory } from '../engine.ts';
import { stepModel } from './step.ts';

/** The graph that a person would write, run with as little around it as possible. */
export const byHand: EngineFactory = async (task) => {
  const { layers, batchSize, threads, lr, weights } = task;
  const shapes = parameterShapes(layers);
  const session = await InferenceSession.create(stepModel(layers, batchSize, threads), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'extended',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const rate = new Tensor('float32', Float32Array.of(lr), []);
  let parameters: Tensor[] = shapes.map((shape, i) => new Tensor('float32', weights[i] as Float32Array, shape));
  const nextBatch = batchCounter(task);
  return {
    stepsPerRun: 1,
    async run() {
      const { x, y } = batchOf(task, nextBatch());
      const feeds: Record<string, Tensor> = {
        x: new Tensor('uint8', x.data as Uint8Array, x.shape),
        y: new Tensor('int32', y.data as Int32Array, y.shape),
        lr: rate,
      };
      for (const [i, parameter] of parameters.entries()) feeds[`p${i}`] = parameter;
      const results = await session.run(feeds);
      parameters = shapes.map((_, i) => results[`q${i}`] as Tensor);
      return [(results['loss'] as Tensor).data[0] as number];
    },
  };
};
