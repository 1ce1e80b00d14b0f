import type {
  ImportedModel,
  OnnxChange,
  OnnxDifferences,
  OnnxFacts,
  ValueFacts,
  WeightChange,
} from '@descent/backend-onnx';
import type { Output } from '../io.ts';
import { count } from './count.ts';
import { keptReason } from './kept.ts';
import { fileSize, table } from './table.ts';
import { printable } from './text.ts';

// What people see of an ONNX file. Names and texts of files come from anywhere: they are cut, and hold no control characters.

/** Weights, operators and entries that are listed; the rest are counted. */
const MOST = 20;
const LONGEST = 100;

/** What an import makes of a file: why tensors are not trained, or why it cannot be imported. */
export type TrainingFacts =
  | { readonly trained: readonly string[]; readonly kept: ImportedModel['kept'] }
  | { readonly error: string };

export function factsText(facts: OnnxFacts, training: TrainingFacts, { colors }: Output): string {
  const { bytes, irVersion, opsets, producer, name, description, inputs, outputs, ops, functions } = facts;
  const { weights, parameters, externalData, metadata } = facts;
  const nodes = ops.reduce((n, { count }) => n + count, 0);
  const rows = [
    ['graph', shown(name)],
    ['file', fileSize(bytes)],
    ...Object.entries(externalData).map(([file, size]) => ['weights in', `${shown(file)}, ${fileSize(size)}`]),
    ['version', `IR ${irVersion}, ${opsetsText(opsets)}`],
    ['producer', shown(`${producer.name} ${producer.version}`) || 'unknown'],
    ...(description === '' ? [] : [['about', shown(description)]]),
    [
      'parameters',
      `${count(parameters)}, in ${fileSize(weights.reduce((sum, w) => sum + w.bytes, 0))} of ${count(weights.length)} tensors`,
    ],
    ['training', trainingText(training)],
    ['operators', `${count(nodes)} of ${ops.length} kinds`],
  ];
  const largest = [...weights].sort((a, b) => b.bytes - a.bytes);
  return [
    table(rows, ''),
    section('inputs', inputs.map(valueRow), colors),
    section('outputs', outputs.map(valueRow), colors),
    section(
      'operators',
      ops.map(({ op, count: times }) => [count(times), shown(op)]),
      colors,
    ),
    section(
      'functions',
      functions.map(({ name: called, nodes: inside }) => [shown(called), `${inside} operators`]),
      colors,
    ),
    section(
      'weights, the largest first',
      largest.map(({ name: called, type, shape, bytes: size, file }) => [
        shown(called),
        `${type}[${shape.join(', ')}]`,
        fileSize(size),
        ...(file === null ? [] : [`in ${shown(file)}`]),
      ]),
      colors,
    ),
    section(
      'kept as they are in training',
      'error' in training ? [] : Object.entries(training.kept).map(([name, why]) => [shown(name), keptReason(why)]),
      colors,
    ),
    section(
      'metadata',
      Object.entries(metadata).map(([key, value]) => [shown(key), shown(value)]),
      colors,
    ),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function trainingText(training: TrainingFacts): string {
  if ('error' in training) return shown(training.error);
  const [trained, kept] = [training.trained.length, Object.keys(training.kept).length];
  return `changes ${count(trained)} tensors${kept === 0 ? '' : ` and keeps ${count(kept)}`}`;
}

export function differencesText(differences: OnnxDifferences, { colors }: Output): string {
  const { isSame, bytes, header, inputs, outputs, ops, nodes, weights, sameWeights, metadata } = differences;
  const sizes = `${fileSize(bytes.before)} → ${fileSize(bytes.after)}`;
  if (isSame) return `nothing differs but perhaps the order of what is in the files (${sizes})`;
  return [
    `file: ${sizes}`,
    section('versions and texts', header.map(changeRow), colors),
    section('inputs', inputs.map(changeRow), colors),
    section('outputs', outputs.map(changeRow), colors),
    section('operators', ops.map(changeRow), colors),
    section('nodes', nodes.map(changeRow), colors),
    section(`weights (${count(sameWeights)} are the same)`, weights.map(weightRow), colors),
    section('metadata', metadata.map(changeRow), colors),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function section(title: string, rows: readonly (readonly string[])[], colors: Output['colors']): string {
  if (rows.length === 0) return '';
  const more = rows.length - MOST;
  return [colors.bold(title), table(rows.slice(0, MOST)), ...(more > 0 ? [`  and ${count(more)} more`] : [])].join(
    '\n',
  );
}

function valueRow({ name, type, shape }: ValueFacts): readonly string[] {
  return [
    shown(name),
    shown(shape === null ? `${type} of any shape` : `${type}[${shape.map((d) => d ?? '?').join(', ')}]`),
  ];
}

function changeRow({ name, before, after }: OnnxChange<string | number>): readonly string[] {
  return [shown(name), side(before), '→', side(after)];
}

function weightRow(change: WeightChange): readonly string[] {
  const { name, before, after, relativeDifference, maxDifference } = change;
  if (before === null || after === null || before !== after) return changeRow(change);
  const by = relativeDifference === null ? 'changed' : `changed by ${percent(relativeDifference)}`;
  return [shown(name), before, by, maxDifference === null ? '' : `at most ${maxDifference.toPrecision(3)}`];
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}

function side(value: string | number | null): string {
  return value === null ? 'none' : shown(String(value)) || "''";
}

function opsetsText(opsets: Readonly<Record<string, number>>): string {
  const texts = Object.entries(opsets).map(([domain, version]) => `${shown(domain)} ${version}`);
  return texts.length === 0 ? 'no opset' : `opset ${texts.join(', ')}`;
}

function shown(text: string): string {
  return printable(text, LONGEST);
}
