import { tfjs } from '@descent/backend-tfjs';
import { expect, test } from 'vitest';
import { caseNames, noData } from '../../packages/backend-onnx/test/onnx-cases/read.ts';
import { runCase } from '../../packages/backend-onnx/test/onnx-cases/run.ts';
import { outOfScope } from '../../packages/backend-onnx/test/onnx-cases/scope.ts';

test("ONNX's own cases, as imported networks, give the expected outputs on tfjs:cpu", async ({ skip }) => {
  if (noData !== undefined) console.log(`ONNX's own cases on tfjs:cpu: not run: ${noData}`);
  skip(noData !== undefined, noData);
  const backend = await tfjs({ engine: 'cpu' });
  const failures: string[] = [];
  for (const name of caseNames('node').filter((n) => outOfScope(n) === undefined)) {
    const error = await runCase('node', name, backend).catch((e: unknown) => e);
    if (error !== undefined) failures.push(`${name}: ${error}`);
  }
  expect(failures).toEqual([]);
});
