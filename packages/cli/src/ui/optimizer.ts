import type { Optimizer } from '@descent/core';
import { counted } from './count.ts';

/** An optimizer with all that it was made with: `sgd, lr 0.5, momentum 0.9`. */
export function formatOptimizer({ label, lr, settings = {}, groups = [] }: Optimizer): string {
  const rate = typeof lr === 'number' ? `lr ${lr}` : 'lr by a schedule';
  const others = Object.entries(settings).map(([name, value]) => `${name} ${formatSetting(value)}`);
  const own = groups.length === 0 ? [] : [`${counted(groups.length, 'group')} of parameters`];
  return [label, rate, ...others, ...own].join(', ');
}

/** A value that an optimizer, a stop or the like was made with. */
export function formatSetting(value: unknown): string {
  if (typeof value === 'function') return 'by a schedule';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
