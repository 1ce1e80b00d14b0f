import type { Backend } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { caseNames, noData } from './read.ts';
import { runCase } from './run.ts';
import { outOfScope } from './scope.ts';

/** Folders of ONNX's own cases: of single operators, and networks that PyTorch once exported. */
const FOLDERS = ['node', 'pytorch-converted', 'pytorch-operator', 'simple'] as const;

/** Every case in scope gives the expected outputs on a backend, and none out of scope does: that list can only shrink. */
export function onnxCases(backendName: string, create: () => Backend | Promise<Backend>): void {
  let made: Promise<Backend> | undefined;
  const backend = (): Promise<Backend> => (made ??= Promise.resolve(create()));

  describe.each(FOLDERS)(`ONNX's own cases as networks on ${backendName}: %s`, (folder) => {
    const names = caseNames(folder);

    test.for(names.filter((name) => outOfScope(name) === undefined))('%s', async (name) => {
      await runCase(folder, name, await backend());
    });

    test('none out of scope passes', async ({ skip }) => {
      skip(noData !== undefined, noData);
      const passed: string[] = [];
      for (const name of names.filter((one) => outOfScope(one) !== undefined)) {
        const isRight = await runCase(folder, name, await backend()).then(
          () => true,
          () => false,
        );
        if (isRight) passed.push(name);
      }
      expect(passed).toEqual([]);
    });
  });
}
