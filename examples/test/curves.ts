import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Example, Outcome } from '../example.ts';
import { openBackend } from '../lib/open-backend.ts';

/** Runs an example in its small form on `onnx:cpu` and on one engine of TensorFlow.js, and expects one curve of both, falling and finite. */
export async function expectOneCurve(example: Example, tolerance = 1e-3, other = 'tfjs:wasm'): Promise<Outcome> {
  const [first, second] = [await runSmall(example, 'onnx:cpu'), await runSmall(example, other)];
  expect(first.curve.length).toBeGreaterThan(0);
  expect(second.curve).toHaveLength(first.curve.length);
  for (const [i, loss] of first.curve.entries()) {
    expect(Math.abs((second.curve[i] as number) - loss), `step ${i}: ${second.curve[i]} for ${loss}`).toBeLessThan(
      tolerance * Math.max(1, Math.abs(loss)),
    );
  }
  return first;
}

/** Runs an example in its small form. Its files are gone afterwards. */
export async function runSmall({ run }: Example, backend: string): Promise<Outcome> {
  const out = mkdtempSync(join(tmpdir(), 'descent-example-'));
  try {
    return await run({ backend: await openBackend(backend), seed: 1, small: true, out, log: () => undefined });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
