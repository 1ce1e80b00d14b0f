/// <reference lib="dom" />
// Lets all engines of one page take turns: each lives in a frame of its own, and all share the page's thread.
import { NETS, parameterShapes } from '../lib/nets.ts';
import { median, rotated } from '../lib/statistics.ts';
import { type BrowserEngine, batchSizeOf } from './engines.ts';
import type { Frame } from './frame.ts';
import { countFrames, type Frames } from './frames.ts';
import type { PageEngine, PageEngineTask } from './page-engine.ts';
import { type EngineFindings, type PageProgress, type PageReport, type PageTask, unmeasured } from './protocol.ts';

/** Losses of the first steps that are compared between engines. */
const COMPARED_STEPS = 3;
/** Steps before measuring: compilers of WebAssembly and JavaScript work on. */
const SETTLING_STEPS = 5;
/** As long as all of these together may take. */
const SETTLING_MS = 2000;
/** An engine that needs longer for a step is measured in the first round only. */
const SLOW_STEP_MS = 1500;

type Writable = { -readonly [Key in keyof EngineFindings]: EngineFindings[Key] };

interface Running {
  readonly engine: BrowserEngine;
  readonly frame: HTMLIFrameElement;
  readonly open: PageEngine;
  readonly found: Writable & { samples: number[]; overheads: number[] };
  /** ms, of a step that was not the first. */
  stepMs: number;
}

export async function measure(task: PageTask): Promise<PageReport> {
  const data = await loadTask(task);
  await sleep(500);
  const idle = await framesDuring(() => sleep(task.frameSeconds * 1000));
  const found: EngineFindings[] = [];
  const running: Running[] = [];
  for (const engine of task.engines) {
    await tell({ engine: engine.name, phase: 'first steps' });
    const started = await start(engine, taskOf(data, engine, task));
    if ('found' in started) running.push(started);
    else found.push(started);
  }
  for (let round = 0; round < task.rounds; round++) {
    for (const one of rotated(running, round)) {
      if (round > 0 && one.stepMs > SLOW_STEP_MS) continue;
      await tell({ engine: one.engine.name, phase: `round ${round + 1} of ${task.rounds}` });
      // Threads of the engine before go to sleep meanwhile, and the machine rests.
      await sleep(task.pauseMs);
      await measureRound(one, task);
    }
  }
  for (const { frame } of running) frame.remove();
  for (const one of running) {
    await tell({ engine: one.engine.name, phase: 'first epoch' });
    await measureEpoch(one, taskOf(data, one.engine, task), task).catch((error: unknown) => {
      one.found.notes = [...one.found.notes, `fails in fit: ${gist(error)}`];
    });
  }
  const all = [...found, ...running.map((one) => one.found)];
  const engines = task.engines.map(({ name }) => all.find((one) => one.name === name) as EngineFindings);
  return { idle, isIsolated: crossOriginIsolated, engines };
}

type Data = Pick<PageEngineTask, 'data' | 'weights'>;

async function loadTask({ net, count }: PageTask): Promise<Data> {
  const fetched = async (name: string): Promise<ArrayBuffer> => (await fetch(`/data/${name}`)).arrayBuffer();
  const images = new Uint8Array(await fetched('images')).subarray(0, count * 784);
  const labels = Int32Array.from(new Uint8Array(await fetched('labels'))).subarray(0, count);
  const all = new Float32Array(await fetched(`${net}.weights`));
  let at = 0;
  const weights = parameterShapes(NETS[net].layers).map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    at += size;
    return all.slice(at - size, at);
  });
  return { data: { images, labels, count }, weights };
}

function taskOf(data: Data, engine: BrowserEngine, { net, epochBatches }: PageTask): PageEngineTask {
  const { layers, lr } = NETS[net];
  return { ...data, layers, lr, batchSize: batchSizeOf(engine, net), epochBatches };
}

async function start(engine: BrowserEngine, task: PageEngineTask): Promise<Running | EngineFindings> {
  const nothing = unmeasured(engine.name);
  const begun = performance.now();
  const { frame, open } = await openFrame(engine, task).catch((error: unknown) => ({ frame: null, open: gist(error) }));
  if (frame === null) return { ...nothing, notes: [`does not start: ${open}`] };
  try {
    const losses = [await open.step()];
    const first = performance.now();
    const firstStepMs = first - begun;
    let stepMs = firstStepMs;
    for (let i = 1; i < COMPARED_STEPS + SETTLING_STEPS; i++) {
      if (i >= COMPARED_STEPS && performance.now() - first > SETTLING_MS) break;
      const start = performance.now();
      const loss = await open.step();
      stepMs = performance.now() - start;
      if (i < COMPARED_STEPS) losses.push(loss);
    }
    return { engine, frame, open, found: { ...nothing, losses, firstStepMs, samples: [], overheads: [] }, stepMs };
  } catch (error) {
    frame.remove();
    return { ...nothing, notes: [`does not train: ${gist(error)}`] };
  }
}

async function measureRound({ open, found, stepMs }: Running, { net, roundMs }: PageTask): Promise<void> {
  const steps = Math.max(1, Math.round(roundMs / stepMs));
  const warm = stepMs > roundMs ? 0 : NETS[net].warmSteps;
  for (let i = 0; i < warm; i++) await open.step();
  const inside = (): number => open.insideMs?.() ?? Number.NaN;
  const overheads: number[] = [];
  const start = performance.now();
  for (let i = 0; i < steps; i++) {
    const [begun, before] = [performance.now(), inside()];
    await open.step();
    const insideMs = inside() - before;
    overheads.push((performance.now() - begun - insideMs) / insideMs);
  }
  found.samples.push((performance.now() - start) / steps);
  if (open.insideMs !== undefined) found.overheads.push(median(overheads));
}

/** Everything from nothing again, but for scripts that the browser has kept. */
async function measureEpoch({ engine, found, stepMs }: Running, data: PageEngineTask, task: PageTask): Promise<void> {
  if (engine.by === 'bare') return;
  const seconds = (stepMs * task.epochBatches) / 1000;
  if (data.batchSize !== NETS[task.net].batchSize || seconds > task.patience) {
    const shown = (seconds * NETS[task.net].batchSize) / data.batchSize;
    found.notes = [...found.notes, `an epoch would take ${shown.toFixed(0)} s`];
    return;
  }
  const begun = performance.now();
  const { frame, open } = await openFrame(engine, data);
  try {
    await open.epoch();
    found.epochMs = performance.now() - begun;
    await tell({ engine: engine.name, phase: 'frames' });
    found.frames = await framesDuring(() => open.train(task.frameSeconds * 1000));
  } finally {
    frame.remove();
  }
}

async function framesDuring(work: () => Promise<unknown>): Promise<Frames> {
  const stop = countFrames();
  await work();
  // A page that could not draw until now has a frame that is late.
  await new Promise(requestAnimationFrame);
  return stop();
}

async function openFrame(
  engine: BrowserEngine,
  task: PageEngineTask,
): Promise<{ readonly frame: HTMLIFrameElement; readonly open: PageEngine }> {
  const frame = document.createElement('iframe');
  frame.src = '/?frame';
  const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }));
  document.body.append(frame);
  await loaded;
  try {
    const { frame: api } = frame.contentWindow as unknown as { readonly frame: Frame };
    return { frame, open: await api.open(engine, task) };
  } catch (error) {
    frame.remove();
    throw error;
  }
}

async function tell(progress: PageProgress): Promise<void> {
  await fetch('/progress', { method: 'POST', body: JSON.stringify(progress) });
}

/** The first line says what is wrong; that of Descent's errors is followed by what was received. */
function gist(error: unknown): string {
  return String((error as Error).message ?? error)
    .split('\n')
    .slice(0, 2)
    .map((line) => line.trim())
    .join('; ')
    .slice(0, 300);
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
