import { describe, expect, test } from 'vitest';
import { type Io, shownPath } from '../src/io.ts';
import { barChart } from '../src/ui/bars.ts';
import { drawPicture } from '../src/ui/picture.ts';
import { createProgress } from '../src/ui/progress.ts';
import { fileSize, table } from '../src/ui/table.ts';
import { capture } from './helpers.ts';

function io(isTerminal: boolean): { readonly io: Io; readonly text: () => string } {
  const { output, text } = capture(isTerminal);
  return { io: { out: output, err: output, cwd: '.', cache: '.', signal: new AbortController().signal }, text };
}

const STEP = { epoch: 1, epochs: 2, step: 1, steps: 4, metrics: { loss: 0.5 } };

describe('createProgress', () => {
  test('draws a bar on a terminal and takes it away', () => {
    const { io: terminal, text } = io(true);
    const progress = createProgress(terminal);
    progress.step(STEP);
    expect(text()).toContain('epoch 1/2');
    expect(text()).toContain('/4 steps  loss 0.5000');
    progress.clear();
    const length = text().length;
    progress.clear();
    expect(text().length).toBe(length);
  });

  test.each([
    [false, false],
    [true, true],
  ])('is silent when terminal is %s and quiet is %s', (isTerminal, quiet) => {
    const { io: silent, text } = io(isTerminal);
    const progress = createProgress(silent, quiet);
    progress.step(STEP);
    progress.clear();
    expect(text()).toBe('');
  });
});

test('barChart aligns labels and draws shares', () => {
  const { output } = capture();
  const rows = [
    { label: 'a', probability: 0.75 },
    { label: 'bcd', probability: 0.25 },
    { label: 'e', probability: 0 },
  ];
  expect(barChart(rows, output).split('\n')).toEqual([
    `  a     75.00 %  ${'█'.repeat(22)}▌`,
    `  bcd   25.00 %  ${'█'.repeat(7)}▌`,
    '  e      0.00 %',
  ]);
});

test('drawPicture joins two rows into a line and leaves empty ones out', () => {
  const data = new Uint8Array(6 * 3);
  data.fill(255, 6, 12);
  data[8] = 0;
  expect(drawPicture({ dtype: 'uint8', shape: [1, 1, 6, 3], data })).toBe('    ██▒');
});

test('table, fileSize and shownPath', () => {
  expect(
    table([
      ['a', 'long', ''],
      ['bcd', 'x'],
    ]),
  ).toBe('  a    long\n  bcd  x');
  expect([999, 1000, 814_312, 12_340_000].map(fileSize)).toEqual(['999 bytes', '1 kB', '814 kB', '12.3 MB']);
  expect(shownPath('/a/b/c.onnx', '/a/b')).toBe('c.onnx');
  expect(shownPath('/a/b', '/a/b')).toBe('.');
  expect(shownPath('/a/x', '/a/b')).toBe('/a/x');
});
