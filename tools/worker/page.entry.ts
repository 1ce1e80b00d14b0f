/// <reference lib="dom" />
// Runs in a real browser: trains in the page and in a worker of it, and reports what both gave and how regularly the page could draw.

import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { type Backend, fit, trainingControl } from '@descent/core';
import { countFrames, type Frames } from '../../bench/browser/frames.ts';
import { makeTrainer, type NetworkName, pictures } from './networks.ts';

export interface PageReport {
  /** What two ways of running gave; they have to be equal. */
  readonly curves: readonly { readonly name: string; readonly page: string; readonly worker: string }[];
  /** While nothing happens, before and after. */
  readonly idle: readonly [Frames, Frames];
  /** While LeNet trains in the page itself. */
  readonly withoutWorker: Frames;
  readonly frames: readonly {
    readonly name: string;
    readonly first: Frames;
    readonly later: Frames;
    readonly steps: number;
    readonly stepMs: number;
  }[];
  readonly control: { readonly whilePaused: number; readonly stopped: string | null };
  readonly errors: Readonly<Record<string, string>>;
}

type Name = 'onnx' | 'tfjs';

const open: Readonly<Record<Name, (worker?: string | Worker) => Promise<Backend>>> = {
  onnx: async (worker) => onnx({ device: 'wasm', wasmPaths: '/onnx/', ...(worker !== undefined && { worker }) }),
  tfjs: (worker) => tfjs({ engine: 'wasm', wasmPaths: '/tfjs/', ...(worker !== undefined && { worker }) }),
};

const scriptOf = (name: Name): string => `/scripts/${name}-worker.mjs`;

/** All that a short training gives, as text of the bits. */
async function curve(backend: Backend, network: NetworkName): Promise<string> {
  const trainer = await makeTrainer(network, backend);
  const { dataset, indices } = pictures(192);
  const losses = [];
  for (let i = 0; i < 2; i++) losses.push(await trainer.step(dataset.x, dataset.y));
  const resident = await trainer.resident(dataset);
  losses.push(...(await resident.train(indices(0), 64)), await resident.evaluate(64));
  const { parameters, slots } = await trainer.state();
  const bytes = [...Object.values(parameters), ...Object.values(slots)].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(await new Blob(bytes as BlobPart[]).arrayBuffer()));
  trainer.dispose();
  return `${JSON.stringify(losses)} ${Array.from(new Uint8Array(hash), (b) => b.toString(16)).join('')}`;
}

/** Frames until both programs are compiled, that of one step and that of many, and while training goes on for some seconds. */
async function smoothness(
  backend: Backend,
  network: NetworkName,
  data: ReturnType<typeof pictures>,
  seconds: number,
): Promise<PageReport['frames'][number]> {
  const control = trainingControl();
  let steps = 0;
  let first: Frames | undefined;
  let later: Frames | undefined;
  let stop = countFrames();
  let begun = 0;
  const trainer = await makeTrainer(network, backend);
  await fit(trainer, {
    train: data,
    epochs: 1000,
    signal: control,
    log: null,
    onEvent({ type }) {
      if (type !== 'step') return;
      steps++;
      if (steps === 20) {
        first = stop();
        stop = countFrames();
        begun = performance.now();
        setTimeout(() => {
          later = stop();
          control.stop();
        }, seconds * 1000);
      }
    },
  });
  const stepMs = (performance.now() - begun) / (steps - 20);
  trainer.dispose();
  await backend.dispose();
  return { name: `${backend.name} ${network}`, first: first as Frames, later: later as Frames, steps, stepMs };
}

async function control(): Promise<PageReport['control']> {
  const backend = await open.onnx(scriptOf('onnx'));
  const trainer = await makeTrainer('mlp', backend);
  const signal = trainingControl();
  let steps = 0;
  const running = fit(trainer, {
    train: pictures(6400),
    epochs: 1000,
    signal,
    log: null,
    onEvent: ({ type }) => {
      if (type === 'step') steps++;
    },
  });
  while (steps < 10) await sleep(5);
  signal.pause();
  await sleep(300);
  const before = steps;
  await sleep(300);
  const whilePaused = steps - before;
  signal.resume();
  while (steps <= before) await sleep(5);
  signal.stop();
  const { stopped } = await running;
  await backend.dispose();
  return { whilePaused, stopped };
}

async function errors(): Promise<Readonly<Record<string, string>>> {
  const message = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (e: unknown) => e as Error,
    );
    return error === null ? 'none' : `${error.name}: ${error.message}`;
  };
  const missing = await open.onnx('/scripts/there-is-none.mjs');
  const noFiles = onnx({ device: 'wasm', wasmPaths: '/nowhere/', worker: scriptOf('onnx') });
  const worker = new Worker(scriptOf('onnx'), { type: 'module' });
  const ended = await open.onnx(worker);
  const trainer = await makeTrainer('mlp', ended);
  const { dataset } = pictures(64);
  await trainer.step(dataset.x, dataset.y);
  const running = message(trainer.step(dataset.x, dataset.y));
  worker.terminate();
  return {
    missing: await message(missing.state({})),
    noFiles: await message(makeTrainer('mlp', noFiles).then((made) => made.step(dataset.x, dataset.y))),
    ended: await running,
    later: await message(trainer.step(dataset.x, dataset.y)),
    engine: await message(tfjs({ engine: 'webgpu', worker: scriptOf('tfjs') })),
  };
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function run(): Promise<PageReport> {
  const seconds = Number(new URLSearchParams(location.search).get('seconds'));
  const curves = [];
  for (const name of ['onnx', 'tfjs'] as const) {
    const [page, worker] = [await open[name](), await open[name](scriptOf(name))];
    for (const network of ['mlp', 'lenet'] as const) {
      curves.push({
        name: `${page.name} ${network}`,
        page: await curve(page, network),
        worker: await curve(worker, network),
      });
    }
    await page.dispose();
    await worker.dispose();
  }
  const idle = async (): Promise<Frames> => {
    const stop = countFrames();
    await sleep(seconds * 1000);
    return stop();
  };
  const before = await idle();
  const data = pictures(6400);
  const withoutWorker = (await smoothness(await open.onnx(), 'lenet', data, seconds)).later;
  const frames = [];
  for (const name of ['onnx', 'tfjs'] as const) {
    for (const network of ['mlp', 'lenet'] as const)
      frames.push(await smoothness(await open[name](scriptOf(name)), network, data, seconds));
  }
  return {
    curves,
    idle: [before, await idle()],
    withoutWorker,
    frames,
    control: await control(),
    errors: await errors(),
  };
}

const report = await run().catch((error: unknown) => ({ failure: String((error as Error).stack ?? error) }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
