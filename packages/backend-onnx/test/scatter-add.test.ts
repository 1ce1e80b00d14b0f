import { graph, type NDArray, ndarray, type Program } from '@descent/core/backend';
import { input, scatterAdd } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { type ScatterAddStrategy, scatterAdds } from '../src/lowerings/scatter-add.ts';
import { onnx } from '../src/public/index.ts';
import { costRules } from '../src/strategies.ts';
import { runLowered } from './run-lowered.ts';

const [SIZE, WIDTH, COUNT] = [50, 16, 20_000];

/** Adds `COUNT` rows to a table of `SIZE`. */
const program: Program = (() => {
  const indices = input('indices', [COUNT], 'int32');
  const updates = input('updates', [COUNT, WIDTH]);
  const outputs = new Map([['y', scatterAdd(indices, updates, { axis: 0, size: SIZE })]]);
  return { graph: graph(outputs), reads: [], writes: [] };
})();

/** Most rows go to few places, as words in a text. Quarters add up without rounding, so every order of adding gives the same. */
const feeds = {
  indices: ndarray(
    'int32',
    [COUNT],
    Int32Array.from({ length: COUNT }, (_, i) => ((i * i) % 7) * (i % SIZE === 3 ? 8 : 1)),
  ),
  updates: ndarray(
    'float32',
    [COUNT, WIDTH],
    Float32Array.from({ length: COUNT * WIDTH }, (_, i) => ((i % 13) - 6) / 4),
  ),
};

describe('rows are added to a table', () => {
  test.each([
    ['rows', { threads: 1 }],
    ['flat', { threads: 2 }],
    ['flat', { device: 'wasm' }],
    ['elements', { threads: 1, dialect: 'webgpu' }],
  ] as const)('as %s on %j, also where many go to one place', async (strategy, options) => {
    const backend = onnx(options);
    const executable = await backend.compile(program);
    expect(executable.describe?.()).toContain(`scatterAdd into [${SIZE}, ${WIDTH}]: ${strategy}`);
    const expected = await (await referenceBackend().compile(program)).run(feeds);
    // What two threads add at once to one place would differ now and then.
    for (let again = 0; again < 20; again++) expect((await executable.run(feeds)).y?.data).toEqual(expected['y']?.data);
    executable.dispose();
    await backend.dispose();
  });

  test.each(Object.keys(scatterAdds) as ScatterAddStrategy[])(
    'an index that has no row is refused: %s',
    async (way) => {
      const strategies = { ...costRules, scatterAdd: () => way };
      for (const wrong of [-1, SIZE]) {
        const indices: NDArray = { ...feeds.indices, data: Int32Array.from(feeds.indices.data).fill(wrong, 7, 8) };
        await expect(runLowered(program.graph, { ...feeds, indices }, { strategies })).rejects.toThrow(
          /indices|index|indice/,
        );
      }
    },
  );
});
