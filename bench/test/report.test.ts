import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultReportPath, machine, type Report, writeReport } from '../lib/report.ts';
import { stepResult } from '../train-step/result.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a report is written as JSON, folder included, with numbers of six digits', async () => {
  const step = stepResult('mlp', { kind: 'cpu', threads: 1 }, [
    { name: 'descent', samples: [1 / 3, 2], note: '' },
    { name: 'pytorch', samples: [], note: 'no PyTorch' },
  ]);
  const report: Report = {
    date: '2026-01-02T03:04:05.678Z',
    machine: machine(null),
    dataset: 'MNIST sample',
    quick: true,
    rounds: 2,
    networks: [],
    scaling: [],
    trainStep: [step],
    epoch: null,
    javascript: [],
    data: null,
    memory: null,
    compile: null,
    check: [],
    inference: null,
    serve: null,
    parity: [],
    browser: null,
  };
  const path = join(folder, 'new', 'report.json');
  await writeReport(report, path);
  const read = JSON.parse(await readFile(path, 'utf8')) as Report;
  expect(read).toMatchObject({ dataset: 'MNIST sample', rounds: 2, epoch: null, machine: { torch: null } });
  expect(read.trainStep[0]?.engines[0]?.samples).toEqual([0.333333, 2]);
  expect(read.trainStep[0]?.engines[1]).toMatchObject({ ratio: null, note: 'no PyTorch' });
});

test('without a path it goes into the results of this package, named by its date', () => {
  expect(defaultReportPath('2026-01-02T03:04:05.678Z')).toMatch(/bench[\\/]results[\\/]2026-01-02T03-04-05\.json$/);
});
