import { parseArgs } from 'node:util';
import { DEVICES } from './devices.ts';
import type { Effort } from './findings.ts';

export interface GpuOptions {
  readonly help: boolean;
  /** Names of devices. */
  readonly devices: readonly string[];
  readonly software: boolean;
  readonly effort: Effort;
  /** Processes that share the tests of the kit, on devices of Node. */
  readonly processes: number;
  /** Minutes for all devices together. */
  readonly minutes: number;
  /** Path of the reports without its end, or `null`. */
  readonly out: string | null;
}

const USUAL: Effort = { conformanceSeconds: 20, curveSteps: 100, benchSeconds: 4, deviceSeconds: 100 };
/** To see that everything works: the numbers say little. */
const SMALL: Effort = { conformanceSeconds: 3, curveSteps: 4, benchSeconds: 0, deviceSeconds: 100 };
/** Time for all tests of the kit. */
const WHOLE_SECONDS = 3600;

const MINUTES = 7;
/** So many times longer where the processor draws: shaders are compiled and run by it. */
const SOFTWARE_TIMES = 6;

export const HELP: string = `Usage: npm run gpu -- [options]

Looks for every device that Descent knows, and on each that is there runs the conformance kit, compares the loss curves of one seed with those of the
reference interpreter and of onnx:cpu, and measures a training step of an MLP, LeNet and a CNN. Each device has a process of its own, and a limit of
time. Writes one table, as Markdown to paste and as JSON.

Options
  --devices <names>  separated by commas, default all: ${DEVICES.map(({ name }) => name).join(', ')}
  --software         graphics devices are the software ones that come with Chromium (SwiftShader): shows that numbers are right, not speed
  --whole            all tests of the conformance kit, however long they take
  --processes <n>    in Node, so many processes at once share the tests of the kit, when times were measured; default 1. onnx:webgpu
                     gains nothing by it on an NVIDIA H200, tfjs:webgpu much
  --small            a minute in all, to see that everything works
  --minutes <n>      for all devices together, default ${MINUTES}, with --software ${MINUTES * SOFTWARE_TIMES}; devices for which none are left are named
  --out <path>       where the reports go, without .md and .json; default bench/results/gpu-<date>
  --help

onnx:cuda needs libraries that npm does not have: the install script of onnxruntime-node fetches them from NuGet (npm rebuild onnxruntime-node).
tfjs:node-gpu needs @tensorflow/tfjs-node-gpu, tfjs:webgpu in Node the package webgpu. Devices that lack something say so in the table.`;

/** Reads the command line. Throws an error that says what is wrong with it. */
export function parseOptions(words: readonly string[]): GpuOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      help: { type: 'boolean', default: false },
      software: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
      small: { type: 'boolean', default: false },
      devices: { type: 'string' },
      processes: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { help, software, whole, small, processes, out = null } = values;
  if (whole && small) throw new RangeError('--whole and --small exclude each other');
  const { minutes = String(whole ? 600 : MINUTES * (software ? SOFTWARE_TIMES : 1)) } = values;
  if (!/^[1-9]\d*$/.test(minutes)) throw new RangeError(`--minutes ${minutes}: expected a whole number of at least 1`);
  if (!/^[1-9]\d?$/.test(processes))
    throw new RangeError(`--processes ${processes}: expected a whole number from 1 to 99`);
  const hardware = whole
    ? { ...USUAL, conformanceSeconds: WHOLE_SECONDS, deviceSeconds: 2 * WHOLE_SECONDS }
    : small
      ? SMALL
      : USUAL;
  const effort = software ? { ...hardware, deviceSeconds: SOFTWARE_TIMES * hardware.deviceSeconds } : hardware;
  const devices = chosen(values.devices);
  return { help, software, out, effort, devices, minutes: Number(minutes), processes: Number(processes) };
}

function chosen(names: string | undefined): readonly string[] {
  const known = DEVICES.map(({ name }) => name);
  if (names === undefined) return known;
  const asked = names.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`--devices ${unknown}: expected some of ${known.join(', ')}`);
  return known.filter((name) => asked.includes(name));
}
