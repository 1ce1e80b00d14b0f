// The client against the server of this package.
import { type NDArray, ValueError } from '@descent/core';
import type { PredictItem } from '@descent/serve';
import { expect, test } from 'vitest';
import { createClient, StatusError } from '../../src/public/client.ts';
import { doubling, gate, started } from '../servers.ts';

const X = { shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.POSITIVE_INFINITY) };

test('what the client sends the server understands, and the other way round', async () => {
  const server = await started(() => doubling({ labels: ['a', 'b'] }));
  const client = createClient(server.url);
  expect(await client.health()).toEqual({ live: true, ready: true });
  expect((await client.server()).extensions).toContain('binary_tensor_data');
  expect(await client.models()).toMatchObject([{ name: 'digits', version: '1', state: 'READY' }]);
  expect(await client.isReady('digits')).toBe(true);
  expect(await client.isReady('letters')).toBe(false);
  const { inputs } = await client.metadata('digits', 1);
  expect(inputs).toEqual([{ name: 'x', datatype: 'FP32', shape: [-1, 2] }]);
  const answer = await client.infer('digits', { x: X }, { id: 'me', version: 1 });
  expect(answer).toMatchObject({ model: 'digits', version: '1', id: 'me' });
  expect(answer.get('y', 'FP32').data).toEqual(Float32Array.of(2, 4, 6, Number.POSITIVE_INFINITY));
  const finite: NDArray = { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.1, 2) };
  const text = await client.infer('digits', { x: finite }, { binary: false });
  expect(text.get('y', 'FP32').data).toEqual(Float32Array.of(0.2, 4));
  const best = await client.infer(
    'digits',
    { x: finite },
    { outputs: [{ name: 'y', parameters: { classification: 1 } }] },
  );
  expect(`${best.get('y', 'BYTES').data.map((bytes) => Buffer.from(bytes))}`).toBe('4:1:b');
});

test('refusals of the server come as errors that say what it said', async () => {
  const server = await started(() => doubling(), { token: 'secret-token' });
  await expect(createClient(server.url).server()).rejects.toMatchObject({ status: 401 });
  const client = createClient(server.url, { token: 'secret-token' });
  await expect(client.metadata('letters')).rejects.toMatchObject({ status: 404 });
  const wrong = { x: { shape: [1, 3], data: new Float32Array(3) } };
  const error = await client.infer('digits', wrong).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StatusError);
  expect(error).toMatchObject({ status: 400, message: expect.stringMatching(/received: 400: .*\[1, 3\]/s) });
});

test('requests that a full queue refused are made again and all answered', async () => {
  const { opened, open } = gate();
  let isSlow = false;
  const slow = doubling({
    run: async ({ x }) => {
      if (isSlow) await opened;
      return { y: x as NDArray };
    },
  });
  const server = await started(() => slow, { maxBatch: 1, queue: 1 });
  isSlow = true;
  const client = createClient(server.url, { retries: 20 });
  const asked = Array.from({ length: 6 }, (_, i) =>
    client.infer('digits', { x: { shape: [1, 2], data: Float32Array.of(i, 0) } }),
  );
  setTimeout(open, 100);
  const answers = await Promise.all(asked);
  expect(answers.map((answer) => answer.get('y', 'FP32').data[0])).toEqual([0, 1, 2, 3, 4, 5]);
});

test('pictures, rows and texts are asked about where the server prepares them', async () => {
  const seen: PredictItem[] = [];
  const model = doubling({
    predictor: {
      accepts: ['image', 'row', 'text'],
      async prepare(item) {
        seen.push(item);
        if (item.kind === 'text') throw new ValueError('too short', { received: item.text });
        return { x: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }, inverted: false };
      },
      answer: (_, top) => ({ values: [top] }),
    },
  });
  const client = createClient((await started(() => model)).url);
  const image = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256);
  expect(await client.predict('digits', { image }, { top: 2, version: 1 })).toEqual({ values: [2], inverted: false });
  expect(await client.predict('digits', { row: { a: 1 } })).toEqual({ values: [3], inverted: false });
  const several = await client.predict('digits', [{ image }, { row: [1, 2] }, { text: 'a' }]);
  expect(several.map((one) => ('error' in one ? one.error : one.values))).toEqual([
    [3],
    [3],
    expect.stringContaining('too short'),
  ]);
  expect(seen.map((item) => (item.kind === 'image' ? Buffer.from(item.bytes).equals(image) : item))).toEqual([
    true,
    { kind: 'row', row: { a: 1 } },
    true,
    { kind: 'row', row: [1, 2] },
    { kind: 'text', text: 'a' },
  ]);
  for (const odd of [undefined, 'a', {}, [], { text: 3 }, { image: 'a.png' }, { row: 1 }, { row: [], text: '' }]) {
    await expect(client.predict('digits', odd as never)).rejects.toThrow(/nothing that can be predicted/);
  }
  await expect(client.predict('digits', { text: 'a' })).rejects.toThrow(StatusError);
  await expect(client.predict('digits', { image }, { top: 0 })).rejects.toMatchObject({ status: 400 });
});
