import { describe, expect, test } from 'vitest';
import { referenceBackend } from '../src/public/reference.ts';
import { readFixture } from './_fixture.ts';
import { largestError, lossesOf, NETWORKS, type Training } from './examples/networks.ts';

const trainings = readFixture<readonly Training[]>('models.json').map((training) => [training.name, training] as const);

describe('the networks of the documentation train as in PyTorch', () => {
  test('all of them are tried', () => {
    expect(trainings.map(([name]) => name).sort()).toEqual(Object.keys(NETWORKS).sort());
  });

  test.each(trainings)('%s', async (name, training) => {
    const names = NETWORKS[name]?.[0].parameters.map((p) => p.name);
    expect(names?.toSorted()).toEqual(Object.keys(training.parameters).sort());
    const received = await lossesOf(training, referenceBackend());
    expect(largestError(received, training), `losses ${received}, PyTorch ${training.losses}`).toBeLessThan(1e-4);
  });
});
