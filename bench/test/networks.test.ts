import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnyBatch,
  type BatchTypes,
  createTrainer,
  flatten,
  type NDArrays,
  type Parameters,
  sgd,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { BENCH_FOLDER } from '../lib/paths.ts';
import { lossesNote, sameLosses } from '../lib/turns.ts';
import { climb } from '../networks/climb.ts';
import { drawsOf } from '../networks/draws.ts';
import { readNetworkFiles, writeNetworkFiles } from '../networks/files.ts';
import { NETWORKS, type NetworkName } from '../networks/networks.ts';
import { type EngineRun, formatNetworkResult, formatNetworks, networkResult } from '../networks/result.ts';
import { AS_INSTALLED, describeWay, neighbours, type Way } from '../networks/ways.ts';

const names = Object.keys(NETWORKS) as NetworkName[];

/** What tells arrays apart: their types, shapes and numbers. */
function fingerprint(arrays: NDArrays | readonly AnyBatch[]): string {
  const hash = createHash('sha1');
  const text = JSON.stringify(arrays, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return value.byteLength;
  });
  return hash.update(text).digest('hex');
}

describe('networks', () => {
  test.each(names)('%s: batches fit the network and differ, and PyTorch has a description', async (name) => {
    const { make, torch } = NETWORKS[name];
    const { model, loss, batch } = make();
    expect(existsSync(join(BENCH_FOLDER, 'networks', 'nets', `${torch}.py`))).toBe(true);
    const draws = drawsOf(1);
    const [first, second] = [batch(draws), batch(draws)];
    expect(fingerprint([first])).not.toBe(fingerprint([second]));
    expect(fingerprint([batch(drawsOf(1))])).toBe(fingerprint([first]));
    const trainer = await createTrainer({ model, loss, optimizer: sgd({ lr: 0.1 }), backend: referenceBackend() });
    // An array has the fields of its type.
    trainer.check(first as BatchTypes);
  });

  test('files give back the weights and batches that went in', async () => {
    const { model, batch } = NETWORKS.vae.make();
    const { files, remove } = await writeNetworkFiles({ model, batch }, 7);
    try {
      const { weights, batches } = await readNetworkFiles(files);
      expect(Object.keys(weights)).toEqual(model.parameters.map(({ name }) => name));
      const draws = drawsOf(7);
      expect(batches).toHaveLength(4);
      expect(fingerprint(batches)).toBe(fingerprint(batches.map(() => batch(draws))));
      const options = { model, loss: NETWORKS.vae.make().loss, optimizer: sgd({ lr: 0.1 }) };
      const parameters = weights as Parameters;
      const trainer = await createTrainer({ ...options, parameters, backend: referenceBackend() });
      expect(fingerprint(await trainer.parameters())).toBe(fingerprint(weights));
    } finally {
      remove();
    }
    expect(existsSync(files.file)).toBe(false);
  });

  test('bytes and labels are taken from where they stand', async () => {
    const batch = (draws: ReturnType<typeof drawsOf>) => ({ x: draws.bytes(3, 5), y: draws.integers(0, 4, 3) });
    const { files, remove } = await writeNetworkFiles({ model: flatten(), batch });
    const { batches } = await readNetworkFiles(files);
    remove();
    const draws = drawsOf(1);
    expect(batches[0]).toEqual(batch(draws));
    expect(files.batches.flatMap(Object.values).every(({ offset }) => offset % 8 === 0)).toBe(true);
  });
});

describe('the search for PyTorch’s best way', () => {
  const possible = { compiler: true, convolutions: true };

  /** Climbs where the time of a way is known. */
  const search = (time: (way: Way) => number, steps = Number.POSITIVE_INFINITY) => {
    let left = steps;
    return climb(
      AS_INSTALLED,
      (way) => neighbours(way, possible),
      async (candidate, best) => time(candidate) < time(best),
      () => left-- > 0,
    );
  };
  const time = (way: Way): number =>
    10 -
    (way.keepMemory ? 3 : 0) -
    (way.optimizer === 'fused' ? 1 : way.optimizer === 'foreach' ? 2 : 0) -
    (way.compile ? 2 : 0) +
    (way.channelsLast ? (way.compile ? -1 : 1) : 0);

  test('every change is tried from the best so far, also one that helps only behind another', async () => {
    const { best, tried, outOfTime } = await search(time);
    expect(describeWay(best)).toBe('torch.compile, channels last, memory kept, foreach optimizer');
    expect(outOfTime).toBe(false);
    expect(new Set(tried.map(describeWay)).size).toBe(tried.length);
  });

  test('without time it is the first, and says that something was left', async () => {
    expect(await search(time, 0)).toEqual({ best: AS_INSTALLED, tried: [], outOfTime: true });
    const { best, tried } = await search(time, 1);
    expect([describeWay(best), tried.length]).toEqual(['memory kept', 1]);
  });

  test('where nothing helps, each single change was tried once', async () => {
    const { best, tried } = await search((way) => (way === AS_INSTALLED ? 1 : 2));
    expect(best).toBe(AS_INSTALLED);
    expect(tried.map(describeWay)).toEqual([
      'memory kept',
      'fused optimizer',
      'foreach optimizer',
      'channels last',
      'torch.compile',
    ]);
  });

  test('without convolutions and a compiler there are fewer', () => {
    const ways = neighbours(AS_INSTALLED, { compiler: false, convolutions: false });
    expect(ways.map(describeWay)).toEqual(['memory kept', 'fused optimizer', 'foreach optimizer']);
  });
});

describe('losses', () => {
  test('agree to a thousandth in the first three steps', () => {
    expect(sameLosses([2, 1, 0.5, 9], [2.0019, 1.0009, 0.5, 1])).toBe(true);
    expect(sameLosses([2, 1, 0.5], [2, 1.002, 0.5])).toBe(false);
  });

  test.each([[[2, Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1, 1]]])('%j are none that agree', (losses) => {
    expect(lossesNote(losses, losses)).toHaveLength(1);
  });

  test('what is missing does not agree', () => {
    expect(lossesNote([1, 1, 1], [1, 1])).toEqual(['OTHER LOSSES: 1, 1, 1, not 1, 1']);
    expect(lossesNote([1, 1, 1], undefined)).toHaveLength(1);
    expect(lossesNote([], [1, 1, 1])).toHaveLength(1);
  });
});

describe('results', () => {
  const engine = (name: string, samples: readonly number[], note = ''): EngineRun => ({
    ...{ name, samples, note, losses: [1, 1, 1] },
    ...{ startMs: 400, firstStepMs: 1600, peakMiB: 128.4 },
  });
  const mode = { kind: 'cpu', threads: 1 } as const;
  const result = networkResult({
    ...{ net: 'gpt', title: 'GPT', mode },
    engines: [
      engine('descent', [10, 30, 20]),
      engine('pytorch', [20, 60, 41]),
      engine('pytorch-best', [16, 60, 40], 'memory kept'),
    ],
    trials: [
      { way: 'memory kept', ratio: 0.9, note: '' },
      { way: 'torch.compile', ratio: null, note: 'fails: no compiler' },
    ],
  });

  test('ratios are of the same round, and of minima', () => {
    expect(result.reference).toBe('pytorch-best');
    // 10/16, 30/60, 20/40
    expect(result.engines[0]).toMatchObject({ median: 20, min: 10, ratio: 0.5, ratioOfMinima: 0.625 });
  });

  test('tables hold the numbers, the way, and what failed', () => {
    const text = formatNetworkResult(result);
    expect(text).toMatch(/^descent +20\.0 +10\.0 +0\.50x +0\.63x +2\.0 s +128 MiB$/m);
    expect(text).toContain('torch.compile: fails: no compiler');
    expect(formatNetworks([result])).toMatch(
      /^gpt +1 +20\.0 +41\.0 +40\.0 +0\.50x +0\.63x +2\.0 s \/ 2\.0 s +128 MiB \/ 128 MiB +memory kept$/m,
    );
  });

  test('other losses stand in both tables', () => {
    const other = networkResult({
      ...{ net: 'gpt', title: 'GPT', mode, trials: [] },
      engines: [engine('descent', [1]), engine('pytorch', [1], 'OTHER LOSSES: 1, not 2; as installed')],
    });
    expect(formatNetworkResult(other)).toContain('OTHER LOSSES');
    expect(formatNetworks([other])).toContain('OTHER LOSSES');
  });

  test('without PyTorch there are times and no ratios', () => {
    const none = { startMs: null, firstStepMs: null, peakMiB: null };
    const failed = { name: 'pytorch', samples: [], losses: [], note: 'no PyTorch', ...none };
    const alone = networkResult({
      net: 'gpt',
      title: 'GPT',
      mode,
      trials: [],
      engines: [engine('descent', [1]), failed],
    });
    expect(alone).toMatchObject({ reference: null, engines: [{ ratio: null }, { ratio: null }] });
    expect(formatNetworkResult(alone)).toContain('no PyTorch');
  });
});
