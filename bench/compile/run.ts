import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { type Backend, gradients, type Node } from '@descent/core';
import { decompose, graph, optimize, printGraph, verify } from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import { formatMs, formatTable } from '../lib/table.ts';
import { lstmProgram } from './lstm.ts';

export interface PassTimes {
  readonly graph: string;
  /** After the composites have been taken apart. */
  readonly nodes: number;
  /** CPU milliseconds of each pass. */
  readonly ms: Readonly<Record<string, number>>;
}

export interface CompileTime {
  readonly backend: string;
  readonly steps: number;
  /** CPU milliseconds from a built program to an executable. */
  readonly ms: number;
}

export interface CompileResult {
  readonly passes: readonly PassTimes[];
  readonly lstm: readonly CompileTime[];
}

/** All passes over 20,000 nodes shall take less, in milliseconds. */
export const PASSES_BAR = 1000;

/** CPU time of the passes of core over large graphs, and of compiling an LSTM unrolled to more and more steps. */
export async function benchCompile(quick: boolean): Promise<CompileResult> {
  const size = quick ? 2000 : 20_000;
  const graphs: Readonly<Record<string, (x: Node) => Node>> = {
    'softmax of softmax': (x) => repeated(x, size / 5, (y) => ops.softmax(y)),
    'a chain of tanh': (x) => repeated(x, size, (y) => ops.tanh(y)),
    'a sum of slices': (x) => sumOfSlices(x, size / 2),
  };
  passTimes('warm-up', (x) => repeated(x, 200, (y) => ops.softmax(y)));
  const passes = Object.entries(graphs).map(([name, build]) => passTimes(name, build));
  const lstm: CompileTime[] = [];
  for (const create of [() => onnx({ threads: 1 }), () => tfjs({ engine: 'wasm' }), () => tfjs({ engine: 'cpu' })]) {
    const backend = await create();
    for (const steps of quick ? [10, 20] : [50, 100, 200]) lstm.push(await compileTime(backend, steps));
    await backend.dispose();
  }
  return { passes, lstm };
}

function repeated(x: Node, times: number, f: (y: Node) => Node): Node {
  let y = x;
  for (let i = 0; i < times; i++) y = f(y);
  return y;
}

function sumOfSlices(x: Node, count: number): Node {
  let y = ops.slice(x, { axis: 1, start: 0, end: 1 });
  for (let i = 1; i < count; i++) y = ops.add(y, ops.slice(x, { axis: 1, start: i % 4, end: (i % 4) + 1 }));
  return y;
}

function passTimes(name: string, build: (x: Node) => Node): PassTimes {
  const x = ops.input('x', [4, 5]);
  const ms: Record<string, number> = {};
  const timed = <T>(pass: string, run: () => T): T => {
    const start = process.cpuUsage();
    const result = run();
    ms[pass] = millisecondsSince(start);
    return result;
  };
  const never = (): boolean => false;
  const y = timed('build', () => build(x));
  const forward = timed('graph', () => graph({ y }));
  timed('decompose', () => decompose(forward, never));
  timed('verify', () => verify(forward));
  timed('print', () => printGraph(forward));
  timed('gradients', () => gradients(ops.sum(y), [x]));
  const { nodes } = timed('optimize', () => optimize(forward, never));
  return { graph: name, nodes: nodes.length, ms };
}

async function compileTime(backend: Backend, steps: number): Promise<CompileTime> {
  const program = lstmProgram(steps);
  const start = process.cpuUsage();
  const executable = await backend.compile(program);
  const ms = millisecondsSince(start);
  executable.dispose();
  return { backend: backend.name, steps, ms };
}

function millisecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

export function formatCompileResult({ passes, lstm }: CompileResult): string {
  const names = Object.keys(passes[0]?.ms ?? {});
  const total = ({ ms }: PassTimes): number => Object.values(ms).reduce((sum, each) => sum + each, 0);
  const rows = passes.map((p) => [
    p.graph,
    String(p.nodes),
    ...names.map((name) => formatMs(p.ms[name] as number)),
    `${formatMs(total(p))}${total(p) > PASSES_BAR ? ` (more than ${PASSES_BAR})` : ''}`,
  ]);
  const backends = [...new Set(lstm.map((l) => l.backend))];
  const steps = [...new Set(lstm.map((l) => l.steps))];
  const of = (backend: string, n: number): string =>
    formatMs(lstm.find((l) => l.backend === backend && l.steps === n)?.ms ?? Number.NaN);
  return [
    'Passes over large graphs, CPU ms',
    formatTable(['graph', 'nodes', ...names, 'together'], rows),
    '',
    'Compiling a training step of an unrolled LSTM, CPU ms',
    formatTable(
      ['backend', ...steps.map((n) => `${n} steps`)],
      backends.map((backend) => [backend, ...steps.map((n) => of(backend, n))]),
    ),
  ].join('\n');
}
