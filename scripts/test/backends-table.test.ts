import { readFileSync } from 'node:fs';
import { onnxBackends } from '@descent/backend-onnx';
import { tfjsBackends } from '@descent/backend-tfjs';
import { referenceBackends } from '@descent/core/reference';
import { expect, test } from 'vitest';
import { withTable } from '../backends-table.mjs';

test('the table of docs/backends.md is what the packages say: node scripts/backends-table.mjs', () => {
  const page = readFileSync(new URL('../../docs/backends.md', import.meta.url), 'utf8');
  expect(page).toBe(withTable(page, [...onnxBackends, ...tfjsBackends, ...referenceBackends]));
  const [first] = onnxBackends;
  expect(withTable(page, first === undefined ? [] : [first])).not.toBe(page);
  expect(() => withTable('no marks', [])).toThrow('no marks for its table');
});
