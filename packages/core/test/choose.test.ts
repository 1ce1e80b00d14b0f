import { describe, expect, test } from 'vitest';
import type { Backend } from '../src/backend/contract.ts';
import { type CacheStorageLike, pageStore, type TextStore } from '../src/backend/text-store.ts';
import { type Choice, decodeChoice, encodeChoice, formatChoice } from '../src/choose/choice.ts';
import { chooseBackend } from '../src/choose/choose-backend.ts';
import { judge } from '../src/choose/judge.ts';
import type { Candidate } from '../src/choose/measure-in-turn.ts';
import { type Trial, tryTraining } from '../src/choose/trial.ts';
import { referenceBackend } from '../src/reference/backend.ts';

/** A backend that is only opened and disposed. */
function openable(name: string): { readonly candidate: Candidate; readonly open: () => number } {
  let open = 0;
  const backend = { ...referenceBackend(), name, dispose: async () => void open-- } satisfies Backend;
  const candidate = {
    name,
    isLastResort: false,
    async open() {
      open++;
      return backend;
    },
  };
  return { candidate, open: () => open };
}

const missing: Candidate = {
  name: 'gone',
  isLastResort: false,
  open: () => Promise.reject(new Error('the package is missing\n  fix: npm install it')),
};

/** As if it had been measured; `losses` of both networks. */
function trial(name: string, ms: number, losses: readonly number[] = [2.3, 2.1, 1.9]): Trial {
  const networks = (['mlp', 'cnn'] as const).map((network) => ({ network, msPerStep: ms, losses }));
  return { name, state: 'measured', networks };
}

const noReference = (): Promise<Trial> => Promise.reject(new Error('not asked'));

function memory(text?: string): TextStore & { text: string | undefined; writes: number } {
  return {
    text,
    writes: 0,
    place: 'MEMORY',
    async read() {
      return this.text;
    },
    async write(next) {
      this.text = next;
      this.writes++;
    },
  };
}

const fast = openable('fast').candidate;
const slow = openable('slow').candidate;
const measureFast = async (): Promise<readonly Trial[]> => [trial('slow', 8), trial('fast', 2)];
const notMeasured = (): Promise<never> => Promise.reject(new Error('measured again'));

describe('judge', () => {
  test('backends that agree are right without the reference', async () => {
    const results = await judge([trial('a', 4), trial('b', 1)], noReference);
    expect(results).toEqual([
      { name: 'a', state: 'measured', msPerStep: expect.closeTo(4, 9) },
      { name: 'b', state: 'measured', msPerStep: expect.closeTo(1, 9) },
    ]);
  });

  test('where they differ, the reference says who is wrong, and the step is named', async () => {
    const reference = async (): Promise<Trial> => trial('the reference interpreter', 900, [2.3, 2.1]);
    const trials = [trial('gpu', 1, [2.3, 2.2, 2]), trial('cpu', 4), trial('late', 5, [2.3, 2.1, 1.5])];
    const [gpu, cpu, late] = await judge(trials, reference);
    expect(gpu).toEqual({
      name: 'gpu',
      state: 'wrong',
      problem: 'its loss at step 2 of the mlp is 2.20000, that of the reference interpreter 2.10000',
    });
    expect(cpu?.state).toBe('measured');
    // The reference is too slow for a third step; two are compared.
    expect(late?.state).toBe('measured');
    const nan = await judge([trial('nan', 1, [2.3, Number.NaN]), trial('cpu', 4)], reference);
    expect(nan.map(({ state }) => state)).toEqual(['wrong', 'measured']);
  });

  test('one alone is compared with the reference, none with nothing', async () => {
    const reference = async (): Promise<Trial> => trial('reference', 900, [2.3, 2.1]);
    expect((await judge([trial('gpu', 1, [2.4, 2.3])], reference))[0]?.state).toBe('wrong');
    expect((await judge([trial('gpu', 1)], reference))[0]?.state).toBe('measured');
    const gone: Trial = { name: 'gone', state: 'missing', problem: 'no package' };
    expect(await judge([gone], noReference)).toEqual([gone]);
  });
});

describe('chooseBackend', () => {
  test('opens the fastest, and says why', async () => {
    const { backend, choice, why } = await chooseBackend([slow, fast, missing], {
      store: null,
      measure: async () => [
        ...(await measureFast()),
        { name: 'gone', state: 'missing', problem: 'no package' },
        { name: 'gpu', state: 'failed', problem: 'it crashed' },
      ],
    });
    expect(backend.name).toBe('fast');
    expect(choice.results.map(({ state }) => state)).toEqual(['measured', 'measured', 'missing', 'failed']);
    expect(why).toBe('2.0 ms a step, slow 8.0; not gpu: it crashed; measured now');
  });

  test('of two that are as good as equal, the first is taken', async () => {
    const measure = async (): Promise<readonly Trial[]> => [trial('slow', 2.1), trial('fast', 2)];
    expect((await chooseBackend([slow, fast], { store: null, measure })).choice.name).toBe('slow');
  });

  test('one that was measured and does not open is passed over; what is slow comes last', async () => {
    const last: Candidate = { ...slow, isLastResort: true };
    const measure = async (): Promise<readonly Trial[]> => [trial('gone', 1), trial('fast', 2)];
    expect((await chooseBackend([missing, fast, last], { store: null, measure })).choice.name).toBe('fast');
    const none = async (): Promise<readonly Trial[]> => [{ name: 'gone', state: 'missing', problem: 'no package' }];
    const { choice, why } = await chooseBackend([missing, last], { store: null, measure: none });
    expect(choice.name).toBe('slow');
    expect(why).toBe('nothing faster works here; not measured; measured now');
    await expect(chooseBackend([missing], { store: null, measure: none })).rejects.toThrow(
      /^no backend works here\n {2}received: gone: no package/,
    );
  });

  test('remembers its choice, for this key and these candidates', async () => {
    const store = memory();
    const first = await chooseBackend([slow, fast], { store, key: 'node 20', measure: measureFast });
    expect(first.why).toMatch(/; measured now; remove MEMORY to measure again$/);
    const second = await chooseBackend([slow, fast], { store, key: 'node 20', measure: notMeasured });
    expect(second.choice).toEqual(first.choice);
    expect(second.why).toMatch(/; remembered from \d{4}-\d\d-\d\d; remove MEMORY to measure again$/);
    for (const [candidates, options] of [
      [[slow, fast], { key: 'node 22' }],
      [[fast, slow], { key: 'node 20' }],
      [[slow, fast], { key: 'node 20', again: true }],
    ] as const) {
      const measured = chooseBackend(candidates, { store: memory(store.text), measure: notMeasured, ...options });
      await expect(measured).rejects.toThrow('measured again');
    }
  });

  test('measures anew when what was remembered does not open any more', async () => {
    const store = memory();
    const both = [slow, { ...fast, name: 'gone' }];
    const measure = async (): Promise<readonly Trial[]> => [trial('slow', 8), trial('gone', 2)];
    await chooseBackend(both, { store, key: '', measure });
    const { choice } = await chooseBackend([slow, missing], { store, key: '', measure });
    expect([choice.name, store.writes]).toEqual(['slow', 2]);
  });

  test('a memory that was changed in any place is measured anew, never an error', async () => {
    const store = memory();
    await chooseBackend([slow, fast], { store, key: 'k', measure: measureFast });
    const text = store.text as string;
    const { key } = JSON.parse(text) as { readonly key: string };
    for (let i = 0; i < text.length; i++) {
      for (const mutated of [text.slice(0, i), `${text.slice(0, i)}~${text.slice(i + 1)}`]) {
        // What JSON does not tell apart is no change.
        const found = await decodeChoice(mutated, key, new Date());
        if (found !== undefined) expect(JSON.parse(mutated)).toEqual(JSON.parse(text));
      }
    }
    const swapped = memory(text.replace('"name": "fast",\n    "measured"', '"name": "slow",\n    "measured"'));
    expect(swapped.text).not.toBe(text);
    expect((await chooseBackend([slow, fast], { store: swapped, key: 'k', measure: measureFast })).choice.name).toBe(
      'fast',
    );
    expect(swapped.writes).toBe(1);
  });

  test('a place that cannot be written to costs the memory, not the run', async () => {
    const store: TextStore = {
      place: 'MEMORY',
      read: async () => undefined,
      write: () => Promise.reject(new Error('the file system is read-only\n  fix: …')),
    };
    const { why } = await chooseBackend([slow, fast], { store, measure: measureFast });
    expect(why).toMatch(/; measured now, and next time again: the file system is read-only$/);
  });

  test('whoever waited for another process takes its choice', async () => {
    const store = memory();
    const other = (): Promise<unknown> => chooseBackend([slow, fast], { store, key: '', measure: measureFast });
    const waiting: TextStore = {
      place: store.place,
      read: () => store.read(),
      write: (text) => store.write(text),
      exclusively: (work) => other().then(work),
    };
    const chosen = await chooseBackend([slow, fast], { store: waiting, key: '', measure: notMeasured });
    expect([chosen.choice.name, store.writes]).toEqual(['fast', 1]);
  });

  test('one that never ends is left after the deadline, and named', async () => {
    const hanging: Candidate = { name: 'hanging', isLastResort: false, open: () => new Promise(() => {}) };
    const chosen = await chooseBackend([hanging, { ...fast, isLastResort: true }], { store: null, timeout: 20 });
    expect(chosen.choice.name).toBe('fast');
    expect(chosen.why).toContain('not hanging: it did not end within 0.02 s');
  });

  test.each([
    [[], {}, /chooses among descriptions of backends\n {2}received: \[\]/],
    [[referenceBackend()], {}, /fix: import \{ onnxBackends \}/],
    [[fast], { timeout: 0 }, /timeout/],
    [[fast], { timout: 1 }, /did you mean 'timeout'/],
  ])('wrong arguments are answered: %#', async (candidates, options, message) => {
    await expect(chooseBackend(candidates as never, options as never)).rejects.toThrow(message);
  });
});

describe('a choice as text', () => {
  const choice: Choice = {
    name: 'a',
    measured: '2026-11-01T00:00:00.000Z',
    results: [{ name: 'a', state: 'measured', msPerStep: 12.3 }],
  };

  test('is for one key and one month', async () => {
    const text = (await encodeChoice(choice, 'key')) as string;
    const on = (day: string): Date => new Date(`2026-${day}T00:00:00Z`);
    expect(await decodeChoice(text, 'key', on('11-30'))).toEqual(choice);
    expect(await decodeChoice(text, 'other', on('11-30'))).toBeUndefined();
    expect(await decodeChoice(text, 'key', on('12-02'))).toBeUndefined();
    // Clocks may have been wrong.
    expect(await decodeChoice(text, 'key', on('10-31'))).toBeUndefined();
    for (const other of ['', 'null', '[]', '{"key":"key"}']) {
      expect(await decodeChoice(other, 'key', on('11-30'))).toBeUndefined();
    }
    expect(formatChoice(choice)).toBe('12 ms a step');
  });
});

describe('tryTraining', () => {
  test('what does not open is missing, what breaks later has failed; both are released', async () => {
    expect(await tryTraining(missing)).toEqual({ name: 'gone', state: 'missing', problem: 'the package is missing' });
    const { candidate, open } = openable('odd');
    const noState = async (): Promise<Backend> => ({
      ...(await candidate.open()),
      state: () => Promise.reject(new Error('no memory')),
    });
    expect(await tryTraining({ name: 'odd', open: noState })).toEqual({
      name: 'odd',
      state: 'failed',
      problem: 'no memory',
    });
    expect(open()).toBe(0);
  });
});

describe('pageStore', () => {
  test('keeps a text in Cache Storage; a browser that refuses it has none', async () => {
    const kept = new Map<string, Response>();
    const storage: CacheStorageLike = {
      open: async (cache) => ({
        match: async (address) => kept.get(`${cache} ${address}`)?.clone(),
        put: async (address, response) => void kept.set(`${cache} ${address}`, response as Response),
      }),
    };
    const store = pageStore('backend', storage);
    expect(await store?.read()).toBeUndefined();
    await store?.write('text');
    expect(await store?.read()).toBe('text');
    expect(await pageStore('other', storage)?.read()).toBeUndefined();
    const refusing = pageStore('backend', { open: () => Promise.reject(new Error('SecurityError')) });
    expect(await refusing?.read()).toBeUndefined();
    await expect(refusing?.write('text')).rejects.toThrow('SecurityError');
    // Node has no such place.
    expect(pageStore('backend')).toBeUndefined();
  });
});
