import { BackendError, type NDArray, tensor } from '@descent/core';
import { createBackend, createEntries, type Entries, graph, type Program } from '@descent/core/backend';
import { add, input } from '@descent/core/ops';
import { describe, expect, test } from 'vitest';

interface Box {
  readonly array: NDArray;
  freed: boolean;
}

/** A backend whose only program adds the feed `x` to the entry `w`; every value it has ever kept is in `all`. */
function boxes({ fail = () => false }: { fail?: (x: number) => boolean } = {}) {
  const all: Box[] = [];
  const disposed: string[] = [];
  const put = (array: NDArray): Box => {
    const box = { array, freed: false };
    all.push(box);
    return box;
  };
  const backend = createBackend<Entries<Box>>({
    name: 'boxes',
    compile: () => ({
      async run(feeds, held, step) {
        const w = (held as Entries<Box>).valueFor('w', input('w', []));
        const x = (feeds['x'] as NDArray).data[0] as number;
        if (step === 0) held?.forget();
        if (fail(x)) throw new BackendError('refused');
        held?.replace(new Map([['w', put(tensor((w.array.data[0] as number) + x))]]), step === 0);
        return {};
      },
      describe: () => 'boxes',
      dispose: () => void disposed.push('executable'),
    }),
    state: () =>
      createEntries<Box>({
        put,
        get: ({ array }) => array,
        typeOf: ({ array }) => array,
        free(box) {
          expect(box.freed, 'freed twice').toBe(false);
          box.freed = true;
        },
      }),
    dispose: () => void disposed.push('backend'),
  });
  return { backend, disposed, live: () => all.filter(({ freed }) => !freed).map(({ array }) => array.data[0]) };
}

const program: Program = { graph: graph({ w: add(input('w', []), input('x', [])) }), reads: ['w'], writes: ['w'] };
const x = tensor(1);

describe('constants of programs', () => {
  const plain: Program = { graph: graph({ y: add(input('a', [2]), input('b', [2])) }), reads: [], writes: [] };
  const backend = createBackend<Entries<Box>>({
    name: 'adder',
    constantBytes: 8,
    compile: ({ constants = {} }) => ({
      run: async ({ a }) => ({ y: tensor([(a?.data[0] as number) + (constants['b']?.data[0] as number), 0]) }),
      describe: () => 'adder',
    }),
    state: () => Promise.reject(new Error('none was asked for')),
  });

  test('are not fed', async () => {
    expect(backend.constantBytes).toBe(8);
    const executable = await backend.compile({ ...plain, constants: { b: tensor([5, 6]) } });
    expect((await executable.run({ a: tensor([1, 2]) }))['y']).toEqual(tensor([6, 0]));
    await expect(executable.run({ a: tensor([1, 2]), b: tensor([1, 2]) })).rejects.toThrow(
      "there is no input called 'b'",
    );
    const { y } = await executable.runSteps(1, { a: tensor([[1, 2]]) });
    expect(y).toEqual(tensor([[6, 0]]));
  });

  test('must be inputs that are not read, of their types', async () => {
    const compile = (given: Partial<Program>) => backend.compile({ ...plain, ...given });
    await expect(compile({ constants: { c: tensor([1, 2]) } })).rejects.toThrow(
      /the program cannot have 'c' as a constant[\s\S]*no graph input of that name[\s\S]*a, b/,
    );
    await expect(compile({ reads: ['b'], constants: { b: tensor([1, 2]) } })).rejects.toThrow(
      /cannot have 'b' as a constant[\s\S]*also among the reads/,
    );
    await expect(compile({ constants: { b: tensor([1, 2, 3]) } })).rejects.toThrow("the input 'b' does not fit");
  });

  test('are refused where there are more than the backend takes', async () => {
    const constants = { a: tensor([1, 2]), b: tensor([5, 6]) };
    await expect(backend.compile({ ...plain, constants })).rejects.toThrow(
      /adder does not take these constants[\s\S]*16 bytes[\s\S]*at most 8 bytes[\s\S]*put them into a state/,
    );
    const { backend: other } = boxes();
    expect(other.constantBytes).toBe(0);
    await expect(other.compile({ ...program, reads: ['w'], constants: { x } })).rejects.toThrow(
      'a program without constants',
    );
  });
});

describe('createEntries', () => {
  test('has the entries of now and those before the last run, and frees each value once', async () => {
    const { backend, live } = boxes();
    const executable = await backend.compile(program);
    const state = await backend.state({ w: tensor(10), other: tensor(0) });
    for (let i = 0; i < 5; i++) await executable.run({ x }, state);
    expect(live()).toEqual([0, 14, 15]);
    expect(await state.rollback()).toBe(true);
    expect(live()).toEqual([0, 14]);
    expect(await state.rollback()).toBe(false);
    await executable.runSteps(3, { x: tensor([1, 2, 3]) }, state);
    expect(live()).toEqual([0, 14, 20]);
    await state.write({ w: tensor(7) });
    expect(live()).toEqual([0, 7]);
    expect(await state.rollback()).toBe(false);
    state.dispose();
    state.dispose();
    expect(live()).toEqual([]);
  });

  test('steps before one that fails are undone together', async () => {
    const { backend } = boxes({ fail: (value) => value === 3 });
    const executable = await backend.compile(program);
    const state = await backend.state({ w: tensor(10) });
    await expect(executable.runSteps(3, { x: tensor([1, 2, 3]) }, state)).rejects.toThrow('refused');
    expect(await state.read()).toEqual({ w: tensor(13) });
    expect(await state.rollback()).toBe(true);
    expect(await state.read()).toEqual({ w: tensor(10) });
  });
});

describe('createBackend', () => {
  test('ends once, and ends what it has made', async () => {
    const { backend, disposed, live } = boxes();
    const [one, two] = [await backend.compile(program), await backend.compile(program)];
    await backend.state({ w: tensor(1) });
    one.dispose();
    one.dispose();
    expect(disposed).toEqual(['executable']);
    await backend.dispose();
    await backend.dispose();
    two.dispose();
    expect(disposed).toEqual(['executable', 'executable', 'backend']);
    expect(live()).toEqual([]);
  });

  test('a program that is compiled while the backend ends is disposed', async () => {
    const { backend, disposed } = boxes();
    const compiling = backend.compile(program);
    await backend.dispose();
    await expect(compiling).rejects.toThrow('the backend boxes was used after dispose');
    expect(disposed.sort()).toEqual(['backend', 'executable']);
  });

  test('integers of NumPy become int32', async () => {
    const { backend } = boxes();
    const labels = { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, -5n) } as unknown as NDArray;
    const state = await backend.state({ labels });
    expect(await state.read()).toEqual({ labels: tensor([1, -5], 'int32') });
    const far = { ...labels, data: BigInt64Array.of(2n ** 40n, 0n) } as unknown as NDArray;
    await expect(state.write({ labels: far })).rejects.toThrow("the entry 'labels' has an integer that does not fit");
  });
});
