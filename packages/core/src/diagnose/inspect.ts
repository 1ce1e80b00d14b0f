import { gradients } from '../autodiff/gradients.ts';
import type { Backend } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { graph } from '../ir/graph.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { leavesOf } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import { type AnyLayer, applyLayer, type Layer } from '../layers/layer.ts';
import { expectLoss } from '../losses/expect.ts';
import type { Loss } from '../losses/loss.ts';
import { parameterInputs, usedParameters } from '../model/forward.ts';
import { expectParameters, type Parameters } from '../model/parameters.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { input } from '../ops/leaf/input.ts';
import { expectKind, expectOptions } from '../options.ts';
import { expectTargets } from '../targets/rule.ts';
import type { Finding } from './finding.ts';

/** Statistics of the numbers in a tensor. */
export interface Statistics {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Share of elements that are exactly zero. */
  readonly zeros: number;
}

export interface LayerReport {
  readonly path: string;
  readonly label: string;
  readonly output: Statistics;
  /** Units (channels, features) whose output is zero for every sample of the batch, and their number in total. */
  readonly dead: number;
  readonly units: number;
  /** Of the loss's gradient with respect to each parameter of the layer. */
  readonly gradients: Readonly<Record<string, Statistics>>;
}

export interface InspectOptions {
  readonly model: Layer;
  readonly parameters: Parameters;
  readonly loss: Loss;
  readonly backend: Backend;
  readonly x: NDArray;
  readonly y: NDArray;
}

/** Keeps parameters apart from the batch, whatever they are called. */
const PREFIX = 'parameter/';

/** Runs one batch forward and backward, without dropout, and describes every layer's output and gradients. */
export async function inspect(options: InspectOptions): Promise<readonly LayerReport[]> {
  expectOptions('inspect', options, ['model', 'parameters', 'loss', 'backend', 'x', 'y']);
  const { model, parameters, loss, backend } = options;
  expectLayer('model', model);
  expectLoss('loss', loss);
  expectBackend('backend', backend);
  const [x, y] = [hostArray('x', options.x), hostArray('y', options.y)];
  expectParameters(model, parameters);
  const nodes = parameterInputs(model, PREFIX);
  const layers: { readonly path: string; readonly layer: AnyLayer; readonly label: string }[] = [];
  const outputs = new Map<string, Node>();
  const xNode = input('x', x.shape, x.dtype === 'float64' ? 'float32' : x.dtype);
  const yNode = input('y', y.shape, y.dtype === 'float64' ? 'float32' : y.dtype);
  const last = applyLayer(model, xNode, nodes, {
    training: false,
    observe(path, layer, _, output) {
      if (layer.children !== undefined) return;
      for (const [name, tensor] of leavesOf(output)) {
        outputs.set(`output${layers.length}`, cast(tensor, 'float32'));
        layers.push({ path, layer, label: `${layer.label} ${name}`.trim() });
      }
    },
  });
  const lost = loss.apply(last, yNode);
  for (const rule of loss.targets?.(last.type, yNode.type) ?? []) expectTargets(rule, y, loss.label);
  const wrt = [...nodes];
  const grads = gradients(
    lost,
    wrt.map(([, n]) => n),
  );
  for (const [i, [name]] of wrt.entries()) outputs.set(`gradient/${name}`, grads[i] as Node);
  const program = { graph: graph(outputs), reads: [], writes: [] };
  const executable = await backend.compile(program);
  const values = await executable.run({ x, y, ...usedParameters(program.graph, parameters, PREFIX) });
  executable.dispose();
  return layers.map(({ path, layer, label }, i) => {
    const output = values[`output${i}`] as NDArray;
    const own = layer.parameters.map(
      ({ name }) => [name, values[`gradient/${path === '' ? name : `${path}.${name}`}`] as NDArray] as const,
    );
    return {
      path,
      label,
      output: statistics(output),
      ...deadUnits(output),
      gradients: Object.fromEntries(own.map(([name, g]) => [name, statistics(g)])),
    };
  });
}

/** Layers with ReLU-like outputs of which at least a tenth of the units is dead. */
export function diagnoseLayers(reports: readonly LayerReport[]): readonly Finding[] {
  expectKind('reports', reports, 'list', 'await inspect(…)');
  for (const report of reports)
    expectKind('a report', report, { output: 'record', dead: 'number', units: 'number' }, '(await inspect(…))[0]');
  return reports
    .filter(({ dead, units, output }) => output.min === 0 && dead > 0 && dead >= units / 10)
    .map(({ path, label, dead, units }) => ({
      rule: 'dead units',
      seen: `${dead} of ${units} units of layer ${path} ${label} are zero for every sample of the batch`,
      advice: 'lower the learning rate, or use another initialization: such units get no gradient any more',
    }));
}

export function statistics(array: NDArray): Statistics {
  const { data } = hostArray('array', array);
  let [sum, squares, zeros] = [0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // A plain loop: this runs over all weights and many samples at the end of each fit.
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    sum += v;
    squares += v * v;
    if (v === 0) zeros++;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  const n = Math.max(1, data.length);
  const mean = sum / n;
  return { mean, std: Math.sqrt(Math.max(0, squares / n - mean * mean)), min, max, zeros: zeros / n };
}

/** Units are entries of axis 1: features of `[batch, features]`, channels of `[batch, channels, …]`. */
function deadUnits({ shape, data }: NDArray): { readonly dead: number; readonly units: number } {
  const units = shape[1] ?? 1;
  const inner = shape.slice(2).reduce((n, d) => n * d, 1);
  const alive = new Uint8Array(units);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) alive[Math.floor(i / inner) % units] = 1;
  return { dead: units - alive.reduce((n, a) => n + a, 0), units };
}
