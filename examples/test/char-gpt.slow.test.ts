import { expect, test } from 'vitest';
import { charGpt } from '../char-gpt/example.ts';
import { expectOneCurve } from './curves.ts';

test('char-gpt has one curve on two engines and in PyTorch, and generates the same with a cache as without', async () => {
  const { curve, numbers } = await expectOneCurve(charGpt);
  expect(curve).toHaveLength(12);
  expect(curve.at(-1)).toBeLessThan((curve[0] as number) - 0.2);
  if ('largest_difference_from_pytorch' in numbers)
    expect(numbers['largest_difference_from_pytorch']).toBeLessThan(1e-4);
  else
    process.stdout.write(
      'char-gpt is not compared with PyTorch: set DESCENT_PYTHON to a Python with torch and numpy\n',
    );
  expect(numbers['largest_difference_of_files']).toBeLessThan(1e-4);
  expect(numbers['tokens_generated']).toBe(16);
  expect(numbers['tokens_that_differ']).toBe(0);
  expect(numbers['largest_difference_of_logits']).toBeLessThan(1e-4);
});
