import { ValueError } from '@descent/core';
import type { ConformanceTest } from './test-case.ts';

/** Tests that a backend is known to fail, and why. */
export interface Skip {
  readonly reason: string;
  /** Names of tests; a `*` stands for any text. */
  readonly tests: readonly string[];
  /** Whether they fail on some machines only, so that one that passes is no error. Default false. */
  readonly onSomeMachines?: boolean;
}

/** The skip for which `test` may fail, or `null`. */
export function skipFor({ name }: Pick<ConformanceTest, 'name'>, skips: readonly Skip[]): Skip | null {
  return skips.find((skip) => skip.tests.some((pattern) => matches(pattern, name))) ?? null;
}

/** The reason for which `test` may fail, or `null`. */
export function reasonFor(test: Pick<ConformanceTest, 'name'>, skips: readonly Skip[]): string | null {
  return skipFor(test, skips)?.reason ?? null;
}

/** Throws a `ValueError` when a skip has no reason, or a pattern that fits no test: it has outlived what it was for. */
export function expectSkips(skips: readonly Skip[], tests: readonly ConformanceTest[]): void {
  for (const { reason, tests: patterns } of skips) {
    if (reason.trim() === '') throw new ValueError('a skip needs a reason', { path: patterns.join(', ') });
    const stale = patterns.find((pattern) => !tests.some(({ name }) => matches(pattern, name)));
    if (stale === undefined) continue;
    throw new ValueError('a skip fits no test', {
      path: stale,
      received: stale,
      fix: 'remove it, or correct the name',
    });
  }
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
