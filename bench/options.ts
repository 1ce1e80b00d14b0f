import { parseArgs } from 'node:util';
import { BROWSER_ENGINES, isGraphics } from './browser/engines.ts';
import { NETS, type NetName } from './lib/nets.ts';
import { NETWORKS, type NetworkName } from './networks/networks.ts';
import { SCALED, SCALES, type Scale } from './scaling/scales.ts';
import { ENGINES } from './train-step/engines.ts';

export const PARTS = [
  'train-step',
  'networks',
  'scaling',
  'epoch',
  'javascript',
  'data',
  'memory',
  'compile',
  'check',
  'inference',
  'serve',
  'parity',
  'browser',
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly help: boolean;
  readonly parts: readonly Part[];
  readonly nets: readonly NetName[];
  /** Of the part `networks`. */
  readonly networks: readonly NetworkName[];
  /** Of the part `scaling`. */
  readonly scales: readonly Scale[];
  readonly engines: readonly string[];
  /** Seconds for finding PyTorch's best way for a network. */
  readonly budget: number;
  /** Of training steps: 1 measures CPU time, 2 bursts. */
  readonly threads: readonly (1 | 2)[];
  readonly rounds: number;
  /** Of the part `serve`, over which the memory of the server is measured. */
  readonly requests: number;
  readonly quick: boolean;
  readonly json: string | null;
}

const ROUNDS = 15;
const QUICK_ROUNDS = 3;
const BUDGET = 120;
const QUICK_BUDGET = 15;
const REQUESTS = 20_000;
const QUICK_REQUESTS = 1000;
const ALL_NETS = [...new Set([...Object.keys(NETS), ...Object.keys(NETWORKS), ...SCALED])];

export const HELP: string = `Usage: npm run bench -- [part …] [options]

Parts (default: all)
  train-step   a training step of each network on each engine, in turns
  networks     a training step of networks of all kinds, with Descent and with the fastest PyTorch that is found
  scaling      training steps in many sizes: batches from 1 to 1,024, width, depth, length, against the fastest PyTorch
  epoch        a whole shuffled epoch of the MLP, data preparation included
  javascript   the share of a LeNet step that is spent outside of ONNX Runtime
  data         images a second of the loader, with and without workers; how long training waits for data
  memory       resident memory over 20,000 steps
  compile      the passes over graphs of 20,000 nodes, and compiling an LSTM unrolled to 200 steps
  check        what it costs that each step looks at all that it writes, and refuses what is not finite
  inference    predictions by createPredictor and loadOnnx, and by ONNX Runtime itself on the exported file
  serve        descent serve over loopback: throughput and latency against ONNX Runtime itself, overload, broken and malformed requests, memory
  parity       the loss curves of one seed on each backend that works here, compared
  browser      steps, first load, first epoch and frames a second in a page of a headless Chromium

Options
  --net <names>      of train-step and browser: ${Object.keys(NETS).join(', ')}; of networks: ${Object.keys(NETWORKS).join(', ')}; of scaling: ${SCALED.join(', ')} (default: all, but those that take long: ${onDemand().join(', ')})
  --budget <s>       of networks and scaling: seconds for finding PyTorch's fastest way for each, default ${BUDGET}, with --quick ${QUICK_BUDGET}
  --engines <names>  of train-step and browser, see below (default: all, in the browser without graphics)
  --graphics         in the browser also engines that need a graphics device; where there is none, the processor draws
  --threads <n>      of training steps: 1 (CPU time), 2 (wall time in bursts) (default: both)
  --rounds <n>       measurements of each engine, default ${ROUNDS}, with --quick ${QUICK_ROUNDS}
  --requests <n>     of serve, over which memory is measured, default ${REQUESTS}, with --quick ${QUICK_REQUESTS}
  --quick            a short run, to see that everything works
  --json <path>      where the numbers go, default bench/results/<date>.json
  --help

Names are separated by commas. Fashion-MNIST is read from the folder in DESCENT_FASHION_MNIST; without it, and without Debian's package
dataset-fashion-mnist, the MNIST sample of @descent/datasets serves. PyTorch runs in DESCENT_PYTHON, else python3.

Engines of train-step
${formatEngines(ENGINES)}

Engines of browser
${formatEngines(BROWSER_ENGINES)}`;

function formatEngines(engines: readonly { readonly name: string; readonly about: string }[]): string {
  return engines.map(({ name, about }) => `  ${name.padEnd(22)}${about}`).join('\n');
}

function onDemand(): readonly string[] {
  return Object.entries(NETWORKS).flatMap(([name, { onDemand = false }]) => (onDemand ? [name] : []));
}

/** Reads the command line. Throws an error that says what is wrong with it. */
export function parseOptions(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      graphics: { type: 'boolean', default: false },
      net: { type: 'string' },
      engines: { type: 'string' },
      rounds: { type: 'string' },
      budget: { type: 'string' },
      requests: { type: 'string' },
      threads: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { help, quick, graphics, rounds = String(quick ? QUICK_ROUNDS : ROUNDS), json = null } = values;
  const { budget = String(quick ? QUICK_BUDGET : BUDGET) } = values;
  const { requests = String(quick ? QUICK_REQUESTS : REQUESTS) } = values;
  if (!/^[1-9]\d*$/.test(rounds)) throw new RangeError(`--rounds ${rounds}: expected a whole number of at least 1`);
  if (!/^\d+$/.test(budget)) throw new RangeError(`--budget ${budget}: expected a whole number of seconds`);
  if (!/^[1-9]\d{0,8}$/.test(requests))
    throw new RangeError(`--requests ${requests}: expected a whole number of at least 1`);
  const named = chosen('--net', list(values.net), ALL_NETS);
  return {
    help,
    quick,
    json,
    rounds: Number(rounds),
    requests: Number(requests),
    parts: chosen('part', positionals, PARTS),
    nets: (Object.keys(NETS) as NetName[]).filter((name) => named.includes(name)),
    networks: (Object.keys(NETWORKS) as NetworkName[])
      .filter((name) => named.includes(name))
      .filter((name) => values.net !== undefined || NETWORKS[name].onDemand !== true),
    scales: SCALES.filter(({ of }) => named.includes(of)),
    budget: Number(budget),
    threads: chosen('--threads', list(values.threads), ['1', '2']).map((n) => (n === '1' ? 1 : 2)),
    engines: chosenEngines(list(values.engines), graphics),
  };
}

/** Those named; else all, but engines that draw only when graphics are wanted. */
function chosenEngines(names: readonly string[], graphics: boolean): readonly string[] {
  const all = [...ENGINES, ...BROWSER_ENGINES].map(({ name }) => name);
  const drawing = new Set(BROWSER_ENGINES.filter(isGraphics).map(({ name }) => name));
  return chosen('--engines', names, all).filter((name) => names.length > 0 || graphics || !drawing.has(name));
}

function list(value: string | undefined): readonly string[] {
  return value === undefined ? [] : value.split(',').map((name) => name.trim());
}

/** `names` in the order of `known`; all of them when there are none. */
function chosen<Name extends string>(
  option: string,
  names: readonly string[],
  known: readonly Name[],
): readonly Name[] {
  const unknown = names.find((name) => !known.some((k) => k === name));
  if (unknown !== undefined) throw new RangeError(`${option} ${unknown}: expected one of ${known.join(', ')}`);
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}
