import { expect, test } from 'vitest';
import { keptText } from '../src/ui/kept.ts';

test('what training keeps is told by reason, in one line without commands to the screen', () => {
  expect(keptText({ 'bn.running_mean': 'statistics' })).toBe('');
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`table${i}`, 'formula' as const]));
  expect(keptText({ mean: 'input scale', 'pe\u001b[2J': 'buffer', ...many })).toBe(
    'mean (what brings the input into its range); pe\ufffd[2J (buffers, as the exporter says); table0, table1, table2, table3, table4, table5, table6, table7 and 2 more (what a formula gives, such as positions)',
  );
});
