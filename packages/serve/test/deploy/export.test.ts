import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError, ValueError } from '@descent/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportKServe, exportTriton } from '../../src/public/index.ts';
import { classifier, folder, withWeightsIn } from './helpers.ts';

const LABELS = { labels: ['x', 'y', 'z'] };

test('a model becomes a folder of a model repository, and the next one its second version', async () => {
  const bytes = await classifier(LABELS);
  const root = folder({ 'lenet.onnx': bytes });
  const repository = join(root, 'made', 'repository ä');
  const first = await exportTriton(join(root, 'lenet.onnx'), { folder: repository });
  const at = (...path: readonly string[]): string => join(repository, 'lenet', ...path);
  expect(first).toMatchObject({ name: 'lenet', version: 1, maxBatchSize: 32 });
  expect(first.files).toEqual([at('1', 'model.onnx'), at('labels.txt'), at('config.pbtxt')]);
  expect(readFileSync(at('1', 'model.onnx'))).toEqual(Buffer.from(bytes));
  expect(readFileSync(at('config.pbtxt'), 'utf8')).toBe(first.config);
  expect(readFileSync(at('labels.txt'), 'utf8')).toBe('x\ny\nz\n');
  expect(statSync(at('1')).mode & 0o755).toBe(0o755);
  mkdirSync(at('09'));
  mkdirSync(at('9'));
  expect((await exportTriton(join(root, 'lenet.onnx'), { folder: repository })).version).toBe(10);
  expect(readdirSync(at()).sort()).toEqual(['09', '1', '10', '9', 'config.pbtxt', 'labels.txt']);
});

test('a version that is there is replaced only when that is asked for', async () => {
  const root = folder({ 'a.onnx': await classifier() });
  const [model, to] = [join(root, 'a.onnx'), join(root, 'r')];
  await exportTriton(model, { folder: to, version: 3 });
  await expect(exportTriton(model, { folder: to, version: 3 })).rejects.toThrow(/it becomes 4/);
  writeFileSync(join(to, 'a', '3', 'extra'), '');
  await exportTriton(model, { folder: to, version: 3, overwrite: true });
  expect(readdirSync(join(to, 'a'))).toEqual(['3', 'config.pbtxt']);
  expect(readdirSync(join(to, 'a', '3'))).toEqual(['model.onnx']);
});

test('a configuration that somebody wrote is kept or replaced only when that is asked for', async () => {
  const root = folder({ 'a.onnx': await classifier(LABELS) });
  const [model, to] = [join(root, 'a.onnx'), join(root, 'r')];
  const { config } = await exportTriton(model, { folder: to });
  const path = join(to, 'a', 'config.pbtxt');
  const tuned = `${config}instance_group [ { count: 2 } ]\n`;
  writeFileSync(path, tuned);
  await expect(exportTriton(model, { folder: to })).rejects.toThrow(/received: line 22.*instance_group/);
  expect(readdirSync(join(to, 'a'))).not.toContain('2');
  expect(await exportTriton(model, { folder: to, config: 'keep' })).toMatchObject({ version: 2, config: tuned });
  expect(readFileSync(path, 'utf8')).toBe(tuned);
  await exportTriton(model, { folder: to, config: 'replace' });
  expect(readFileSync(path, 'utf8')).toBe(config);
});

test('files with weights travel along; one that is missing or lies elsewhere stops the export', async () => {
  const model = withWeightsIn('w.bin');
  const root = folder({ 'a.onnx': model, 'w.bin': Buffer.alloc(8), 'b.onnx': withWeightsIn('../w.bin') });
  const to = join(root, 'r');
  await exportTriton(join(root, 'a.onnx'), { folder: to });
  expect(readdirSync(join(to, 'a', '1'))).toEqual(['model.onnx', 'w.bin']);
  await expect(exportTriton(join(root, 'b.onnx'), { folder: to })).rejects.toThrow(/outside its own folder/);
  const alone = folder({ 'a.onnx': model });
  await expect(exportTriton(join(alone, 'a.onnx'), { folder: to })).rejects.toThrow(/no file 'w.bin' beside it/);
  expect(readdirSync(to)).toEqual(['a']);
});

test('names, options and files that do not fit are refused before anything is written', async () => {
  const root = folder({ 'a.onnx': await classifier(), 'my model.onnx': '', 'text.onnx': 'text' });
  const [model, to] = [join(root, 'a.onnx'), join(root, 'r')];
  const refused = async (options: object, source: unknown = model): Promise<void> =>
    await expect(exportTriton(source as string, { folder: to, ...options })).rejects.toThrow(ValueError);
  for (const name of ['', '..', '.hidden', 'a/b', 'a\\b', '-x', 'a.', 'ä', 'a b', 'x'.repeat(129), 3, null])
    await refused({ name });
  for (const version of [0, -1, 1.5, Number.NaN, '2', 2 ** 53]) await refused({ version });
  for (const maxBatchSize of [-1, 0.5, 2 ** 31, '8']) await refused({ maxBatchSize });
  await refused({ maxQueueDelay: -1 });
  await refused({ config: 'yes' });
  await refused({ overwrite: 'yes' });
  await refused({ folder: '' });
  await refused({ maxBatch: 3 });
  await refused({}, new Uint8Array(3));
  await refused({}, join(root, 'my model.onnx'));
  await expect(exportTriton(join(root, 'text.onnx'), { folder: to })).rejects.toThrow(BackendError);
  await expect(exportTriton(join(root, 'none.onnx'), { folder: to })).rejects.toThrow(BackendError);
  expect(readdirSync(root)).not.toContain('r');
});

test('KServe gets the same folder and an InferenceService', async () => {
  const root = folder({ 'LeNet_5.onnx': await classifier(LABELS) });
  const [model, to] = [join(root, 'LeNet_5.onnx'), join(root, 'r')];
  const { service, files } = await exportKServe(model, { folder: to, storageUri: 's3://models/lenet' });
  expect(service).toBe('lenet-5');
  expect(files.at(-1)).toBe(join(to, 'lenet-5.yaml'));
  expect(readdirSync(join(to, 'LeNet_5'))).toEqual(['1', 'config.pbtxt', 'labels.txt']);
  const text = readFileSync(join(to, 'lenet-5.yaml'), 'utf8');
  expect(text).toBe(`apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: lenet-5
spec:
  predictor:
    model:
      modelFormat:
        name: onnx
      protocolVersion: v2
      runtime: kserve-tritonserver
      storageUri: "s3://models/lenet"
`);
  expect(parse(text)).toMatchObject({ spec: { predictor: { model: { storageUri: 's3://models/lenet' } } } });
  const again = exportKServe(model, { folder: to, storageUri: 'pvc://claim/models' });
  await expect(again).rejects.toThrow(/lenet-5\.yaml.*\n.*s3:/);
  expect(readdirSync(join(to, 'LeNet_5'))).not.toContain('2');
});

test('services and addresses that KServe does not take are refused', async () => {
  const root = folder({ 'a.onnx': await classifier() });
  const refused = async (options: object): Promise<void> =>
    await expect(
      exportKServe(join(root, 'a.onnx'), { folder: join(root, 'r'), storageUri: 'gs://m', ...options }),
    ).rejects.toThrow(ValueError);
  for (const storageUri of [undefined, '', 'models', 's3:/m', 'ftp://m', 's3://a b', 's3://a\nkind: Pod', 4])
    await refused({ storageUri });
  for (const service of ['A', '1a', 'a-', 'a.b', 'x'.repeat(64), 7]) await refused({ service });
  await refused({ name: '123' });
  await refused({ storageURI: 's3://m' });
  expect(readdirSync(root)).toEqual(['a.onnx']);
});
