import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BrowserPage, findBrowser, runInBrowser } from '@descent/conformance/browser';
import { bundleForBrowser, entryOf, folderOf, GRAPHICS, SOFTWARE_GRAPHICS } from '../lib/bundle.ts';
import type { DataFiles } from '../lib/data.ts';
import { NETS, type NetName } from '../lib/nets.ts';
import { type BrowserEngine, isGraphics } from './engines.ts';
import type { Probe } from './probe.ts';
import { type PageProgress, type PageReport, type PageTask, unmeasured } from './protocol.ts';
import { type BrowserResult, browserResult } from './result.ts';

export interface BrowserBenchOptions {
  readonly nets: readonly NetName[];
  readonly engines: readonly BrowserEngine[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly files: DataFiles;
  readonly onProgress: (line: string) => void;
  readonly onResult: (result: BrowserResult) => void;
}

/** What is measured, or why nothing is. */
export type BrowserBench = { readonly results: readonly BrowserResult[] } | { readonly missing: string };

/** Batches of an epoch. */
const EPOCH: Readonly<Record<NetName, number>> = { mlp: 60, lenet: 20, cnn: 10 };
const QUICK_BATCHES = 3;
/** Sustained load on two threads is throttled on shared machines, so that there are pauses. */
const BURST_MS = 100;
const PAUSE_MS = 400;
const QUICK_PAUSE_MS = 100;
/** An engine that has not said anything for so long hangs. */
const DEADLINE_SECONDS = 90;
/** So much longer where the processor draws. */
const SOFTWARE_TIMES = 3;

/** Opens a page for each network, in a headless Chromium, and lets all engines take turns in it. */
export async function benchBrowser(options: BrowserBenchOptions): Promise<BrowserBench> {
  const { nets, engines, quick, rounds, files, onProgress, onResult } = options;
  const browser = findBrowser();
  if (browser === null) {
    return { missing: 'there is no Chromium or Chrome: install one, or name it in DESCENT_CHROMIUM' };
  }
  const scripts = mkdtempSync(join(tmpdir(), 'descent-bench-browser-'));
  try {
    await bundleForBrowser(
      {
        page: new URL('./page.entry.js', import.meta.url),
        'onnx-worker': entryOf('@descent/backend-onnx/worker'),
        'tfjs-worker': entryOf('@descent/backend-tfjs/worker'),
      },
      scripts,
    );
    const page: BrowserPage = {
      script: "import '/scripts/page.mjs';",
      folders: {
        '/scripts/': scripts,
        '/data/': dirname(files.images),
        '/onnx/': folderOf('onnxruntime-web/wasm'),
        '/tfjs/': folderOf('@tensorflow/tfjs-backend-wasm'),
      },
      // Threads of WebAssembly share memory.
      isolated: true,
      // A page whose engines all answer takes as long as it takes.
      seconds: 24 * 3600,
    };
    const graphics = engines.some(isGraphics) ? await chooseGraphics(browser, page) : NO_GRAPHICS;
    const seconds = DEADLINE_SECONDS * (graphics.isSoftware ? SOFTWARE_TIMES : 1);
    const results: BrowserResult[] = [];
    for (const net of nets) {
      const task = {
        net,
        engines,
        count: files.count,
        rounds,
        roundMs: BURST_MS,
        pauseMs: quick ? QUICK_PAUSE_MS : PAUSE_MS,
        epochBatches: Math.min(quick ? QUICK_BATCHES : EPOCH[net], Math.floor(files.count / NETS[net].batchSize)),
        frameSeconds: quick ? 0.5 : 2,
        patience: seconds / 2,
      };
      const report = await askPage(task, (asked, onWord) =>
        runInBrowser<PageReport>(browser, {
          ...page,
          flags: graphics.flags,
          query: `task=${encodeURIComponent(JSON.stringify(asked))}`,
          silentSeconds: seconds,
          onProgress(text) {
            const progress = JSON.parse(text) as PageProgress;
            onWord(progress);
            onProgress(`browser, ${net}: ${progress.engine}, ${progress.phase}`);
          },
        }),
      );
      const result = browserResult(task, graphics.about, report);
      results.push(result);
      onResult(result);
    }
    return { results };
  } finally {
    rmSync(scripts, { recursive: true, force: true });
  }
}

interface GraphicsChoice {
  readonly flags: readonly string[];
  readonly isSoftware: boolean;
  /** What draws, or null where nothing has to. */
  readonly about: string | null;
}

const NO_GRAPHICS: GraphicsChoice = { flags: [], isSoftware: false, about: null };

/** The graphics device of this machine; where there is none, SwiftShader. */
async function chooseGraphics(browser: string, page: BrowserPage): Promise<GraphicsChoice> {
  const ask = (flags: readonly string[]): Promise<Probe> =>
    runInBrowser<Probe>(browser, { ...page, query: 'probe', flags, seconds: 60 });
  const isDevice = (found: Probe[keyof Probe]): boolean => 'isSoftware' in found && !found.isSoftware;
  const about = (found: Probe): string =>
    Object.entries(found)
      .map(([api, one]) => `${api}: ${'missing' in one ? one.missing : one.about}`)
      .join('; ');
  const own = await ask(GRAPHICS);
  if (isDevice(own.webgl) || isDevice(own.webgpu)) return { flags: GRAPHICS, isSoftware: false, about: about(own) };
  const software = await ask(SOFTWARE_GRAPHICS);
  return {
    flags: SOFTWARE_GRAPHICS,
    isSoftware: true,
    about: `no graphics device, so that the processor draws, which says nothing about one (${about(software)})`,
  };
}

/** Asks a page for a report, and hears what it says meanwhile. */
export type Ask = (task: PageTask, onProgress: (progress: PageProgress) => void) => Promise<PageReport>;

/** What a page reports. It is asked again without an engine that hangs, or that ends the browser. */
export async function askPage(task: PageTask, ask: Ask): Promise<PageReport> {
  let last: PageProgress | undefined;
  try {
    const report = await ask(task, (progress) => {
      last = progress;
    });
    if (report.failure !== undefined) throw new Error(`the page failed: ${report.failure}`);
    return report;
  } catch (error) {
    const hanging = last;
    const { message } = error as Error;
    if (hanging === undefined || !/said nothing|browser ended/.test(message)) throw error;
    const rest = task.engines.filter(({ name }) => name !== hanging.engine);
    const report = await askPage({ ...task, engines: rest }, ask);
    const lost = { ...unmeasured(hanging.engine), notes: [`given up at its ${hanging.phase}: ${message}`] };
    const all = [...report.engines, lost];
    return { ...report, engines: task.engines.map(({ name }) => all.find((one) => one.name === name) ?? lost) };
  }
}
