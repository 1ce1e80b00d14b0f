import { join } from 'node:path';
import { exportTriton, serveModels } from '@descent/serve';
import { createClient } from '@descent/serve/client';
import { expect, onTestFinished, test } from 'vitest';
import { classifier, folder } from './helpers.ts';

test('what is written for Triton, the server of this package answers for, too, and the client asks', async () => {
  const root = folder({ 'iris.onnx': await classifier({ labels: ['x', 'y', 'z'] }) });
  const repository = join(root, 'models');
  await exportTriton(join(root, 'iris.onnx'), { folder: repository, maxBatchSize: 4 });
  await exportTriton(join(root, 'iris.onnx'), { folder: repository, config: 'keep' });
  const server = await serveModels({ path: repository, port: 0, reload: 0, onnx: { worker: false, threads: 1 } });
  onTestFinished(() => server.close(1000));
  const client = createClient(server.url);
  const { versions, inputs } = await client.metadata('iris');
  expect([versions, inputs]).toEqual([['1', '2'], [{ name: 'input', datatype: 'FP32', shape: [-1, 4] }]]);
  const input = { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  const first = await client.infer('iris', { input }, { version: 1 });
  const newest = await client.infer('iris', { input });
  expect(newest.version).toBe('2');
  expect(newest.get('logits', 'FP32')).toEqual(first.get('logits', 'FP32'));
  const facts = (await (await fetch(`${server.url}/descent/models/iris`)).json()) as { batching: { most: number } };
  expect(facts.batching.most).toBe(4);
});
