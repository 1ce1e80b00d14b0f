import { describe, expect, test } from 'vitest';
import { isAsShown, notPrinted, shownOutputs } from './outputs.ts';

const CODE = `// A heading.
const a = 1; // a comment
console.log(a); // 1
console.log(
  a,
);
console.log('b');
// b
// …c
await fit(trainer, { train, epochs: 3 });
// epoch 1, train_loss 0.5 …
// An explanation follows an empty line.

// Here.
`;

describe('what the comments of an example show', () => {
  test('is behind and below what prints', () => {
    expect(shownOutputs(CODE).map(({ line }) => line)).toEqual([3, 8, 9, 11, 12]);
  });

  test.each([
    ['1', '1', true],
    ['1', '2', false],
    ['2 1', '1.9999998 1.0000001', true],
    ['0.4936', '0.4940', true],
    ['0.4936', '0.7936', false],
    ['epoch 1, train_loss 0.4936 …', 'epoch 1, train_loss 0.4931, test_accuracy 0.9', true],
    ['epoch 1, train_loss 0.4936', 'epoch 2, train_loss 0.4936', false],
    ['{ loss: …, accuracy: 1 }', '{\n  loss: 0.0031,\n  accuracy: 1 }', true],
    ['{ loss: …, accuracy: 1 }', '{ loss: 0.0031, accuracy: 0.5 }', false],
    ['uint8 [ 8000, 1, 28, 28 ]', 'uint8 [ 8000, 1, 28, 28 ]', true],
    ['true', 'false', false],
    ['-0.5', '0.5', false],
  ])('%s of %s: %s', (shown, printed, expected) => {
    expect(isAsShown(shown, printed)).toBe(expected);
  });

  test('must be printed in order', () => {
    const shown = [
      { line: 1, text: 'a' },
      { line: 2, text: 'b' },
    ];
    expect(notPrinted(shown, ['x', 'a', 'b'])).toBeNull();
    expect(notPrinted(shown, ['b', 'a'])).toEqual({ line: 2, text: 'b' });
    expect(notPrinted(shown, [])).toEqual({ line: 1, text: 'a' });
  });
});
