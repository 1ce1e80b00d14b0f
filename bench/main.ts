// `npm run bench`: measures what the options name, prints tables, writes the numbers as JSON.
import { availableParallelism } from 'node:os';
import { BROWSER_ENGINES } from './browser/engines.ts';
import { formatBrowserResult } from './browser/result.ts';
import { type BrowserBench, benchBrowser } from './browser/run.ts';
import { benchCheck, type CheckResult, formatCheckResult } from './check/run.ts';
import { benchCompile, type CompileResult, formatCompileResult } from './compile/run.ts';
import { type DataResult, formatDataResult } from './data/result.ts';
import { benchData } from './data/run.ts';
import { benchEpoch, type EpochResult, formatEpochResult } from './epoch/run.ts';
import { benchInference, formatInferenceReport, type InferenceReport } from './inference/run.ts';
import { benchJavaScript, formatJavaScriptResult, type JavaScriptResult } from './javascript/run.ts';
import { loadImages, writeDataFiles } from './lib/data.ts';
import { NETS } from './lib/nets.ts';
import { findTorch } from './lib/python.ts';
import { defaultReportPath, machine, writeReport } from './lib/report.ts';
import type { Mode } from './lib/turns.ts';
import { benchMemory, formatMemoryResult, type MemoryResult } from './memory/run.ts';
import { formatNetworkResult, formatNetworks, type NetworkResult } from './networks/result.ts';
import { benchNetwork } from './networks/run.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import type { Comparison } from './parity/curves.ts';
import { benchParity, formatComparisons } from './parity/run.ts';
import { formatScaling } from './scaling/result.ts';
import { formatServeReport, type ServeReport } from './serve/result.ts';
import { benchServe } from './serve/run.ts';
import { ENGINES } from './train-step/engines.ts';
import { formatStepResult, type StepResult } from './train-step/result.ts';
import { benchStep } from './train-step/run.ts';

/** Enough different batches for the training steps. */
const STEP_IMAGES = 12_000;
const EPOCH_IMAGES = 60_000;
const QUICK_EPOCH_IMAGES = 4000;
const MEMORY_STEPS = 20_000;
/** More say no more, and every engine takes its time in each. */
const BROWSER_ROUNDS = 9;
const SERVE_ROUNDS = 7;
const THREADS = Math.min(2, availableParallelism());
const MODES: Readonly<Record<1 | 2, Mode>> = {
  1: { kind: 'cpu', threads: 1 },
  2: { kind: 'burst', threads: THREADS, workMs: 60, idleMs: 420 },
};

const options = readOptions();
if (options.help) console.log(HELP);
else await run(options);

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`bench: ${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

async function run(options: Options): Promise<void> {
  const { parts, nets, networks, scales, engines: names, threads, rounds, budget, requests, quick, json } = options;
  const date = new Date().toISOString();
  const torch = findTorch();
  const place = machine('version' in torch ? torch.version : null);
  const dataset = await loadImages();
  console.log(
    `${place.cpu}, ${place.cores} cores, ${place.platform}, Node ${place.node}, PyTorch ${place.torch ?? 'none'}`,
  );
  console.log(`${dataset.name}, ${dataset.length} images${quick ? '; a quick run, not for quoting' : ''}\n`);

  const epochImages = quick ? QUICK_EPOCH_IMAGES : EPOCH_IMAGES;
  const images = parts.includes('epoch') ? Math.max(STEP_IMAGES, epochImages) : STEP_IMAGES;
  const { files, remove: removeFiles } = await writeDataFiles(dataset, images, NETS);
  const removals = [removeFiles];
  const remove = (): void => {
    for (const each of removals) each();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The engines end by themselves when nobody asks any more.
    process.once(signal, () => {
      remove();
      process.exit(130);
    });
  }
  const trainStep: StepResult[] = [];
  const javascript: JavaScriptResult[] = [];
  const networkResults: NetworkResult[] = [];
  const scaling: NetworkResult[] = [];
  let epoch: EpochResult | null = null;
  let memory: MemoryResult | null = null;
  let compile: CompileResult | null = null;
  let check: readonly CheckResult[] = [];
  let inference: InferenceReport | null = null;
  let serve: ServeReport | null = null;
  let parity: readonly Comparison[] = [];
  let data: DataResult | null = null;
  let browser: BrowserBench | null = null;
  try {
    if (parts.includes('train-step')) {
      const engines = ENGINES.filter(({ name }) => names.includes(name));
      const stepFiles = { ...files, count: Math.min(files.count, STEP_IMAGES) };
      for (const net of nets) {
        for (const mode of threads.map((n) => MODES[n])) {
          const result = await benchStep({ net, mode, engines, rounds, files: stepFiles, torch, onProgress });
          trainStep.push(result);
          show(formatStepResult(result));
        }
      }
    }
    if (parts.includes('networks')) {
      for (const net of networks) {
        for (const mode of threads.map((n) => MODES[n])) {
          const result = await benchNetwork({ net, mode, rounds, budgetSeconds: budget, torch, onProgress });
          networkResults.push(result);
          show(formatNetworkResult(result));
        }
      }
      show(formatNetworks(networkResults));
    }
    if (parts.includes('scaling')) {
      for (const { name } of scales) {
        for (const mode of threads.map((n) => MODES[n])) {
          const result = await benchNetwork({ net: name, mode, rounds, budgetSeconds: budget, torch, onProgress });
          scaling.push(result);
          show(formatScaling([result]));
        }
      }
      show(formatScaling(scaling));
    }
    if (parts.includes('epoch')) {
      const epochFiles = { ...files, count: Math.min(files.count, epochImages) };
      epoch = await benchEpoch({
        rounds: quick ? 1 : Math.min(rounds, 5),
        threads: THREADS,
        files: epochFiles,
        torch,
        onProgress,
      });
      show(formatEpochResult(epoch));
    }
    if (parts.includes('javascript')) {
      for (const n of new Set([1, THREADS])) {
        onProgress(`javascript: ${n} thread(s)`);
        const result = await benchJavaScript(dataset, n, quick ? 4 : 20);
        javascript.push(result);
        show(formatJavaScriptResult(result));
      }
    }
    if (parts.includes('data')) {
      data = await benchData({
        dataset,
        files,
        rounds: quick ? 1 : Math.min(rounds, 5),
        threads: THREADS,
        quick,
        torch,
        onProgress,
        onFiles: (removeJpegs) => removals.push(removeJpegs),
      });
      show(formatDataResult(data));
    }
    if (parts.includes('memory')) {
      onProgress('memory');
      memory = await benchMemory(dataset, quick ? MEMORY_STEPS / 10 : MEMORY_STEPS);
      show(formatMemoryResult(memory));
    }
    if (parts.includes('compile')) {
      onProgress('compile');
      compile = await benchCompile(quick);
      show(formatCompileResult(compile));
    }
    if (parts.includes('check')) {
      onProgress('check');
      check = await benchCheck(dataset, quick ? 1 : 24, 50);
      show(check.map(formatCheckResult).join('\n'));
    }
    if (parts.includes('inference')) {
      inference = await benchInference({ rounds, quick, onProgress });
      show(formatInferenceReport(inference));
    }
    if (parts.includes('serve')) {
      serve = await benchServe({ rounds: Math.min(rounds, SERVE_ROUNDS), quick, requests, onProgress });
      show(formatServeReport(serve));
    }
    if (parts.includes('parity')) {
      onProgress('parity');
      parity = await benchParity();
      show(formatComparisons(parity));
    }
    if (parts.includes('browser')) {
      browser = await benchBrowser({
        nets,
        engines: BROWSER_ENGINES.filter(({ name }) => names.includes(name)),
        rounds: Math.min(rounds, BROWSER_ROUNDS),
        quick,
        files: { ...files, count: Math.min(files.count, STEP_IMAGES) },
        onProgress,
        onResult: (result) => show(formatBrowserResult(result)),
      });
      if ('missing' in browser) show(`browser: not measured: ${browser.missing}`);
    }
  } finally {
    remove();
  }
  const path = json ?? defaultReportPath(date);
  await writeReport(
    {
      date,
      machine: place,
      dataset: dataset.name,
      quick,
      rounds,
      trainStep,
      networks: networkResults,
      scaling,
      epoch,
      javascript,
      data,
      memory,
      compile,
      check,
      inference,
      serve,
      parity,
      browser,
    },
    path,
  );
  console.log(`written: ${path}`);
}

/** One line that the next one replaces; nothing where there is no terminal. */
function onProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

function show(text: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(`${text}\n`);
}
