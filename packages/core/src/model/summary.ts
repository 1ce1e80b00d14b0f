import { DYNAMIC, formatShape, numel, type Shape } from '../ir/shape.ts';
import { leavesOf, type Tree } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { expectKind } from '../options.ts';
import { atAnyBatch, forwardGraph, type SampleType } from './forward.ts';
import { type LayerCost, layerCosts } from './layer-costs.ts';

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
  /** Floating-point operations for one sample in inference; a product and a sum are two. Layers inside count for themselves. */
  readonly flops: number;
  /** Bytes of all that the layer gives for one sample. */
  readonly activationBytes: number;
  /** Height and width of the part of the input image that one element of the output depends on; `null` where one of both is no image. */
  readonly receptiveField: readonly [height: number, width: number] | null;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly total: number;
  /** Of the whole network, with what containers compute by themselves. */
  readonly flops: number;
  readonly activationBytes: number;
}

/**
 * Every layer with its output shape, its numbers of weights and biases, and what it costs. Throws like the network does when `sample` does not
 * fit.
 */
export function summarize(model: AnyLayer, sample: Tree<SampleType>): Summary {
  const rows = atAnyBatch((batch) => rowsAt(batch, model, sample));
  const costs = layerCosts(model, sample, isRow);
  const whole = rows.map((row, i) => ({ ...row, ...(costs.rows[i] as LayerCost) }));
  const total = (of: (row: SummaryRow) => number): number => whole.reduce((n, row) => n + of(row), 0);
  return {
    rows: whole,
    total: total((row) => row.total),
    flops: costs.flops,
    activationBytes: total((row) => row.activationBytes),
  };
}

type Row = Omit<SummaryRow, keyof LayerCost>;

function rowsAt(batch: number, model: AnyLayer, sample: Tree<SampleType>): readonly Row[] {
  const rows: Row[] = [];
  forwardGraph(model, sample, {
    prefix: 'parameter/',
    batch,
    observe(path, layer, _, output) {
      const own = ownParameters(layer);
      if (!isRow(layer)) return;
      // A layer that is used again has no more numbers than before.
      const trained = rows.some((row) => row.path === path) ? [] : own.filter((p) => p.trainable !== false);
      const count = (name?: string): number =>
        trained.reduce((n, p) => (name === undefined || p.name === name ? n + numel(p.shape) : n), 0);
      const outputs = leavesOf(output).map(
        ([name, { type }]) => [name, batch === DYNAMIC ? type.shape : [DYNAMIC, ...type.shape.slice(1)]] as const,
      );
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
  return rows;
}

/** Containers without parameters of their own are no rows. */
function isRow(layer: AnyLayer): boolean {
  return layer.children === undefined || ownParameters(layer).length > 0;
}

interface Column {
  readonly name: string;
  readonly of: (row: SummaryRow) => string;
  readonly total?: string;
  readonly isNumber?: boolean;
}

function sum(rows: readonly SummaryRow[], of: 'weights' | 'biases'): number {
  return rows.reduce((n, row) => n + row[of], 0);
}

/**
 * The summary as an aligned text table. Of networks over images the column `sees` has the receptive field: the part of the input that one element of the
 * output depends on.
 */
export function formatSummary(summary: Summary): string {
  expectKind('summary', summary, { rows: 'list', total: 'number' }, 'summarize(model, { shape: [784] })');
  const { rows } = summary;
  const number = (n: number): string => (n === 0 ? '' : n.toLocaleString('en-US'));
  const seesImages = rows.some(({ receptiveField }) => receptiveField !== null && numel(receptiveField) > 1);
  const columns: readonly Column[] = [
    { name: '', of: (r) => r.path },
    { name: 'layer', of: (r) => r.label, total: 'total' },
    { name: 'output', of: (r) => r.outputs.map(([name, shape]) => `${name} ${formatShape(shape)}`.trim()).join(', ') },
    ...(seesImages ? [{ name: 'sees', of: (r: SummaryRow) => r.receptiveField?.join('×') ?? '', isNumber: true }] : []),
    { name: 'weights', of: (r) => number(r.weights), total: number(sum(rows, 'weights')), isNumber: true },
    { name: 'biases', of: (r) => number(r.biases), total: number(sum(rows, 'biases')), isNumber: true },
    { name: 'parameters', of: (r) => number(r.total), total: number(summary.total), isNumber: true },
    { name: 'FLOPs', of: (r) => number(r.flops), total: number(summary.flops), isNumber: true },
  ];
  const cells = [
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ of }) => of(row))),
    columns.map(({ total = '' }) => total),
  ];
  const widths = (cells[0] as string[]).map((_, c) => Math.max(...cells.map((row) => (row[c] as string).length)));
  const lines = cells.map((row) =>
    row
      .map((cell, c) => (columns[c]?.isNumber ? cell.padStart(widths[c] as number) : cell.padEnd(widths[c] as number)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...lines.map((l) => l.length)));
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join('\n');
}
