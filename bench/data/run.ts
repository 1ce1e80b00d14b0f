import { type ArrayDataset, imageFiles, listImageFolder, loader } from '@descent/datasets';
import type { DataFiles } from '../lib/data.ts';
import { type Peer, startPeer } from '../lib/processes.ts';
import { pythonProgram, type Torch } from '../lib/python.ts';
import { median, rotated } from '../lib/statistics.ts';
import { makeJpegs } from './jpegs.ts';
import type { DataAnswer, DataRequest } from './protocol.ts';
import type { DataEngineResult, DataResult } from './result.ts';
import { benchWaiting } from './waiting.ts';

export interface DataBenchOptions {
  readonly dataset: ArrayDataset;
  readonly files: DataFiles;
  readonly rounds: number;
  readonly threads: number;
  readonly quick: boolean;
  readonly torch: Torch;
  readonly onProgress: (line: string) => void;
  /** Called with what removes the JPEG files, for the case that the process is told to end. */
  readonly onFiles: (remove: () => void) => void;
}

const MEMORY_BATCH = 64;
const JPEG_BATCH = 32;
const JPEG_SIZE = 224;
const WORKERS = 2;

/** Something whose epochs are timed, in images. */
interface Runner {
  readonly name: string;
  readonly seconds: number[];
  run(): Promise<DataAnswer>;
}

/** Images a second that loaders deliver, from memory and from JPEG files, and how long training waits for them. */
export async function benchData(options: DataBenchOptions): Promise<DataResult> {
  const { dataset, rounds, threads, quick, torch, onProgress } = options;
  const peer = 'missing' in torch ? undefined : startPeer(pythonProgram(torch.python, 'data/torch_data.py', 1, false));
  try {
    const memory = await raced('memory', memoryRunners(options, peer), dataset.length, rounds, onProgress);
    const jpegs = await benchJpegs(options, peer);
    onProgress('data: waiting of a training loop');
    const waiting = await benchWaiting({
      dataset,
      images: quick ? 4000 : 20_000,
      epochs: quick ? 1 : 3,
      threads,
    });
    return { images: dataset.length, memory, jpegs, waiting, note: 'missing' in torch ? torch.missing : '' };
  } finally {
    await peer?.end();
  }
}

function memoryRunners({ dataset, files }: DataBenchOptions, peer: Peer | undefined): readonly Runner[] {
  const batches = loader(dataset, { batchSize: MEMORY_BATCH, shuffle: true });
  const request: DataRequest = {
    do: 'memory',
    images: files.images,
    labels: files.labels,
    count: files.count,
    batchSize: MEMORY_BATCH,
  };
  return [
    runner('descent', async () => {
      for (const _ of batches);
    }),
    ...(peer === undefined ? [] : [asked('pytorch, TensorDataset', peer, request, dataset.length / files.count)]),
  ];
}

async function benchJpegs(options: DataBenchOptions, peer: Peer | undefined): Promise<DataResult['jpegs']> {
  const { rounds, quick, onProgress, onFiles } = options;
  onProgress('data: making JPEG files');
  const { folder, count, remove } = await makeJpegs(quick ? 200 : 2000);
  onFiles(remove);
  const data = imageFiles(await listImageFolder(folder), {
    width: JPEG_SIZE,
    height: JPEG_SIZE,
    channels: 3,
    fit: 'fill',
  });
  const loaders = [
    ['none', loader(data, { batchSize: JPEG_BATCH, prefetch: 0 })],
    ['prefetch without workers', loader(data, { batchSize: JPEG_BATCH })],
    [`${WORKERS} workers`, loader(data, { batchSize: JPEG_BATCH, workers: WORKERS })],
  ] as const;
  const request = (workers: number): DataRequest => ({
    do: 'jpegs',
    folder,
    size: JPEG_SIZE,
    batchSize: JPEG_BATCH,
    workers,
  });
  try {
    const runners = [
      ...loaders.map(([name, batches]) =>
        runner(`descent, ${name}`, async () => {
          for await (const _ of batches);
        }),
      ),
      ...(peer === undefined
        ? []
        : [0, WORKERS].map((n) => asked(`pytorch with PIL, ${n} workers`, peer, request(n), 1))),
    ];
    // Workers wait ten seconds for the next epoch; each runner's are warm by its second run.
    return { count, size: JPEG_SIZE, engines: await raced('JPEG files', runners, count, rounds, onProgress) };
  } finally {
    await Promise.all(loaders.map(([, batches]) => batches.close()));
    remove();
  }
}

function runner(name: string, work: () => Promise<void>): Runner {
  return {
    name,
    seconds: [],
    async run() {
      const start = performance.now();
      await work();
      return { seconds: (performance.now() - start) / 1000 };
    },
  };
}

function asked(name: string, peer: Peer, request: DataRequest, scale: number): Runner {
  return {
    name,
    seconds: [],
    async run() {
      const answer = await peer.ask<DataAnswer>(request);
      return 'missing' in answer ? answer : { seconds: answer.seconds * scale };
    },
  };
}

/** Runners take turns; the first run of each starts threads and compiles, and is not counted. */
async function raced(
  what: string,
  runners: readonly Runner[],
  images: number,
  rounds: number,
  onProgress: (line: string) => void,
): Promise<readonly DataEngineResult[]> {
  const notes = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, seconds, run } of rotated(runners, round)) {
      onProgress(`data: ${what}, round ${round + 1} of ${rounds}, ${name}`);
      // Right before, since workers do not wait for ever.
      const warm = await run();
      if ('missing' in warm) {
        notes.set(name, warm.missing);
        continue;
      }
      const answer = await run();
      if ('seconds' in answer) seconds.push(answer.seconds);
    }
  }
  return runners.map(({ name, seconds }) => ({
    name,
    seconds,
    perSecond: images / median(seconds),
    best: images / Math.min(...seconds),
    note: notes.get(name) ?? '',
  }));
}
