import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const MOONS = {
  model: [['linear', 2, 4], 'relu', ['linear', 4, 2]],
  data: { name: 'moons', samples: 60 },
  optimizer: ['sgd', { lr: 0.5 }],
  batchSize: 16,
  epochs: 2,
  validation: 0.2,
  backend: 'reference',
  tensorboard: false,
};

export function moons(more: object = {}): string {
  return JSON.stringify({ ...MOONS, ...more });
}

export interface Shown {
  readonly best: {
    readonly trial: number;
    readonly value: number;
    readonly values: Record<string, unknown>;
    readonly run: string;
  };
  readonly bestConfig: string;
  readonly trials: readonly {
    readonly trial: number;
    readonly status: string;
    readonly value: number | null;
    readonly epochs: number;
    readonly values: Record<string, unknown>;
    readonly reason: string | null;
    readonly run: string;
  }[];
}

export function events(at: string, sweep: string): readonly Record<string, unknown>[] {
  const text = readFileSync(join(at, sweep, 'trials.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function history(run: string): readonly unknown[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));
}
