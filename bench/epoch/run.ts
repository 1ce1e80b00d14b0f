import { fileURLToPath } from 'node:url';
import { idle } from '../lib/clock.ts';
import type { DataFiles } from '../lib/data.ts';
import { NETS } from '../lib/nets.ts';
import { type Peer, type Program, startPeer } from '../lib/processes.ts';
import { pythonProgram, type Torch } from '../lib/python.ts';
import { median, rotated } from '../lib/statistics.ts';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import type { EpochTask, EpochTiming } from './protocol.ts';

export interface EpochBenchOptions {
  readonly rounds: number;
  readonly threads: number;
  readonly files: DataFiles;
  readonly torch: Torch;
  readonly onProgress: (line: string) => void;
}

export interface EpochEngineResult {
  readonly name: string;
  readonly runs: readonly EpochTiming[];
  /** Medians in ms. */
  readonly first: number;
  readonly next: number;
  readonly cpu: number;
}

export interface EpochResult {
  readonly images: number;
  readonly threads: number;
  readonly engines: readonly EpochEngineResult[];
  readonly bar: number;
  /** Descent's epoch in terms of the usual PyTorch's, the faster of its two: the first epochs or the next, whichever is worse; null without PyTorch. */
  readonly ratio: number | null;
  readonly note: string;
}

const BAR = 0.6;
const IDLE_MS = 1000;

const TORCH = [
  { name: 'pytorch, item by item', dataset: 'items', keepMemory: false },
  { name: 'pytorch-best, item by item', dataset: 'items', keepMemory: true },
  { name: 'pytorch, TensorDataset', dataset: 'tensors', keepMemory: false },
  { name: 'pytorch-best, TensorDataset', dataset: 'tensors', keepMemory: true },
] as const;

interface Runner {
  readonly name: string;
  readonly peer: Peer;
  readonly runs: EpochTiming[];
}

/** A whole shuffled epoch of the MLP, data preparation included. */
export async function benchEpoch({
  rounds,
  threads,
  files,
  torch,
  onProgress,
}: EpochBenchOptions): Promise<EpochResult> {
  const { layers, batchSize, lr } = NETS.mlp;
  const task: EpochTask = { layers, batchSize, lr, threads, files };
  const runners: Runner[] = [];
  const add = async (name: string, program: Program, own: Partial<EpochTask>): Promise<void> => {
    const peer = startPeer(program);
    runners.push({ name, peer, runs: [] });
    await peer.ask({ do: 'prepare', task: { ...task, ...own } });
  };
  try {
    const worker = fileURLToPath(new URL('./worker.js', import.meta.url));
    await add('descent, loader and fit', { command: process.execPath, words: [worker] }, {});
    for (const { name, dataset, keepMemory } of 'missing' in torch ? [] : TORCH) {
      const { python } = torch as { readonly python: string };
      await add(name, pythonProgram(python, 'epoch/torch_epoch.py', threads, keepMemory), { dataset });
    }
    for (let round = 0; round < rounds; round++) {
      for (const { name, peer, runs } of rotated(runners, round)) {
        onProgress(`epoch: round ${round + 1} of ${rounds}, ${name}`);
        await idle(IDLE_MS);
        runs.push(await peer.ask<EpochTiming>({ do: 'train', seed: round }));
      }
    }
  } finally {
    await Promise.all(runners.map(({ peer }) => peer.end()));
  }
  const engines = runners.map(({ name, runs }) => ({
    name,
    runs,
    first: median(runs.map((r) => r.firstMs)),
    next: median(runs.map((r) => r.nextMs)),
    cpu: median(runs.map((r) => r.cpuMs)),
  }));
  const usual = engines.filter(({ name }) => name.endsWith('item by item'));
  const [own] = engines;
  const ratios = (['first', 'next'] as const).map(
    (which) => (own?.[which] ?? Number.NaN) / Math.min(...usual.map((engine) => engine[which])),
  );
  return {
    images: files.count,
    threads,
    engines,
    bar: BAR,
    ratio: usual.length > 0 ? Math.max(...ratios) : null,
    note: 'missing' in torch ? torch.missing : '',
  };
}

export function formatEpochResult({ images, threads, engines, bar, ratio, note }: EpochResult): string {
  const own = engines[0];
  const rows = engines.map(({ name, first, next, cpu, runs }) => [
    name,
    formatMs(first),
    formatMs(next),
    formatMs(cpu),
    formatRatio((own?.first ?? Number.NaN) / first),
    formatRatio((own?.next ?? Number.NaN) / next),
    `train accuracy ${(100 * median(runs.map((r) => r.accuracy))).toFixed(1)} %`,
  ]);
  const header = ['engine', 'first', 'next', 'CPU', 'descent/first', 'descent/next', 'note'];
  const verdict =
    ratio === null
      ? `bar ${bar}: no PyTorch to compare with${note === '' ? '' : ` (${note})`}`
      : `descent takes ${formatRatio(ratio)} of the usual PyTorch, bar ${bar}: ${ratio <= bar ? 'met' : 'NOT MET'}`;
  return [
    `One shuffled epoch of ${NETS.mlp.title} over ${images} images at ${threads} threads, ms; ${verdict}`,
    formatTable(header, rows),
  ].join('\n');
}
