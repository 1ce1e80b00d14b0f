import { NETS, type NetName } from '../lib/nets.ts';
import { formatMs } from '../lib/table.ts';
import { BASE } from './devices.ts';
import type { ConformanceFindings, CurveFindings, DeviceResult } from './findings.ts';
import type { MachineDescription } from './machine.ts';

/** Everything that one run of `npm run gpu` has found. */
export interface GpuReport {
  readonly date: string;
  readonly machine: MachineDescription;
  readonly software: boolean;
  readonly devices: readonly DeviceResult[];
}

/** The largest relative difference of two sets of curves over the steps that both have, and the number of these; `null` without any. */
export function curveDifference(
  curves: readonly CurveFindings[] | undefined,
  base: readonly CurveFindings[] | undefined,
): { readonly largest: number; readonly steps: number } | null {
  let [largest, steps] = [0, 0];
  for (const { job, losses } of curves ?? []) {
    const expected = base?.find((curve) => curve.job === job)?.losses ?? [];
    steps = Math.max(steps, Math.min(losses.length, expected.length));
    for (const [i, loss] of losses.slice(0, expected.length).entries()) {
      const difference = Math.abs(loss / (expected[i] as number) - 1);
      // What is not a number is as far away as can be.
      largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
    }
  }
  return steps === 0 ? null : { largest, steps };
}

/** How far curves may be apart over the first ten steps: those of bench/parity, and rounding of shaders. */
const CLOSE = 1e-3;
const COMPARED_STEPS = 10;

/** In one word: whether the device computes what the others compute. */
export function verdict(result: DeviceResult, devices: readonly DeviceResult[]): string {
  const { conformance, curves, problems } = result;
  if (conformance === undefined && curves === undefined) return 'does not run';
  const first = (of: readonly CurveFindings[] | undefined): readonly CurveFindings[] | undefined =>
    of?.map((curve) => ({ ...curve, losses: curve.losses.slice(0, COMPARED_STEPS) }));
  const difference = curveDifference(first(curves), first(baseOf(devices)?.curves));
  if ((conformance?.failed.length ?? 0) > 0 || (difference !== null && difference.largest > CLOSE)) return 'WRONG';
  return problems.length > 0 ? 'in part' : 'works';
}

function baseOf(devices: readonly DeviceResult[]): DeviceResult | undefined {
  return devices.find(({ name }) => name === BASE);
}

/** Failed tests of a device that are told in the table's page. */
const MOST_SHOWN = 20;
const NONE: Pick<ConformanceFindings, 'failed'> = { failed: [] };

const HEADER = [
  ...['device', 'works', 'conformance: passed, failed, limits, not run', 'parity with the reference', 'with onnx:cpu'],
  ...Object.values(NETS).map(({ title, batchSize }) => `${title}, batch ${batchSize}: ms a step`),
];

/** The report as Markdown, to be pasted. */
export function formatReport({ date, machine, software, devices }: GpuReport): string {
  const { cpu, cores, memoryGb, system, node, gpus, browser, commit } = machine;
  const reference = devices.find(({ name }) => name === 'reference');
  const rows = devices.map((result) => rowOf(result, devices, reference));
  const lines = [HEADER, HEADER.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const failures = devices.flatMap(({ name, conformance: { failed } = NONE }) => [
    ...failed.slice(0, MOST_SHOWN).map((test) => `- ${name}: \`${test.name}\`: ${firstLine(test.message)}`),
    ...(failed.length > MOST_SHOWN
      ? [`- ${name}: ${failed.length - MOST_SHOWN} more, by name in the JSON beside this`]
      : []),
  ]);
  const notes = devices.flatMap(({ name, about, isSoftware, problems }) => [
    ...(about === undefined || about === ''
      ? []
      : [`- ${name} is ${about}${isSoftware === true ? ', a software device' : ''}`]),
    ...problems.map((problem) => `- ${name}: ${oneLine(problem)}`),
  ]);
  return [
    `# Descent on the devices of one machine, ${date}`,
    '',
    `- ${cpu}, ${cores} cores, ${memoryGb} GB; ${system}; Node ${node}; ${browser ?? 'no Chromium'}; commit ${commit ?? 'unknown'}`,
    `- Graphics devices, as the system names them: ${gpus.length === 0 ? 'none found' : gpus.join('; ')}`,
    ...(software ? ['- **Software devices**: the processor stands for graphics devices; times say nothing.'] : []),
    '',
    ...lines,
    '',
    'Parity: the largest relative difference of the losses of an MLP with dropout, LeNet and a CNN with batch normalization from one seed, over so many',
    `steps. Times are medians as \`fit\` trains, with the factor to ${BASE}; below 1 is faster. Limits: what the engine is known not to do, by docs/edge-semantics.md.`,
    ...(failures.length === 0 ? [] : ['', '## Failed tests', '', ...failures]),
    ...(notes.length === 0 ? [] : ['', '## Notes', '', ...notes]),
    '',
  ].join('\n');
}

function rowOf(
  result: DeviceResult,
  devices: readonly DeviceResult[],
  reference: DeviceResult | undefined,
): readonly string[] {
  const { name, conformance, curves, bench } = result;
  const times = (Object.keys(NETS) as NetName[]).map((net) => {
    const time = bench?.find((found) => found.net === net)?.median;
    const base = baseOf(devices)?.bench?.find((found) => found.net === net)?.median;
    if (time === undefined) return '–';
    return base === undefined || name === BASE
      ? formatMs(time)
      : `${formatMs(time)} (${(time / base).toPrecision(2)}x)`;
  });
  return [
    name,
    verdict(result, devices),
    conformance === undefined
      ? '–'
      : [conformance.passed, conformance.failed.length, conformance.limits.length, conformance.skipped].join(', '),
    name === 'reference' ? '–' : formatDifference(curveDifference(curves, reference?.curves)),
    name === BASE || name === 'reference' ? '–' : formatDifference(curveDifference(curves, baseOf(devices)?.curves)),
    ...times,
  ];
}

function formatDifference(difference: ReturnType<typeof curveDifference>): string {
  return difference === null ? '–' : `${difference.largest.toExponential(1)} over ${difference.steps}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] as string;
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('; ');
}
