import type { InspectedLayer, TensorStatistics } from '@descent/core/diagnose';
import { digits } from '../evaluate/show.ts';
import { type Io, type Output, print } from '../io.ts';
import { counted } from '../ui/count.ts';
import { columnsOf, printable, wrapped } from '../ui/text.ts';
import { exactText, nonFiniteText, placeText, startText } from './conditions.ts';
import type { Steps } from './find-step.ts';
import type { DebuggedStep, LookOptions, Searched } from './look.ts';
import { notesOf } from './notes.ts';
import type { DebuggedRun } from './open-run.ts';
import { short } from './samples.ts';
import { metricsOf } from './step-json.ts';
import { shownQuantity, shownWatch } from './watch.ts';

/** Samples of the batch that are printed, at most. */
const SAMPLES = 10;
const [SHORTEST_NAME, LONGEST_NAME] = [12, 40] as const;

/** Prints one step: what it was, what stands out, its layers, its parameters, its batch. */
export function showStep(run: DebuggedRun, steps: Steps, step: DebuggedStep, { out }: Io): void {
  const { inspection, error, checks, replayed } = step;
  const { bold, dim, red, yellow } = out.colors;
  const width = Math.min(100, columnsOf(out));
  print(out, bold(placeText(run, step, steps.batchesAnEpoch)));
  if (steps.kind === 'one' && steps.step !== step.step)
    print(out, yellow(`step ${steps.step} is not reached: this one cannot be made`));
  const exact = exactText(checks);
  print(out, dim(wrapped(`on ${run.backend.name}, ${startText(step)}`, width, 0)));
  print(out, checks.every(({ same }) => same) ? dim(wrapped(exact, width, 0)) : red(wrapped(exact, width, 0)));
  const numbers = Object.entries(metricsOf(replayed, step.step) ?? inspection.metrics);
  const rates = [...new Set(inspection.parameters.flatMap(({ lr }) => lr ?? []))];
  const rate = rates.length === 0 ? '' : `, learning rate ${rates.map((lr) => short(lr)).join(' and ')}`;
  print(out, `\n${numbers.map(([name, value]) => `${name} ${digits(value)}`).join(', ')}${rate}`);
  if (error !== null) {
    print(out, `\n${red('error:')} ${wrapped(error.summary, width - 7, 2)}`);
    if (error.details.fix !== undefined) print(out, `  fix: ${wrapped(error.details.fix, width - 7, 7)}`);
  }
  const bad = nonFiniteText(step);
  if (bad !== null) print(out, `${red('first:')} ${wrapped(bad, width - 7, 7)}`);
  for (const { title, text } of notesOf(inspection))
    print(out, `${yellow('note:')} ${wrapped(`${title}: ${text}`, width - 6, 6)}`);
  print(out, `\n${bold('layers')}  ${dim('what they give for this batch, and the norm of the gradient there')}`);
  showTable(
    ['', 'mean', 'std', 'min', 'max', 'gradient', ''],
    inspection.layers.map(({ path, label, of, output, gradient, dead, units, saturated, steps }) => [
      layerText(`${path} ${label}`.trim(), of, steps),
      ...[output.mean, output.std, output.min, output.max].map(short),
      gradient === null ? '' : normOf(gradient),
      [
        ...(output.nan + output.infinite > 0 ? [`${output.nan + output.infinite} not finite`] : []),
        ...(dead !== null && dead > 0 ? [`${dead}/${units} dead`] : []),
        ...(saturated !== null && saturated >= 0.01 ? [`${Math.round(100 * saturated)} % flat`] : []),
      ].join(', '),
    ]),
    width,
    out,
  );
  print(out, `\n${bold('parameters')}  ${dim('norms before the step, of the gradient and of what the step adds')}`);
  showTable(
    ['', 'value', 'gradient', 'update', 'update/value'],
    inspection.parameters.map(({ name, value, gradient, update, ratio }) => [
      printable(name, LONGEST_NAME),
      normOf(value),
      gradient === null ? '' : normOf(gradient),
      update === null ? 'stays' : normOf(update),
      ratio === null ? '' : short(ratio),
    ]),
    width,
    out,
  );
  showBatch(step, width, out);
}

/** With what it is one of, which stays where the name is too long. */
function layerText(name: string, of: string, steps: InspectedLayer['steps']): string {
  const times = steps === null ? '' : ` ×${steps.output.length}`;
  const rest = `${of === '' ? '' : ` (${of})`}${times}`;
  return `${printable(name, Math.max(SHORTEST_NAME, LONGEST_NAME - rest.length))}${rest}`;
}

function normOf({ norm, nan, infinite }: TensorStatistics): string {
  return nan > 0 ? 'NaN' : infinite > 0 ? 'Infinity' : short(norm);
}

function showBatch({ samples }: DebuggedStep, width: number, out: Output): void {
  const { bold, dim, red } = out.colors;
  const judged = samples.filter(({ right }) => right !== null);
  const right = judged.filter((one) => one.right === true).length;
  const said = judged.length === 0 ? '' : `, ${right} answered right`;
  print(out, `\n${bold('batch')}  ${dim(`${counted(samples.length, 'sample')}${said}`)}`);
  const sorted = [...samples.entries()].sort(
    ([a, x], [b, y]) => Number(y.right === false) - Number(x.right === false) || a - b,
  );
  for (const [i, { row, target, answer, probability, right: isRight, input }] of sorted.slice(0, SAMPLES)) {
    const name = (row === null ? `${i + 1}.` : `sample ${row}`).padEnd(13);
    const sure = probability === null ? '' : ` (${(100 * probability).toFixed(1)} %)`;
    const line = `${printable(target, 24)} → ${printable(answer, 24)}${sure}`;
    const rest = width - 17 - line.length;
    const shown = rest > 20 ? `  ${dim(printable(input, rest))}` : '';
    print(out, `  ${name}${isRight === false ? red(line) : line}${shown}`);
  }
  if (samples.length > SAMPLES) print(out, dim(`  and ${samples.length - SAMPLES} more; --html shows them`));
}

/** Rows of a name and numbers, and of a note where the last column has no heading; names are cut where the line is too long. */
function showTable(heading: readonly string[], rows: readonly (readonly string[])[], width: number, out: Output): void {
  const all = [heading, ...rows];
  const widths = heading.map((_, c) => Math.max(...all.map((row) => row[c]?.length ?? 0)));
  const others = widths.slice(1).reduce((sum, w) => sum + w + 2, 2);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(SHORTEST_NAME, width - others));
  const last = heading.length - 1;
  for (const [r, row] of all.entries()) {
    const cells = row.map((cell, c) => {
      const room = widths[c] as number;
      if (c === 0) return printable(cell, room).padEnd(room);
      return c === last && heading[last] === '' ? cell.padEnd(room) : cell.padStart(room);
    });
    const line = `  ${cells.join('  ')}`.trimEnd();
    print(out, r === 0 ? out.colors.dim(line) : line);
  }
}

/** Prints the numbers of what was watched, the last few. */
export function showWatched(
  { watched, found }: Searched,
  { watch, source }: NonNullable<LookOptions['watch']>,
  { out }: Io,
): void {
  if (watched.length === 0) return;
  print(out, `${shownQuantity(watch, source)} by step`);
  const shown = watched.slice(-8);
  if (watched.length > shown.length) print(out, out.colors.dim(`  … ${watched.length - shown.length} steps before`));
  for (const { step, value } of shown) {
    const line = `  ${String(step).padStart(8)}  ${short(value)}`;
    print(out, step === found?.step ? out.colors.red(`${line}  ←`) : line);
  }
  print(out);
}

/** Says that no step was wrong. */
export function showNothing(searched: Searched | null, watch: LookOptions['watch'], { out }: Io): void {
  if (searched === null) return;
  const { from, to, first, already } = searched;
  if (already && watch !== null) {
    const where = from === 1 ? 'At the start' : `After step ${from - 1}`;
    print(
      out,
      `${where} already: ${shownWatch(watch.watch, watch.source)}. Look at earlier steps, with a smaller --from.`,
    );
    return;
  }
  const known = first > from ? `, those up to ${first - 1} by a checkpoint behind them` : '';
  print(
    out,
    watch === null
      ? `Every step from ${from} to ${to} is finite${known}.`
      : `No step from ${from} to ${to} has ${shownWatch(watch.watch, watch.source)}.`,
  );
}
