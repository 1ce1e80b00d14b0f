import { type Arrays, type Backend, DYNAMIC, type NDArray, ndarray, tensor } from '@descent/core';
import { graph, type Program, type State } from '@descent/core/backend';
import { add, input, mean, mul, reshape, sub, sum } from '@descent/core/ops';
import { expectClose, expectRejection, expectThat } from '../compare.ts';
import type { ConformanceTest } from '../test-case.ts';

/** States, several programs at once, what comes after `dispose`, and what is refused. */
export function lifecycleTests(): readonly ConformanceTest[] {
  return Object.entries(TESTS).map(([name, run]) => ({ name: `lifecycle/${name}`, run: (backend) => run(backend) }));
}

/** `w ← w − x`; returns the sum of the new `w`. */
function descend(): Program {
  const w = input('w', [2]);
  const next = sub(w, input('x', [2]));
  return { graph: graph({ w: next, total: sum(next) }), reads: ['w'], writes: ['w'] };
}

/** Returns `2·w` and leaves it alone. */
function read(): Program {
  return { graph: graph({ twice: mul(input('w', [2]), 2) }), reads: ['w'], writes: [] };
}

const x = tensor([1, 2]);
const start: Arrays = { w: tensor([10, 20]) };
const exactly = (actual: Arrays, expected: Arrays): void => expectClose(actual, expected, 1e-6);

const TESTS: Readonly<Record<string, (backend: Backend) => Promise<void>>> = {
  async 'a state is read, written and kept between runs'(backend) {
    const executable = await backend.compile(descend());
    const state = await backend.state(start);
    exactly(await executable.run({ x }, state), { total: tensor(27) });
    exactly(await executable.run({ x }, state), { total: tensor(24) });
    exactly(await state.read(), { w: tensor([8, 16]) });
    await state.write({ w: tensor([1, 1]), other: tensor([5]) });
    exactly(await state.read(), { w: tensor([1, 1]), other: tensor([5]) });
    exactly(await state.read(['other']), { other: tensor([5]) });
    executable.dispose();
    state.dispose();
  },

  async 'what a state was made from can be changed afterwards'(backend) {
    const data = Float32Array.of(10, 20);
    const state = await backend.state({ w: ndarray('float32', [2], data) });
    data.fill(0);
    const copy = (await state.read())['w'] as NDArray;
    exactly({ w: copy }, start);
    copy.data.fill(0);
    exactly(await state.read(), start);
    state.dispose();
  },

  async 'constants have one value in all runs, which can be changed afterwards'(backend) {
    const constants = { w: tensor([10, 20]) };
    const program = { ...read(), reads: [], constants };
    if ((backend.constantBytes ?? 0) === 0) {
      await expectRejection(backend.compile(program), 'BackendError', 'a program with constants');
      return;
    }
    const executable = await backend.compile(program);
    constants.w.data.fill(0);
    for (let i = 0; i < 2; i++) exactly(await executable.run({}), { twice: tensor([20, 40]) });
    executable.dispose();
  },

  async 'results stay as they are when the program runs again'(backend) {
    const executable = await backend.compile(descend());
    const state = await backend.state(start);
    const first = await executable.run({ x }, state);
    await executable.run({ x: tensor([5, 5]) }, state);
    exactly(first, { total: tensor(27) });
    executable.dispose();
    state.dispose();
  },

  async 'rollback undoes one run, or says that it cannot'(backend) {
    const executable = await backend.compile(descend());
    const state = await backend.state(start);
    await executable.run({ x }, state);
    await executable.run({ x }, state);
    if (await state.rollback()) {
      exactly(await state.read(), { w: tensor([9, 18]) });
      expectThat(!(await state.rollback()), 'only one run can be undone', 'a second rollback said it worked');
    }
    executable.dispose();
    state.dispose();
  },

  async 'several steps in one run are as many single ones, and are undone together'(backend) {
    const executable = await backend.compile(descend());
    const state = await backend.state(start);
    const steps = tensor([
      [1, 2],
      [3, 4],
      [0, 1],
    ]);
    exactly(await executable.runSteps(3, { x: steps }, state), { total: tensor([27, 20, 19]) });
    exactly(await state.read(), { w: tensor([6, 13]) });
    exactly(await executable.runSteps(1, { x: tensor([[1, 1]]) }, state), { total: tensor([17]) });
    if (await state.rollback()) exactly(await state.read(), { w: tensor([6, 13]) });
    executable.dispose();
    state.dispose();
  },

  async 'several programs share a state'(backend) {
    const [descending, reading] = await Promise.all([backend.compile(descend()), backend.compile(read())]);
    const state = await backend.state(start);
    await descending.run({ x }, state);
    exactly(await reading.run({}, state), { twice: tensor([18, 36]) });
    reading.dispose();
    exactly(await descending.run({ x }, state), { total: tensor(24) });
    descending.dispose();
    state.dispose();
  },

  async 'two states of one program are apart'(backend) {
    const executable = await backend.compile(descend());
    const [a, b] = [await backend.state(start), await backend.state({ w: tensor([0, 0]) })];
    await Promise.all([executable.run({ x }, a), executable.run({ x }, b)]);
    exactly(await a.read(), { w: tensor([9, 18]) });
    exactly(await b.read(), { w: tensor([-1, -2]) });
    executable.dispose();
    a.dispose();
    b.dispose();
  },

  async 'a dynamic axis takes any size'(backend) {
    const rows = input('rows', [DYNAMIC, 2, 3]);
    const flat = reshape(rows, [DYNAMIC, 6]);
    const program = { graph: graph({ flat: add(flat, 1), mean: mean(flat, { axes: [0] }) }), reads: [], writes: [] };
    const executable = await backend.compile(program);
    for (const n of [1, 4]) {
      const data = Float32Array.from({ length: n * 6 }, (_, i) => i);
      const means = Float32Array.from({ length: 6 }, (_, i) => i + (6 * (n - 1)) / 2);
      exactly(await executable.run({ rows: ndarray('float32', [n, 2, 3], data) }), {
        flat: ndarray(
          'float32',
          [n, 6],
          data.map((v) => v + 1),
        ),
        mean: ndarray('float32', [6], means),
      });
    }
    executable.dispose();
  },

  async 'a thousand runs give the same as the first'(backend) {
    const executable = await backend.compile(descend());
    const state = await backend.state(start);
    const zero = tensor([0, 0]);
    for (let i = 0; i < 1000; i++) await executable.run({ x: zero }, state);
    exactly(await state.read(), start);
    executable.dispose();
    state.dispose();
  },

  async 'wrong feeds are refused'(backend) {
    const executable = await backend.compile(descend());
    const state = await backend.state(start);
    await expectRejection(executable.run({}, state), 'BackendError', 'a missing feed');
    await expectRejection(executable.run({ x: tensor([1, 2, 3]) }, state), 'BackendError', 'a feed of another shape');
    await expectRejection(
      executable.run({ x: tensor([1, 2], 'int32') }, state),
      'BackendError',
      'a feed of another type',
    );
    await expectRejection(executable.run({ x, extra: x }, state), 'BackendError', 'a feed that is no input');
    await expectRejection(executable.run({ x }), 'BackendError', 'a run without the state');
    await expectRejection(
      executable.run({ x }, await backend.state({ v: x })),
      'BackendError',
      'a state without the entry',
    );
    await expectRejection(executable.runSteps(0, { x }, state), 'ValueError', 'no steps at all');
    await expectRejection(executable.runSteps(2, { x }, state), 'BackendError', 'feeds without an axis of steps');
    const numbers = { x: [1, 2] } as unknown as Arrays;
    await expectRejection(executable.run(numbers, state), 'ValueError', 'a list of numbers');
    await expectRejection(executable.run(null as unknown as Arrays, state), 'ValueError', 'no feeds');
    await expectRejection(executable.run({ x }, {} as State), 'BackendError', 'a state that nobody made');
    await expectRejection(backend.state(numbers), 'ValueError', 'a state of lists');
    await expectRejection(state.write(numbers), 'ValueError', 'a list written to a state');
    exactly(await state.read(), start);
    executable.dispose();
    state.dispose();
  },

  async 'what was disposed is refused'(backend) {
    const executable = await backend.compile(descend());
    const [state, other] = [await backend.state(start), await backend.state(start)];
    state.dispose();
    await expectRejection(executable.run({ x }, state), 'BackendError', 'a disposed state');
    await expectRejection(
      Promise.resolve().then(() => state.read()),
      'BackendError',
      'reading a disposed state',
    );
    executable.dispose();
    await expectRejection(executable.run({ x }, other), 'BackendError', 'a disposed executable');
    other.dispose();
  },
};
