// ONNX Runtime in a page with nothing around it: what our compiler has written, run as a person would run it.
import { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { batchCounter, batchOf } from '../train-step/engine.ts';
import { openDescent } from './descent.ts';
import type { OpenPageEngine } from './page-engine.ts';
import { type Feeds, type Results, watchSessions } from './watch-sessions.ts';

interface Opened {
  readonly words: readonly unknown[];
  readonly runs: { readonly feeds: Feeds; readonly results: Results }[];
}

/** Two steps of Descent tell which inputs are the batch, and which results are fed to the next step. */
export const openBare: OpenPageEngine = async (engine, task) => {
  const opened = new Map<InferenceSession, Opened>();
  watchSessions(InferenceSession, {
    onOpen: (session, words) => opened.set(session, { words, runs: [] }),
    onRun(session, feeds, results) {
      const runs = opened.get(session)?.runs;
      // Descent gives the memory of weights back when there are newer ones.
      runs?.push({ feeds: runs.length === 0 ? copied(feeds) : feeds, results });
    },
  });
  const descent = await openDescent({ ...engine, by: 'onnx' }, task);
  await descent.step();
  await descent.step();
  // Another is opened at the start, to see that the runtime computes at all.
  const taken = [...opened.values()].filter(({ runs }) => runs.length === 2);
  if (taken.length !== 1) throw new Error(`a step is one session that is run once; there are ${taken.length} of these`);
  return follow(taken[0] as Opened, task);
};

async function follow({ words, runs }: Opened, task: Parameters<OpenPageEngine>[1]): ReturnType<OpenPageEngine> {
  const [first, second] = runs as [Opened['runs'][number], Opened['runs'][number]];
  const carried = new Map<string, string>();
  for (const [input, tensor] of Object.entries(second.feeds)) {
    const [output] = Object.entries(first.results).find(([, result]) => result === tensor) ?? [];
    if (output !== undefined) carried.set(input, output);
  }
  const size = task.batchSize;
  const example = batchOf(task, 0);
  const inputOf = (array: { readonly data: { readonly length: number }; readonly dtype: string }): string => {
    const matches = Object.entries(first.feeds).filter(
      ([, tensor]) => tensor.type === array.dtype && tensor.size === array.data.length,
    );
    if (matches.length === 1) return (matches[0] as [string, unknown])[0];
    throw new Error(`of the inputs, ${matches.length} look like the ${array.dtype} of a batch`);
  };
  const [images, labels] = [inputOf(example.x as never), inputOf(example.y as never)];
  // The loss is the first number of it.
  const loss = 'check/written' in first.results ? 'check/written' : undefined;
  if (carried.size !== task.weights.length || loss === undefined) {
    throw new Error(
      `of ${task.weights.length} weights, ${carried.size} are carried over; results: ${Object.keys(first.results).join(', ')}`,
    );
  }
  const session = await (InferenceSession.create as (...all: readonly unknown[]) => Promise<InferenceSession>)(
    ...words,
  );
  const nextBatch = batchCounter(task);
  let feeds: Feeds = first.feeds;
  const step = async (): Promise<number> => {
    const { x, y } = batchOf(task, nextBatch());
    const results = await session.run({
      ...feeds,
      [images]: new Tensor('uint8', x.data as Uint8Array, [size, 1, 28, 28]),
      [labels]: new Tensor('int32', y.data as Int32Array, [size]),
    });
    feeds = {
      ...feeds,
      ...Object.fromEntries([...carried].map(([input, output]) => [input, results[output] as Tensor])),
    };
    return ((results[loss] as Tensor).data as Float32Array)[0] as number;
  };
  return { step, epoch: noEpoch, train: noEpoch };
}

function copied(feeds: Feeds): Feeds {
  const copies = Object.entries(feeds).map(([name, { type, data, dims }]) => [
    name,
    new Tensor(type, (data as Float32Array).slice(), dims),
  ]);
  return Object.fromEntries(copies) as Feeds;
}

function noEpoch(): Promise<void> {
  return Promise.reject(new Error('steps only'));
}
