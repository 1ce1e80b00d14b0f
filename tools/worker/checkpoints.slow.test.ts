// Checkpoints in the files of a page, in a real browser: what is resumed goes on to the bit, there and in Node, whoever wrote it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnx } from '@descent/backend-onnx';
import { findBrowser } from '@descent/conformance/browser';
import { checkpoints, decodeCheckpoint, latestCheckpoint } from '@descent/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckpointReport } from './checkpoints.entry.ts';
import { openPage } from './open-page.ts';
import { type Ended, train } from './resume.ts';

const browser = findBrowser();
const folder = mkdtempSync(join(tmpdir(), 'descent-checkpoints-'));

describe.skipIf(browser === null)('checkpoints of a page', () => {
  const backend = onnx({ device: 'wasm', threads: 1 });
  let unbroken: Ended;
  let report: CheckpointReport;

  beforeAll(async () => {
    unbroken = await train(backend);
    await train(backend, { callbacks: [checkpoints({ folder })], stopAfter: 8 });
    const latest = await latestCheckpoint(folder);
    expect(latest?.state.step).toBe(8);
    writeFileSync(join(folder, 'node.safetensors'), readFileSync(latest?.path ?? ''));
    report = await openPage<CheckpointReport>(browser as string, 'checkpoints.entry.ts', folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('bring a training that was paused and stopped to the end of one that was not, to the bit', () => {
    expect(report.files).toEqual(['best.safetensors', 'step-000000012.safetensors', 'step-000000013.safetensors']);
    expect(report.resumed).toEqual(report.unbroken);
  });

  test('go on in Node, and those of Node in the page, with the bits of one that stayed', async () => {
    expect(report.unbroken).toEqual(unbroken);
    expect(report.fromNode).toEqual(unbroken);
    const written = await decodeCheckpoint(Uint8Array.from(report.written), 'from the page');
    expect(written.state.step).toBe(13);
    expect(await train(backend, { from: written })).toEqual(unbroken);
    expect(readdirSync(folder).filter((name) => name.startsWith('step-')).length).toBeGreaterThan(0);
  });

  test('that were not written to the end are passed over, and named', () => {
    expect(report.afterDamage.step).toBe(13);
    expect(report.afterDamage.damaged).toHaveLength(2);
    expect(report.afterDamage.damaged[0]).toMatch(/^runs\/first\/step-000000999\.safetensors: /);
    expect(report.afterDamage.damaged[1]).toMatch(/^runs\/first\/step-000000998\.safetensors: /);
  });

  test('that find no room end training with what to do, and older ones are as they were', () => {
    expect(report.errors['full']).toMatch(
      /^DescentError: runs\/first\/\S+: the file cannot be written\n {2}received: QuotaExceededError: no space\n {2}fix: make room[\s\S]*keepLast/,
    );
    const { step, best, files } = report.afterFull;
    expect({ step, best }).toEqual({ step: 13, best: 0 });
    expect(files).not.toContain('step-000000001.safetensors');
  });

  test('are refused where they do not belong, and where there are no files', () => {
    const { otherNetwork, nothing, outside, fileInTheWay, noFiles } = report.errors;
    expect(otherNetwork).toMatch(/^StateError: /);
    expect(nothing).toBe('null');
    expect(outside).toMatch(/^DescentError: [\s\S]*the file cannot be written/);
    expect(fileInTheWay).toMatch(/^DescentError: [\s\S]*TypeMismatchError[\s\S]*give another folder/);
    expect(noFiles).toMatch(/^DescentError: this page has no files of its own[\s\S]*https/);
  });
});
