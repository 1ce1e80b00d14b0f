import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import { initParameters, type NDArray } from '@descent/core';
import { INFERENCE_NETS, type InferenceNetName } from '../inference/nets.ts';
import { type Peer, startPeer } from '../lib/processes.ts';
import { brokenClients } from './broken.ts';
import type { DirectRequest, DirectResult } from './direct-worker.ts';
import { closedLoop, openLoop, post, type Question, question, type Tally } from './load.ts';
import { malformed } from './malformed.ts';
import { benchMemory } from './memory.ts';
import type { ServeReport, ThroughputResult } from './result.ts';
import type { ServerRequest, Started, Time } from './server-worker.ts';

export interface ServeBenchOptions {
  readonly rounds: number;
  readonly quick: boolean;
  /** Of the measurement of memory. */
  readonly requests: number;
  readonly onProgress: (line: string) => void;
}

interface Case {
  readonly net: InferenceNetName;
  readonly rows: number;
  readonly joined: number;
  readonly connections: number;
  readonly bar: number | null;
}

// The network must be worth a request: of a small one a request alone costs more than the answer.
const CASES: readonly Case[] = [
  { net: 'resnet', rows: 32, joined: 32, connections: 4, bar: 0.8 },
  { net: 'lenet', rows: 64, joined: 64, connections: 4, bar: 0.8 },
  { net: 'resnet', rows: 8, joined: 32, connections: 16, bar: 0.8 },
  { net: 'resnet', rows: 1, joined: 32, connections: 64, bar: null },
  { net: 'lenet', rows: 1, joined: 1, connections: 4, bar: null },
];
/** Different requests of a case, so that answers cannot be exchanged unseen. */
const QUESTIONS = 5;
const ROUND_MS = 1500;
const QUICK_ROUND_MS = 400;
const OVERLOAD = 4;
const QUEUE = 8;

interface Served {
  readonly peer: Peer;
  readonly url: string;
}

/** The server in a process, asked from this one over loopback; ONNX Runtime by itself in another one, in turns. One thread computes in each. */
export async function benchServe({ rounds, quick, requests, onProgress }: ServeBenchOptions): Promise<ServeReport> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-serve-bench-'));
  const direct = worker('direct-worker');
  const ms = quick ? QUICK_ROUND_MS : ROUND_MS;
  try {
    const throughput: ThroughputResult[] = [];
    for (const one of quick ? CASES.slice(0, 2) : CASES) {
      onProgress(`serve: ${one.net}, requests of ${one.rows}`);
      throughput.push(await benchThroughput(one, direct, folder, rounds, ms));
    }
    const { path, questions } = await prepared({ net: 'resnet', rows: 8 }, folder);
    const small = await prepared({ net: 'lenet', rows: 1 }, folder);
    onProgress('serve: overload');
    const overload = await served({ path, maxBatch: 8, queue: QUEUE }, async ({ url }) => {
      const full = await closedLoop(url, questions, 4, ms);
      const capacity = full.right / full.seconds;
      const result = await openLoop(url, questions, OVERLOAD * capacity, 2 * ms);
      return { capacity, offered: OVERLOAD * capacity, queue: QUEUE, tally: result };
    });
    onProgress('serve: broken clients');
    const broken = await served({ path, maxBatch: 8, timeout: 2000 }, async ({ url }) => {
      const alone = await closedLoop(url, questions, 2, ms);
      const clients = brokenClients(url, questions[0] as Question, 20);
      const result = await closedLoop(url, questions, 2, 2 * ms);
      return { connections: await clients.stop(), tally: result, alone };
    });
    onProgress('serve: malformed requests');
    const [valid] = small.questions as readonly [Question];
    const wrong = quick ? 300 : 5000;
    const odd = await served({ path: small.path }, async ({ url }) => {
      const agent = new Agent({ keepAlive: true });
      const found = await malformed(url, valid, wrong, agent);
      const after = await post(url, valid, agent);
      agent.destroy();
      return found + Number(after.status !== 200);
    });
    onProgress(`serve: memory over ${requests} requests`);
    const memory = await served({ path: small.path }, ({ peer, url }) =>
      benchMemory(peer, url, small.questions, requests, onProgress),
    );
    return { throughput, overload, broken, malformed: { requests: wrong, odd }, memory };
  } finally {
    await direct.end();
    await rm(folder, { recursive: true });
  }
}

async function benchThroughput(
  { net, rows, joined, connections, bar }: Case,
  direct: Peer,
  folder: string,
  rounds: number,
  ms: number,
): Promise<ThroughputResult> {
  const { title, path, dtype, sample, questions } = await prepared({ net, rows }, folder);
  return await served({ path, maxBatch: joined, queue: 1024 }, async ({ url, peer }) => {
    const result = { direct: [] as number[], served: [] as number[], cpuRatios: [] as number[] };
    const tallies: Tally[] = [];
    await closedLoop(url, questions, connections, ms / 2);
    for (let round = 0; round < rounds; round++) {
      const asked: DirectRequest = { path, shape: [joined, ...sample], dtype, ms };
      const { rowsPerSecond, cpuMsPerRow } = await direct.ask<DirectResult>(asked);
      const before = await peer.ask<Time>(TIME);
      const counted = await closedLoop(url, questions, connections, ms);
      const after = await peer.ask<Time>(TIME);
      expectRight(counted);
      const all = counted.right * rows;
      result.direct.push(rowsPerSecond);
      result.served.push(all / counted.seconds);
      result.cpuRatios.push((after.cpuMs - before.cpuMs) / all / cpuMsPerRow);
      tallies.push(counted);
    }
    const [latency] = [...tallies].sort((a, b) => a.p99 - b.p99).slice(rounds >> 1);
    const { p50, p95, p99 } = latency as Tally;
    return { net: title, rows, joined, connections, ...result, latency: { p50, p95, p99 }, bar };
  });
}

function expectRight({ sent, right }: Tally): void {
  if (right !== sent) throw new Error(`of ${sent} requests ${sent - right} were not answered rightly`);
}

const TIME: ServerRequest = { do: 'time' };

interface Prepared {
  readonly title: string;
  readonly path: string;
  readonly dtype: 'uint8' | 'float32';
  readonly sample: readonly number[];
  readonly questions: readonly Question[];
}

/** The network as a file, and requests with what must come back. */
async function prepared({ net, rows }: Pick<Case, 'net' | 'rows'>, folder: string): Promise<Prepared> {
  const { title, model, sample } = INFERENCE_NETS[net]();
  const path = join(folder, `${net}.onnx`);
  await exportOnnx(model, { parameters: initParameters(model, 1), sample, path, output: 'logits', verify: false });
  const file = await loadOnnx(path, { threads: 1 });
  const shape = [rows, ...sample.shape];
  const count = shape.reduce((a, b) => a * b, 1);
  const dtype = sample.dtype as 'uint8' | 'float32';
  const questions: Question[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    const data =
      dtype === 'uint8'
        ? Uint8Array.from({ length: count }, (_, k) => (k * (i + 3)) % 251)
        : Float32Array.from({ length: count }, (_, k) => ((k * (i + 3)) % 97) / 97);
    const expected = await file.predict({ dtype, shape, data } as NDArray);
    questions.push(question(net, dtype, shape, data, expected.data));
  }
  file.dispose();
  return { title, path, dtype, sample: sample.shape, questions };
}

async function served<T>(options: Omit<ServerRequest, 'do'>, work: (server: Served) => Promise<T>): Promise<T> {
  const peer = worker('server-worker', '--expose-gc');
  try {
    const { url } = await peer.ask<Started>({ do: 'start', ...options } satisfies ServerRequest);
    return await work({ peer, url });
  } finally {
    await peer.end();
  }
}

function worker(name: string, ...words: readonly string[]): Peer {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  return startPeer({ command: process.execPath, words: [...words, file] });
}
