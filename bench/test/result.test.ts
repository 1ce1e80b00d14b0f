import { expect, test } from 'vitest';
import type { Mode } from '../lib/turns.ts';
import { type EngineSamples, formatStepResult, stepResult } from '../train-step/result.ts';

const CPU: Mode = { kind: 'cpu', threads: 1 };

function engine(name: string, ...samples: number[]): EngineSamples {
  return { name, samples, note: '' };
}

test('everything is compared with the PyTorch that has the smaller median', () => {
  const result = stepResult('mlp', CPU, [
    engine('descent', 1, 2, 3),
    engine('pytorch', 8, 1, 9),
    engine('pytorch-best', 4, 4, 5),
  ]);
  expect(result.reference).toBe('pytorch-best');
  const [own] = result.engines;
  expect(own).toMatchObject({ median: 2, min: 1, ratio: 0.5, ratioOfMinima: 0.25 });
  expect(result).toMatchObject({ bar: 0.9, withinBar: true });
});

test('a ratio above the bar is said to be so', () => {
  const result = stepResult('mlp', CPU, [engine('descent', 10), engine('pytorch', 11)]);
  expect(result.withinBar).toBe(false);
  expect(formatStepResult(result)).toContain('bar 0.9: NOT MET');
});

test('without PyTorch the hand-made graph is the measure, and the bar is left open', () => {
  const result = stepResult('lenet', CPU, [engine('descent', 3), engine('by-hand', 2), engine('pytorch')]);
  expect(result).toMatchObject({ reference: 'by-hand', withinBar: null });
  expect(result.engines[0]?.ratio).toBe(1.5);
  expect(formatStepResult(result)).toContain('no PyTorch to compare with');
});

test('an engine that failed stays in the table with its reason and without numbers', () => {
  const failed = { name: 'tfjs-wasm', samples: [], note: 'fails: no kernel' };
  const result = stepResult('cnn', CPU, [engine('descent', 3), engine('pytorch', 3), failed]);
  expect(result.engines[2]).toMatchObject({ ratio: null, ratioOfMinima: null });
  expect(formatStepResult(result)).toMatch(/^tfjs-wasm +– +– +– +– +fails: no kernel$/m);
});
