// `npm run gpu`: examines every device of this machine, and writes one table.
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findBrowser, softwareVulkan } from '@descent/conformance/browser';
import type { Batch } from '@descent/core';
import type { Images } from '../lib/data.ts';
import { BENCH_FOLDER } from '../lib/paths.ts';
import { parityData } from '../parity/run.ts';
import { DEVICES, type DeviceDescription } from './devices.ts';
import type { DeviceResult, Effort, Findings } from './findings.ts';
import { bundlePage, examineInBrowser } from './in-browser.ts';
import { examineInNode, examineInProcesses } from './in-node.ts';
import { describeMachine } from './machine.ts';
import { type GpuOptions, HELP, parseOptions } from './options.ts';
import { formatReport, type GpuReport, verdict } from './table.ts';
import { packImages } from './training-images.ts';

/** Less is not worth the start of a process. */
const LEAST_SECONDS = 15;

/** Of 250 images each. */
const HELD_BATCHES = 2;
/** Steps of a curve that an interpreter makes in seconds. */
const ORACLE_STEPS = 10;

const options = readOptions();
if (options.help) console.log(HELP);
else await run(options);

function readOptions(): GpuOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`gpu: ${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

async function run({ devices: names, software, effort, minutes, processes, out }: GpuOptions): Promise<void> {
  const date = new Date().toISOString();
  const end = performance.now() + minutes * 60_000;
  const browser = findBrowser();
  const machine = describeMachine(browser);
  const folder = mkdtempSync(join(tmpdir(), 'descent-gpu-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  await writeFile(join(folder, 'images'), await images());

  let bundled: Promise<void> | undefined;
  const page = (): Promise<void> => {
    bundled ??= bundlePage(folder);
    return bundled;
  };
  const devices: DeviceResult[] = [];
  for (const device of DEVICES.filter(({ name }) => names.includes(name))) {
    const start = performance.now();
    const left = Math.floor((end - start) / 1000);
    const found = await examineDevice(device, { software, effort, processes, browser, folder, page, left });
    const result = { name: device.name, seconds: (performance.now() - start) / 1000, ...found };
    devices.push(result);
    const problem = found.problems[0]?.split('\n')[0];
    console.log(
      `${device.name}: ${verdict(result, devices)}, ${result.seconds.toFixed(0)} s${problem === undefined ? '' : ` (${problem})`}`,
    );
  }
  const report: GpuReport = { date, machine, software, devices };
  const path =
    out === null ? join(BENCH_FOLDER, 'results', `gpu-${date.slice(0, 19).replaceAll(':', '-')}`) : resolve(out);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${path}.md`, formatReport(report));
  console.log(`\n${formatReport(report)}\nwritten: ${path}.md and .json`);
}

/** What all devices train on. */
async function images(): Promise<Uint8Array> {
  const { batches, held } = await parityData();
  const part = (of: readonly Batch[]): Images => {
    const bytes = Buffer.concat(of.map(({ x }) => x.data as Uint8Array));
    const labels = Int32Array.from(of.flatMap(({ y }) => Array.from(y.data as Int32Array)));
    return { images: bytes, labels, count: labels.length };
  };
  return packImages({ train: part(batches), held: part(held.slice(0, HELD_BATCHES)) });
}

interface Circumstances {
  readonly software: boolean;
  readonly effort: Effort;
  readonly processes: number;
  readonly browser: string | null;
  readonly folder: string;
  /** Puts the script of pages into the folder. */
  readonly page: () => Promise<void>;
  /** Seconds. */
  readonly left: number;
}

async function examineDevice(
  device: DeviceDescription,
  { software, processes, browser, folder, page, left, ...given }: Circumstances,
): Promise<Findings> {
  const { backend, kind, place, isOracle = false } = device;
  const missing = device.missingOn?.(process.platform) ?? null;
  if (missing !== null) return { problems: [missing] };
  if (left < LEAST_SECONDS) return { problems: ['the time for all devices was up: --minutes gives more'] };
  const effort: Effort = {
    ...given.effort,
    ...(isOracle && {
      curveSteps: Math.min(given.effort.curveSteps, ORACLE_STEPS),
      conformanceSeconds: 0,
      benchSeconds: 0,
    }),
    deviceSeconds: Math.min(given.effort.deviceSeconds, left),
  };
  if (place === 'chromium') {
    if (browser === null) {
      return { problems: ['there is no Chromium or Chrome: install one, or name it in DESCENT_CHROMIUM'] };
    }
    await page();
    return examineInBrowser(browser, folder, { backend, effort, software });
  }
  const environment = software && kind === 'graphics' ? softwareVulkan() : { environment: {} };
  if ('missing' in environment) return { problems: [`no software device: ${environment.missing}`] };
  const task = { backend, kind, effort, images: join(folder, 'images') };
  const found =
    processes === 1 || effort.conformanceSeconds === 0
      ? await examineInNode(task, environment.environment)
      : await examineInProcesses(task, processes, environment.environment);
  return software && backend.endsWith('webgpu') ? { ...found, isSoftware: true } : found;
}
