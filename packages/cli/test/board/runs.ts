import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunRecord } from '../../src/run/record.ts';
import { descent } from '../helpers.ts';

const CONFIG = {
  model: [['linear', 2, 4], 'relu', ['linear', 4, 2]],
  data: 'moons',
  optimizer: ['sgd', { lr: 0.5 }],
  metrics: ['accuracy'],
  epochs: 2,
  backend: 'reference',
};

/** A folder with one finished run, `runs/one`, to copy; and `remove`, which takes it away. */
export async function oneRun(): Promise<{ readonly at: string; remove(): void }> {
  const at = mkdtempSync(join(tmpdir(), 'descent-board-'));
  writeFileSync(join(at, 'one.json'), JSON.stringify(CONFIG));
  expect((await descent(at, 'train', 'one.json', '--quiet')).code).toBe(0);
  return { at, remove: () => rmSync(at, { recursive: true, force: true }) };
}

/** A run in `folder` that says what it is, without epochs. */
export function copyRun(
  from: string,
  folder: string,
  changes: (record: RunRecord) => unknown = (same) => same,
): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['run.json', 'config.json']) cpSync(join(from, name), join(folder, name));
  const file = join(folder, 'run.json');
  writeFileSync(file, JSON.stringify(changes(JSON.parse(readFileSync(file, 'utf8')))));
  writeFileSync(join(folder, 'metrics.jsonl'), '');
  return folder;
}

/** A line of a log. */
export function line(epoch: number, loss: number | null, accuracy: number = 0.5): string {
  const numbers = { loss, accuracy };
  return `${JSON.stringify({ step: 10 * epoch, epoch, train: numbers, validation: null, test: numbers, seconds: 0.5 })}\n`;
}

export function append(run: string, ...lines: readonly string[]): void {
  appendFileSync(join(run, 'metrics.jsonl'), lines.join(''));
}
