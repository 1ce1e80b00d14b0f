import type { EpochRecord, Metrics } from '@descent/core';
import type { Output } from '../io.ts';
import { columnsOf } from './text.ts';

/** The lines to print for one epoch more: with the first, a heading of two lines. */
export type EpochLines = (record: EpochRecord) => readonly string[];

type Part = 'train' | 'validation' | 'test';

interface Column {
  readonly part: Part;
  readonly name: string;
  readonly width: number;
}

const PARTS: readonly Part[] = ['train', 'validation', 'test'];
const GAP = '  ';
/** `0.00123`, `-1.2e10` */
const NUMBER_WIDTH = 7;
/** Epochs in the small curve, at most. */
const CURVE = 12;
const LEVELS = '▁▂▃▄▅▆▇█';

/**
 * Epochs as lines of a table: loss and metrics of each part of the data with four significant digits, the seconds, and on a terminal a small curve of
 * the loss so far. What does not fit the width is left out from the right of each part; everything is in the run's metrics.jsonl.
 */
export function epochTable(epochs: number, out: Output): EpochLines {
  const room = Math.min(columnsOf(out), 120) - 1;
  let columns: readonly Column[] = [];
  const losses: number[] = [];
  const first = Math.max('epoch'.length, 2 * String(epochs).length + 1);
  return (record) => {
    const isFirst = columns.length === 0;
    if (isFirst) columns = fitting(record, room - first - TIME.length);
    losses.push((record.validation ?? record.train)['loss'] ?? Number.NaN);
    const cells = columns.map(({ part, name, width }) => shortNumber(record[part]?.[name]).padStart(width));
    const used = lengthOf(columns, first) + TIME.length;
    const curve =
      out.isTerminal && room - used > CURVE ? `${GAP}${out.colors.cyan(curveOf(losses.slice(-CURVE)))}` : '';
    const position = `${record.epoch}/${epochs}`.padStart(first);
    const heading = isFirst ? titles(columns, first, out) : [];
    return [...heading, `${[position, ...cells].join(GAP)}${GAP}${seconds(record.seconds)}${curve}`];
  };
}

const TIME = `${GAP}  time`;

/** Columns of what there is, without those that do not fit: of the part with the most the last metric goes first, training data before others. */
function fitting(record: EpochRecord, room: number): readonly Column[] {
  let columns = PARTS.flatMap((part) => Object.keys(record[part] ?? {}).map((name) => column(part, name)));
  while (lengthOf(columns, 0) > room && columns.length > 1) {
    const count = (part: Part): number => columns.filter((one) => one.part === part).length;
    const fullest = PARTS.reduce((best, part) => (count(part) > count(best) ? part : best));
    const gone = columns.findLastIndex(({ part }) => part === fullest);
    columns = columns.toSpliced(gone, 1);
  }
  return columns;
}

function column(part: Part, name: string): Column {
  return { part, name, width: Math.max(NUMBER_WIDTH, name.length) };
}

function lengthOf(columns: readonly Column[], first: number): number {
  return columns.reduce((sum, { width }) => sum + GAP.length + width, first);
}

/** The parts of the data above, the names of the numbers below. */
function titles(columns: readonly Column[], first: number, { colors }: Output): readonly string[] {
  const above = PARTS.map((part) => {
    const own = columns.filter((one) => one.part === part);
    return own.length === 0 ? '' : `${GAP}${centred(part, lengthOf(own, 0) - GAP.length)}`;
  });
  const below = columns.map(({ name, width }) => name.padStart(width));
  return [
    `${' '.repeat(first)}${above.join('')}`.trimEnd(),
    `${['epoch'.padStart(first), ...below].join(GAP)}${TIME}`,
  ].map((line) => colors.bold(line));
}

/** `── train ──` over the columns of a part. */
function centred(part: string, width: number): string {
  const dashes = width - part.length - 2;
  if (dashes < 2) return part.padStart(width);
  return `${'─'.repeat(dashes >> 1)} ${part} ${'─'.repeat(dashes - (dashes >> 1))}`;
}

/** A number with four significant digits, in seven characters where it can be. */
function shortNumber(value: Metrics[string] | undefined): string {
  if (value === undefined || value === null) return '';
  const size = Math.abs(value);
  if (!Number.isFinite(value) || value === 0) return String(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace('e+', 'e');
  const decimals = 3 - Math.floor(Math.log10(size));
  return value.toFixed(Math.max(0, Math.min(decimals, value < 0 ? 4 : 5)));
}

/** `0.12 s`, `12 s`, `3:05`: as wide as its title. */
function seconds(value: number): string {
  if (value >= 60) {
    const minutes = Math.floor(value / 60);
    return `${minutes}:${String(Math.floor(value % 60)).padStart(2, '0')}`.padStart(6);
  }
  return `${value.toFixed(value < 9.995 ? 2 : 0)} s`.padStart(6);
}

/** Numbers as a line of bars from the least to the most; what is not finite is a gap. */
function curveOf(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const level = (value: number): number =>
    most === least ? 0 : Math.round(((value - least) / (most - least)) * (LEVELS.length - 1));
  return values.map((value) => (Number.isFinite(value) ? LEVELS[level(value)] : ' ')).join('');
}
