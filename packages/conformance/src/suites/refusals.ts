import { type Backend, DescentError, type NDArray, tensor } from '@descent/core';
import { graph, type Node } from '@descent/core/backend';
import { add, gather, input, logicalNot, scatterAdd } from '@descent/core/ops';
import { evaluate, expectClose, expectRejection, expectThat } from '../compare.ts';
import type { ConformanceTest } from '../test-case.ts';

const LARGEST = 2 ** 31 - 1;

const BAD_INDICES: Readonly<Record<string, readonly number[]>> = {
  'a negative index': [0, -1],
  'an index just beyond the end': [3, 0],
  'the largest index': [LARGEST, 0],
  'the least index': [0, -LARGEST - 1],
};

const OPS: Readonly<Record<string, (x: Node, indices: Node) => Node>> = {
  'gather from the first axis': (x, indices) => gather(x, indices, 0),
  'gather from the last axis': (x, indices) => gather(x, indices, 1),
  scatterAdd: (x, indices) => scatterAdd(indices, gather(x, input('rows', [2], 'int32'), 0), { axis: 0, size: 3 }),
};

const X = tensor([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]);

/** Values that no result can be right for end in a typed error: never in a number, in memory of others, or in the end of the process. */
export function refusalTests(): readonly ConformanceTest[] {
  const booleans: ConformanceTest = { name: 'refusal/a byte that is no boolean', run: expectBooleans };
  const failure: ConformanceTest = { name: 'refusal/gather in a run that writes', run: expectNothingWritten };
  return [booleans, failure, ...indexTests()];
}

function indexTests(): readonly ConformanceTest[] {
  return Object.entries(OPS).flatMap(([op, build]) =>
    Object.entries(BAD_INDICES).map(([what, indices]) => ({
      name: `refusal/${op}/${what}`,
      run: (backend: Backend) => expectRefused(backend, build, tensor(indices, 'int32')),
    })),
  );
}

/** What is neither 0 nor 1 would be true to one engine and false to another. */
async function expectBooleans(backend: Backend): Promise<void> {
  const y = graph({ y: logicalNot(input('x', [3], 'bool')) });
  const x = { dtype: 'bool', shape: [3], data: Uint8Array.of(0, 1, 2) } as const;
  await expectRejection(evaluate(backend, y, { x }), 'BackendError', 'a byte that is no boolean');
}

/** A run that fails changes nothing, and leaves nothing to undo. */
async function expectNothingWritten(backend: Backend): Promise<void> {
  const rows = gather(input('table', [3]), input('i', [2], 'int32'));
  const program = { graph: graph({ w: add(input('w', [2]), rows) }), reads: ['w', 'table'], writes: ['w'] };
  const executable = await backend.compile(program);
  const state = await backend.state({ w: tensor([10, 20]), table: tensor([1, 2, 3]) });
  await executable.run({ i: tensor([0, 2], 'int32') }, state);
  const failure = await executable.run({ i: tensor([0, 7], 'int32') }, state).catch((error: unknown) => error);
  expectThat(failure instanceof DescentError, 'an index out of range must be refused', String(failure));
  expectThat(!(await state.rollback()), 'a run that failed wrote nothing', 'a rollback said that it undid something');
  expectClose(await state.read(['w']), { w: tensor([11, 23]) }, 1e-6);
  executable.dispose();
  state.dispose();
}

async function expectRefused(backend: Backend, build: (x: Node, indices: Node) => Node, i: NDArray): Promise<void> {
  const y = graph({ y: build(input('x', [3, 3]), input('i', [2], 'int32')) });
  const outcome = await evaluate(backend, y, { x: X, i, rows: tensor([0, 1], 'int32') }).then(
    ({ y: result }) => `${result?.data}`,
    (error: unknown) => error,
  );
  if (outcome instanceof DescentError) return;
  throw new DescentError('an index out of range must be refused by a typed error', { received: String(outcome) });
}
