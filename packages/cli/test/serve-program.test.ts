import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import { initParameters, linear } from '@descent/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { folder } from './helpers.ts';
import { buildProgram, finished, start } from './program.ts';

beforeAll(buildProgram, 120_000);

/** A folder with `iris.onnx`, which takes four numbers. */
async function withModel(): Promise<string> {
  const root = folder();
  const model = linear(4, 3);
  const sample = { shape: [4] };
  await exportOnnx(model, { parameters: initParameters(model, 1), sample, path: join(root, 'iris.onnx') });
  return root;
}

const BODY = JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }] });

// Each test starts programs: on a busy machine that takes a while.
describe('descent serve as a program', { timeout: 60_000 }, () => {
  test('says where it listens and how it is asked, answers, and ends with 0 where it is asked to', async () => {
    const root = await withModel();
    const child = start(root, 'serve', 'iris.onnx', '--port', '0', '--host', '0.0.0.0');
    const end = finished(child);
    const text = await new Promise<string>((resolve) => {
      let got = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        got += chunk.toString();
        if (got.includes('Ctrl-C ends it')) resolve(got);
      });
    });
    const [, port] =
      /listening on http:\/\/0\.0\.0\.0:(\d+)\n {2}iris {2}version 1 {2}onnx:cpu {2}batches of up to 32\n/.exec(text) ??
      [];
    const [, token] = /export DESCENT_TOKEN=(\S+)/.exec(text) ?? [];
    expect(text).toContain(`/v2/models/iris/infer -H 'Content-Type: application/json' -d '{"inputs":[{"name":"input"`);
    const ask = (headers: Readonly<Record<string, string>>) =>
      fetch(`http://127.0.0.1:${port}/v2/models/iris/infer`, {
        method: 'POST',
        body: BODY,
        headers: { 'content-type': 'application/json', ...headers },
      });
    expect((await ask({})).status).toBe(401);
    const answer = await ask({ authorization: `Bearer ${token}` });
    expect(await answer.json()).toMatchObject({ model_name: 'iris', outputs: [{ shape: [1, 3] }] });
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0, err: expect.stringContaining('what is under way is answered') });
  });
});
