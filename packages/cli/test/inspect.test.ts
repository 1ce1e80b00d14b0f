import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnx, inspectOnnx } from '@descent/backend-onnx';
import { initParameters, linear, relu, sequential } from '@descent/core';
import { expect, test } from 'vitest';
import { descent, folder } from './helpers.ts';

const net = sequential(linear(4, 8), relu(), linear(8, 3));

async function file(seed: number, more: object = {}): Promise<Uint8Array> {
  const options = { parameters: initParameters(net, seed), sample: { shape: [4] }, verify: false, ...more } as const;
  return (await exportOnnx(net, options)).bytes;
}

test('inspect shows what is in a file, as text, JSON and picture', async () => {
  const root = folder({ 'a.onnx': await file(1, { labels: ['x', 'y', 'z'] }) });
  const { out, err, code } = await descent(root, 'inspect', 'a.onnx', '--svg', 'a.svg');
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toMatch(/parameters +67, in 268 bytes of 4 tensors/);
  expect(out).toMatch(/inputs\n {2}input +float32\[batch, 4\]/);
  expect(out).toMatch(/operators\n {2}2 +Gemm\n {2}1 +Relu/);
  expect(out).toMatch(/descent\.labels +\["x","y","z"\]/);
  expect(out).toMatch(/\npicture: a\.svg\n$/);
  expect(readFileSync(join(root, 'a.svg'), 'utf8')).toContain('Gemm');
  const { out: json, err: saved } = await descent(root, 'inspect', 'a.onnx', '--json', '--svg', 'a.svg');
  expect(JSON.parse(json)).toEqual(await inspectOnnx(readFileSync(join(root, 'a.onnx'))));
  expect(saved).toBe('picture: a.svg\n');
});

test('inspect shows what differs between two files', async () => {
  const root = folder({ 'a.onnx': await file(1), 'b.onnx': await file(2, { softmax: true }) });
  const { out, err, code } = await descent(root, 'inspect', 'a.onnx', 'b.onnx');
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toMatch(/operators\n {2}Softmax +none +→ +1/);
  expect(out).toMatch(/0\.weight +float32\[8, 4\] +changed by [\d.]+ % +at most [\d.]+/);
  expect((await descent(root, 'inspect', 'a.onnx', 'a.onnx')).out).toContain('nothing differs');
  const { out: json } = await descent(root, 'inspect', 'a.onnx', 'b.onnx', '--json');
  expect(JSON.parse(json)).toMatchObject({ isSame: false, sameWeights: 0 });
});

test('inspect refuses what is no model, and a picture of two', async () => {
  const root = folder({ 'a.onnx': await file(1) });
  writeFileSync(join(root, 'b.onnx'), 'text');
  expect(await descent(root, 'inspect', 'b.onnx')).toMatchObject({
    code: 1,
    err: expect.stringContaining('not an ONNX'),
  });
  expect(await descent(root, 'inspect', 'c.onnx')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no such file'),
  });
  expect(await descent(root, 'inspect', 'a.onnx', 'b.onnx', '--svg', 'x.svg')).toMatchObject({ code: 2 });
});

test('texts of a file do not command the screen', async () => {
  const root = folder({ 'a.onnx': await file(1, { metadata: { evil: '\u001b[2J\u202e' } }) });
  const { out } = await descent(root, 'inspect', 'a.onnx');
  for (const character of ['\u001b', '\u202e']) expect(out).not.toContain(character);
});
