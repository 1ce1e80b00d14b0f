import { describe, expect, test } from 'vitest';
import { closest, didYouMean } from '../src/config/suggest.ts';

const KEYS = ['model', 'data', 'loss', 'optimizer', 'metrics', 'batchSize', 'epochs', 'seed', 'backend', 'out'];

describe('closest', () => {
  test.each([
    ['optimiser', 'optimizer'],
    ['epoch', 'epochs'],
    ['epohcs', 'epochs'],
    ['batchsize', 'batchSize'],
    ['batch_size', 'batchSize'],
    ['bakend', 'backend'],
    ['metrisc', 'metrics'],
  ])('%s is meant to be %s', (word, meant) => {
    expect(closest(word, KEYS)).toBe(meant);
  });

  test('the nearest of several wins', () => {
    expect(closest('outt', ['cut', 'out', 'outer'])).toBe('out');
  });

  test('an unfinished name is completed', () => {
    expect(closest('onnx', ['auto', 'onnx:cpu', 'reference'])).toBe('onnx:cpu');
  });

  test('nothing near gives nothing', () => {
    expect(closest('dropoutRate', KEYS)).toBeUndefined();
    expect(didYouMean('zebra', KEYS)).toBe('');
    expect(didYouMean('sed', KEYS)).toBe("; did you mean 'seed'?");
  });
});
