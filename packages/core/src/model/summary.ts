import { formatShape, numel, type Shape } from '../ir/shape.ts';
import type { Layer } from '../layers/layer.ts';
import { forwardGraph, type SampleType } from './forward.ts';

export interface SummaryRow {
  readonly path: string;
  readonly label: string;
  /** With `-1` for the batch. */
  readonly outputShape: Shape;
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
export function summarize(model: Layer, sample: SampleType): Summary {
  const rows: SummaryRow[] = [];
  forwardGraph(model, sample, {
    prefix: 'parameter/',
    observe(path, layer, _, output) {
      if (layer.children !== undefined) return;
      const trained = layer.parameters.filter((p) => p.trainable !== false);
      const count = (name?: string): number =>
        trained.reduce((n, p) => (name === undefined || p.name === name ? n + numel(p.shape) : n), 0);
      rows.push({
        path,
        label: layer.label,
        outputShape: output.type.shape,
        weights: count('weight'),
        biases: count('bias'),
        total: count(),
      });
    },
  });
  return { rows, total: rows.reduce((n, r) => n + r.total, 0) };
}

/** The summary as an aligned text table. */
export function formatSummary({ rows, total }: Summary): string {
  const number = (n: number): string => (n === 0 ? '' : n.toLocaleString('en-US'));
  const cells = [
    ['', 'layer', 'output', 'weights', 'biases', 'parameters'],
    ...rows.map((r) => [
      r.path,
      r.label,
      formatShape(r.outputShape),
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
