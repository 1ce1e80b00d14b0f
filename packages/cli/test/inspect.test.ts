import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnx, inspectOnnx } from '@descent/backend-onnx';
import { batchNorm2d, conv2d, initParameters, linear, normalize, relu, sequential } from '@descent/core';
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
  expect(out).toMatch(/training +changes 4 tensors\n/);
  expect(out).toMatch(/inputs\n {2}input +float32\[batch, 4\]/);
  expect(out).toMatch(/operators\n {2}2 +Gemm\n {2}1 +Relu/);
  expect(out).toMatch(/descent\.labels +\["x","y","z"\]/);
  expect(out).toMatch(/\npicture: a\.svg\n$/);
  expect(readFileSync(join(root, 'a.svg'), 'utf8')).toContain('Gemm');
  const { out: json, err: saved } = await descent(root, 'inspect', 'a.onnx', '--json', '--svg', 'a.svg');
  const trained = ['0.weight', '0.bias', '2.weight', '2.bias'];
  expect(JSON.parse(json)).toEqual({
    ...(await inspectOnnx(readFileSync(join(root, 'a.onnx')))),
    training: { trained, kept: {} },
  });
  expect(saved).toBe('picture: a.svg\n');
});

test('inspect says what training would leave as it is, and why', async () => {
  const scaled = sequential(normalize([1, 2, 3], [4, 5, 6]), conv2d(3, 2, 1), batchNorm2d(2));
  const { bytes } = await exportOnnx(scaled, {
    parameters: initParameters(scaled, 1),
    sample: { shape: [3, 2, 2] },
    verify: false,
  });
  const root = folder({ 'a.onnx': bytes });
  const { out } = await descent(root, 'inspect', 'a.onnx');
  expect(out).toMatch(/training +changes \d tensors and keeps \d\n/);
  expect(out).toMatch(/kept as they are in training\n(.*\n)*.*running_mean +running statistics\n/);
  expect(out).toMatch(/what brings the input into its range\n/);
  expect(out).not.toMatch(/^.{101,}$/m);
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
