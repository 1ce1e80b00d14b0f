import { formatShape, numel, type Shape } from '../ir/shape.ts';
import { leavesOf, type Tree } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { expectKind } from '../options.ts';
import { forwardGraph, type SampleType } from './forward.ts';

export interface SummaryRow {
  readonly path: string;
  readonly label: string;
  /** With `-1` for the batch; of several tensors, the first one's. */
  readonly outputShape: Shape;
  /** Every tensor that the layer gives; one alone has the empty name. */
  readonly outputs: readonly (readonly [name: string, shape: Shape])[];
  /** Numbers in parameters called `weight`. */
  readonly weights: number;
  /** Numbers in parameters called `bias`. */
  readonly biases: number;
  /** Numbers in all trainable parameters of the layer. */
  readonly total: number;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly total: number;
}

/** Every layer with its output shape and its numbers of weights and biases. Throws like the network does when `sample` does not fit. */
export function summarize(model: AnyLayer, sample: Tree<SampleType>): Summary {
  const rows: SummaryRow[] = [];
  forwardGraph(model, sample, {
    prefix: 'parameter/',
    observe(path, layer, _, output) {
      const own = ownParameters(layer);
      if (layer.children !== undefined && own.length === 0) return;
      // A layer that is used again has no more numbers than before.
      const trained = rows.some((row) => row.path === path) ? [] : own.filter((p) => p.trainable !== false);
      const count = (name?: string): number =>
        trained.reduce((n, p) => (name === undefined || p.name === name ? n + numel(p.shape) : n), 0);
      const outputs = leavesOf(output).map(([name, { type }]) => [name, type.shape] as const);
      rows.push({
        path,
        label: layer.label,
        outputShape: outputs[0]?.[1] ?? [],
        outputs,
        weights: count('weight'),
        biases: count('bias'),
        total: count(),
      });
    },
  });
  return { rows, total: rows.reduce((n, r) => n + r.total, 0) };
}

/** The summary as an aligned text table. */
export function formatSummary(summary: Summary): string {
  expectKind('summary', summary, { rows: 'list', total: 'number' }, 'summarize(model, { shape: [784] })');
  const { rows, total } = summary;
  const number = (n: number): string => (n === 0 ? '' : n.toLocaleString('en-US'));
  const cells = [
    ['', 'layer', 'output', 'weights', 'biases', 'parameters'],
    ...rows.map((r) => [
      r.path,
      r.label,
      r.outputs.map(([name, shape]) => `${name} ${formatShape(shape)}`.trim()).join(', '),
      number(r.weights),
      number(r.biases),
      number(r.total),
    ]),
    [
      '',
      'total',
      '',
      number(rows.reduce((n, r) => n + r.weights, 0)),
      number(rows.reduce((n, r) => n + r.biases, 0)),
      number(total),
    ],
  ];
  const widths = (cells[0] as string[]).map((_, c) => Math.max(...cells.map((row) => (row[c] as string).length)));
  const lines = cells.map((row) =>
    row
      .map((cell, c) => (c < 3 ? cell.padEnd(widths[c] as number) : cell.padStart(widths[c] as number)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...lines.map((l) => l.length)));
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join('\n');
}
