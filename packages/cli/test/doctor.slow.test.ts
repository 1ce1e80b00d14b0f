import { expect, test } from 'vitest';
import type { Section } from '../src/doctor/finding.ts';
import { descent, folder } from './helpers.ts';

test('descent doctor --offline --json trains what works here, and says of the rest what mends it', async () => {
  const { code, out, err } = await descent(folder(), 'doctor', '--offline', '--json');
  const { sections } = JSON.parse(out) as { readonly sections: readonly Section[] };
  expect(sections).toHaveLength(5);
  const findings = sections.flatMap((section) => section.findings);
  for (const name of ['onnx:cpu', 'onnx:wasm', 'tfjs:wasm', 'reference']) {
    expect(findings).toContainEqual(
      expect.objectContaining({ what: name, state: 'ok', found: expect.stringMatching(/trains: mlp .* cnn /) }),
    );
  }
  for (const { what, state, fix } of findings)
    if (state !== 'ok') expect([what, fix]).toEqual([what, expect.any(String)]);
  // A machine may have its own problems; then they are counted.
  expect([code, err.includes('the doctor found')]).toEqual(
    findings.some(({ state }) => state === 'problem') ? [1, true] : [0, false],
  );
});
