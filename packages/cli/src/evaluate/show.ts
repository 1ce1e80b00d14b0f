import { type Io, print } from '../io.ts';
import { count } from '../ui/count.ts';
import { table } from '../ui/table.ts';
import type { Judgement } from './judge.ts';
import type { Pair } from './pair.ts';

/** Classes up to which the confusion is printed as a table; with more, only the pairs that are confused most often. */
const MOST_CLASSES = 12;
const PAIRS = 8;

/** Prints how good one network is. */
export function showJudgement(judgement: Judgement, io: Io): void {
  const { model, backend, set, part, scores, classes } = judgement;
  print(io.out, `${io.out.colors.bold(model)}: ${count(set.length)} ${part} samples of ${set.name}, on ${backend}\n`);
  print(io.out, numbersTable([...scores.map(({ name, value }) => [name, digits(value)])]));
  if (classes === null) return;
  const rows = classes.classes.map((name, c) => {
    const { precision, recall, f1, support } = classes.scores[c] as (typeof classes.scores)[number];
    return [name, digits(precision), digits(recall), digits(f1), count(support)];
  });
  print(io.out, `\n${numbersTable([['class', 'precision', 'recall', 'F1', 'samples'], ...rows])}`);
  if (classes.classes.length <= MOST_CLASSES) {
    const matrix = classes.confusion.map((row, c) => [classes.classes[c] as string, ...row.map(String)]);
    print(io.out, `\nconfusion: a row for each true class, a column for each answer`);
    print(io.out, numbersTable([['', ...classes.classes], ...matrix]));
  }
  const pairs = confused(judgement);
  if (pairs.length === 0) {
    print(io.out, '\nNo sample was taken for another class.');
    return;
  }
  print(io.out, '\nmost often confused');
  print(io.out, table(pairs.map(([t, p, n]) => [`${t} taken for ${p}`, `${count(n)} times`])));
}

function confused({ classes }: Judgement): readonly (readonly [string, string, number])[] {
  const names = classes?.classes ?? [];
  return (classes?.confusion ?? [])
    .flatMap((row, t) => row.map((n, p) => [t, p, n] as const))
    .filter(([t, p, n]) => t !== p && n > 0)
    .sort((a, b) => b[2] - a[2])
    .slice(0, PAIRS)
    .map(([t, p, n]) => [names[t] as string, names[p] as string, n]);
}

/** Prints two networks side by side, and which is better. */
export function showPair([a, b]: readonly [Judgement, Judgement], pair: Pair, io: Io): void {
  const { set, part } = a;
  print(io.out, `${count(set.length)} ${part} samples of ${set.name}\n`);
  const other = new Map(b.scores.map((score) => [score.name, score]));
  const rows = a.scores.map(({ name, value, better }) => {
    const second = other.get(name)?.value ?? null;
    return [name, digits(value), digits(second), sideOf(value, second, better)];
  });
  print(io.out, numbersTable([['', a.model, b.model, 'better'], ...rows]));
  const where = a.backend === b.backend ? a.backend : `${a.backend} and ${b.backend}`;
  print(io.out, `\n${pair.verdict}`);
  print(io.out, io.out.colors.dim(`on ${where}`));
}

function sideOf(a: number | null, b: number | null, better: 'lower' | 'higher' | null): string {
  if (a === null || b === null || better === null) return '';
  if (a === b) return 'equal';
  return a < b === (better === 'lower') ? 'first' : 'second';
}

/** Names at the left, numbers at the right of their columns. */
function numbersTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)));
  return table(rows.map((row) => row.map((cell, c) => (c === 0 ? cell : cell.padStart(widths[c] ?? 0)))));
}

/** Four digits behind the point, or four that count. */
export function digits(value: number | null): string {
  if (value === null) return '-';
  const size = Math.abs(value);
  return value === 0 || (size >= 0.001 && size < 1e5) ? value.toFixed(4) : value.toExponential(3);
}

/** What `--json` says of one network. */
export function jsonOf({ model, backend, set, part, task, scores, classes, notes }: Judgement): object {
  return {
    model,
    backend,
    data: set.name,
    part,
    samples: set.length,
    task,
    metrics: Object.fromEntries(scores.map(({ name, value }) => [name, value])),
    ...(classes !== null && {
      classes: classes.classes.map((name, c) => ({ name, ...classes.scores[c] })),
      averages: classes.averages,
      confusion: classes.confusion,
      mistakes: classes.mistakes.map(({ image: _, label, predicted, ...mistake }) => ({
        ...mistake,
        label: classes.classes[label],
        predicted: classes.classes[predicted],
      })),
    }),
    notes,
  };
}
