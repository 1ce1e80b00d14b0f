import { type Io, print, shownPath } from '../io.ts';
import { counted } from '../ui/count.ts';
import { fileSize, table } from '../ui/table.ts';
import { columnsOf, wrapped } from '../ui/text.ts';
import { differences } from './differences.ts';
import { number } from './list.ts';
import type { RunOverview } from './overview.ts';

/** Epochs printed, at most: the last ones. */
const EPOCHS = 10;

/** Prints everything that matters about one run. */
export function showRun(run: RunOverview, { out, cwd }: Io): void {
  const { bold, dim } = out.colors;
  const path = shownPath(run.path, cwd);
  print(out, `${bold(path)}  ${run.state}`);
  const { record } = run;
  if (record === null) {
    print(out, 'its run.json cannot be read');
    return;
  }
  const { settings, data, layers, environment } = record;
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const rows = [
    ['started', `${record.started}, ${number(record.seconds)} s`],
    ['data', data.map(({ role, name, items }) => `${role} ${items} of ${name}`).join('; ')],
    ['network', `${layers.map(({ label }) => label).join(' → ')}; ${counted(parameters, 'parameter')}`],
    ['training', `${settings.loss}, ${settings.optimizer}, batch size ${settings.batchSize}, seed ${settings.seed}`],
    ['backend', settings.backend],
    ['machine', `${environment.cpu.model}, ${environment.cpu.cores} cores; Node ${environment.node}`],
    ['size', fileSize(run.bytes)],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  for (const [name = '', value = ''] of rows) {
    print(out, `${name.padEnd(width)}  ${wrapped(value, columnsOf(out) - width - 2, width + 2)}`);
  }
  showEpochs(run, out);
  const next =
    run.state === 'cut off' || run.state === 'interrupted' ? `descent resume ${path}` : `descent evaluate ${path}`;
  print(out, dim(`\nnext: ${next}`));
}

function showEpochs({ epochs, record }: RunOverview, out: Io['out']): void {
  print(out);
  if (epochs.length === 0) {
    print(out, 'no epoch has ended yet');
    return;
  }
  const kinds = (['train', 'validation', 'test'] as const).filter((kind) => epochs.at(-1)?.[kind] != null);
  const names = [...new Set(epochs.flatMap((epoch) => kinds.flatMap((kind) => Object.keys(epoch[kind] ?? {}))))];
  const columns = kinds.flatMap((kind) => names.map((name) => ({ kind, name })));
  const rows = epochs
    .slice(-EPOCHS)
    .map((epoch) => [
      `${epoch.epoch}/${record?.settings.epochs ?? '?'}`,
      ...columns.map(({ kind, name }) => number(epoch[kind]?.[name])),
    ]);
  const heading = ['epoch', ...columns.map(({ kind, name }) => `${kind} ${name}`)];
  print(out, table([heading, ...rows], ''));
  if (epochs.length > EPOCHS) print(out, out.colors.dim(`${epochs.length - EPOCHS} epochs before these are not shown`));
}

/** Prints by what runs differ, and their last numbers, one column a run. */
export async function showDifferences(runs: readonly RunOverview[], { out, cwd }: Io): Promise<void> {
  const numbers = [...new Set(runs.flatMap(({ last }) => Object.keys(last)))];
  const rows = [
    ['', ...runs.map(({ path }) => shownPath(path, cwd))],
    ['state', ...runs.map(({ state }) => state)],
    ['epochs', ...runs.map(({ epochs }) => String(epochs.length))],
    ...numbers.map((name) => [name.replaceAll('_', ' '), ...runs.map(({ last }) => number(last[name]))]),
    ['seconds', ...runs.map(({ record }) => number(record?.seconds))],
  ];
  print(out, table(rows, ''));
  const differ = await differences(runs);
  print(out);
  if (differ.length === 0) print(out, 'their settings are the same');
  else
    print(
      out,
      table(
        differ.map(({ name, values }) => [name, ...values.map((value) => shortened(value))]),
        '',
      ),
    );
}

/** A value in a column, at most. */
const MOST = 40;

function shortened(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`;
}
