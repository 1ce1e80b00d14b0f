import { parseArgs } from 'node:util';
import { BROWSER_ENGINES, isGraphics } from './browser/engines.ts';
import { NETS, type NetName } from './lib/nets.ts';
import { ENGINES } from './train-step/engines.ts';

export const PARTS = [
  'train-step',
  'epoch',
  'javascript',
  'data',
  'memory',
  'compile',
  'check',
  'inference',
  'parity',
  'browser',
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly help: boolean;
  readonly parts: readonly Part[];
  readonly nets: readonly NetName[];
  readonly engines: readonly string[];
  /** Of training steps: 1 measures CPU time, 2 bursts. */
  readonly threads: readonly (1 | 2)[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | null;
}

const ROUNDS = 15;
const QUICK_ROUNDS = 3;

export const HELP: string = `Usage: npm run bench -- [part …] [options]

Parts (default: all)
  train-step   a training step of each network on each engine, in turns
  epoch        a whole shuffled epoch of the MLP, data preparation included
  javascript   the share of a LeNet step that is spent outside of ONNX Runtime
  data         images a second of the loader, with and without workers; how long training waits for data
  memory       resident memory over 20,000 steps
  compile      the passes over graphs of 20,000 nodes, and compiling an LSTM unrolled to 200 steps
  check        what it costs that each step looks at all that it writes, and refuses what is not finite
  inference    predictions by createPredictor and loadOnnx, and by ONNX Runtime itself on the exported file
  parity       the loss curves of one seed on each backend that works here, compared
  browser      steps, first load, first epoch and frames a second in a page of a headless Chromium

Options
  --net <names>      ${Object.keys(NETS).join(', ')} (default: all)
  --engines <names>  of train-step and browser, see below (default: all, in the browser without graphics)
  --graphics         in the browser also engines that need a graphics device; where there is none, the processor draws
  --threads <n>      of training steps: 1 (CPU time), 2 (wall time in bursts) (default: both)
  --rounds <n>       measurements of each engine, default ${ROUNDS}, with --quick ${QUICK_ROUNDS}
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
      threads: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { help, quick, graphics, rounds = String(quick ? QUICK_ROUNDS : ROUNDS), json = null } = values;
  if (!/^[1-9]\d*$/.test(rounds)) throw new RangeError(`--rounds ${rounds}: expected a whole number of at least 1`);
  return {
    help,
    quick,
    json,
    rounds: Number(rounds),
    parts: chosen('part', positionals, PARTS),
    nets: chosen('--net', list(values.net), Object.keys(NETS) as NetName[]),
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
