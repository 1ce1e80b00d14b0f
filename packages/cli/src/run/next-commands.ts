import { relative } from 'node:path';
import { isLeaf } from '@descent/core/backend';
import type { ReportCommand } from '@descent/runs';
import { formatCommand } from '../ui/shell.ts';
import type { ReportJob } from './report.ts';

/** What people do next with a run, as commands for the folder that it was trained from. */
export function nextCommands(
  { config, data, folder, record, history, findings }: ReportJob,
  hasCheckpoints: boolean,
): readonly ReportCommand[] {
  const run = relative(record.config.cwd, folder.path) || '.';
  const file = relative(record.config.cwd, record.config.original);
  const command = (...argv: readonly string[]): string => formatCommand('descent', ...argv);
  const isOfFile = /\.(?:[cm]?[jt]s|json|ya?ml)$/.test(file) && config.file === record.config.original;
  if (record.status !== 'finished') {
    const look = { what: 'look at the step at which it ended', command: command('debug', run) };
    const on = hasCheckpoints
      ? [{ what: 'go on with the training', command: command('resume', run) }]
      : isOfFile
        ? [{ what: 'train again', command: command('train', file, '--out', run, '--overwrite') }]
        : [];
    return record.status === 'failed' ? [look, ...on] : on;
  }
  const asked = askedWith({ data, record });
  const ask =
    asked === null || !isLeaf(data.train.y) ? [] : [{ what: 'ask it', command: command('predict', run, ...asked) }];
  // What goes badly does not get better by more of it.
  if (findings.length > 0) return ask;
  return [
    ...ask,
    {
      what: 'train on from here',
      command: command('resume', run, '--epochs', String(2 * Math.max(1, history.length))),
      trainsOn: true,
    },
    ...(isOfFile ? [{ what: 'see what is chance', command: command('compare', file, '--seeds', '5') }] : []),
  ];
}

function askedWith({ data, record }: Pick<ReportJob, 'data' | 'record'>): readonly string[] | null {
  if (record.image !== null) return ['picture.png'];
  if (data.text !== undefined) return ['--text', 'some text'];
  return data.table !== undefined || data.windows !== undefined ? ['rows.csv'] : null;
}
