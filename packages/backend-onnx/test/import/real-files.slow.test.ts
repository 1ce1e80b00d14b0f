import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnx } from '@descent/backend-onnx';
import { afterAll, describe, expect, test } from 'vitest';
import { expectSameAnswers, expectSameLosses, readAnswers, withoutPython } from './real-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-real-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Five minutes and more, and packages of some GB: by hand, see CONTRIBUTING.md.
const reason =
  process.env['DESCENT_REAL_FILES'] === '1'
    ? withoutPython('torch, onnx, onnxscript, onnxruntime')
    : 'asked for with DESCENT_REAL_FILES=1, see CONTRIBUTING.md';
if (reason !== undefined) console.log(`real ONNX files: not run: ${reason}`);

/** How many files each family makes at least, where its packages are there. */
const FAMILIES = { torch: 23, vision: 7, transformers: 5, keras: 2, sklearn: 4 } as const;

describe.skipIf(reason !== undefined)('files of real exporters', () => {
  test.each(Object.entries(FAMILIES))(
    'of %s answer as ONNX Runtime does, and learn as PyTorch does',
    async (family, count) => {
      const out = join(folder, family);
      const python = process.env['DESCENT_PYTHON'] ?? 'python3';
      execFileSync(python, [join(import.meta.dirname, 'real-files.py'), out, family], { stdio: 'ignore' });
      const { answers, missing } = readAnswers(out);
      for (const { name, reason: why } of missing) console.log(`${name}: not run: ${why}`);
      // A family without its packages is one line; a file that its exporter cannot make is another.
      if (!missing.some(({ name }) => name === family))
        expect(answers.length + missing.length).toBeGreaterThanOrEqual(count);
      const backend = await onnx({ device: 'cpu', threads: 1 });
      const failures: string[] = [];
      for (const file of answers) {
        const note = (error: unknown): number => failures.push(`${file.name}: ${(error as Error).message}`);
        await expectSameAnswers(file, backend).catch(note);
        if (file.tuned !== undefined) await expectSameLosses(file, backend).catch(note);
      }
      expect(failures).toEqual([]);
    },
  );
});
