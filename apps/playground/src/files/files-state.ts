import { type Signal, signal } from '@preact/signals';
import { problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import { texts } from './messages.ts';
import { openFile, type TakenData } from './open-file.ts';

/** What is said of the last file, and whether one is read or made now. */
export const said: Signal<string> = signal('');
export const problem: Signal<Problem | null> = signal(null);
export const isBusy: Signal<boolean> = signal(false);

/** Does something with files and keeps what there is to say about it. */
export async function attempt(work: () => Promise<string>): Promise<void> {
  if (isBusy.peek()) return;
  isBusy.value = true;
  problem.value = null;
  said.value = '';
  try {
    said.value = await work();
  } catch (error) {
    problem.value = problemOf(error);
  }
  isBusy.value = false;
}

/** Opens a file of the user's. */
export function open(file: File): Promise<void> {
  return attempt(async () => {
    const outcome = await openFile(file);
    const t = texts();
    if (outcome.kind === 'model') return t.openedModel(file.name);
    if (outcome.kind === 'numbers') return t.openedNumbers(file.name);
    const first = outcome.hasNumbers ? t.openedRun(file.name) : t.openedConfig(file.name);
    const unused = outcome.unused.length === 0 ? '' : t.unused(outcome.unused.join(', '));
    return [first, saidOf(outcome.data), unused].filter((part) => part !== '').join(' ');
  });
}

function saidOf(data: TakenData | null): string {
  const t = texts();
  if (data === null) return '';
  if (data.name === null) return t.dataLeftOut(String(data.leftOut));
  return data.leftOut === 0 ? t.dataTaken(data.name) : `${t.dataTaken(data.name)} ${t.broken(String(data.leftOut))}`;
}
