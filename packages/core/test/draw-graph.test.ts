import { expect, test } from 'vitest';
import { drawGraph, type GraphBox } from '../src/public/draw.ts';
import { pictureOf } from './_svg.ts';

const boxes: readonly GraphBox[] = [
  { key: 'x', kind: 'x', shape: 'float32[1, 3]', end: 'input' },
  { key: 'a', kind: 'Conv', detail: '3×3', name: 'stem.conv', parameters: '1,728' },
  { key: 'b', kind: 'Relu' },
  { key: 'c', kind: 'Add' },
  { key: 'y', kind: 'y', end: 'output' },
];
const edges = [
  { from: 'x', to: 'a' },
  { from: 'a', to: 'b' },
  { from: 'a', to: 'c' },
  { from: 'b', to: 'c' },
  { from: 'c', to: 'y' },
];

test('a graph becomes boxes and edges', () => {
  const { rects, edges: drawn } = pictureOf(drawGraph({ boxes, edges, title: 'net' }));
  expect(rects.map(({ key }) => key).sort()).toEqual(['a', 'b', 'c', 'x', 'y']);
  expect([...drawn].sort()).toEqual(['a > b', 'a > c', 'b > c', 'c > y', 'x > a']);
  // What depends on something stands below it.
  const top = (key: string): number => rects.find((rect) => rect.key === key)?.y ?? Number.NaN;
  for (const { from, to } of edges) expect(top(to)).toBeGreaterThan(top(from));
});

test('texts are shown and never read as markup', () => {
  const evil = '<script>alert(1)</script>"\'&\u202e';
  const svg = drawGraph({ boxes: [{ key: evil, kind: evil, name: evil }], edges: [], title: evil });
  expect(svg).not.toContain('<script>');
  expect(svg).not.toContain('\u202e');
  expect(pictureOf(svg).rects).toHaveLength(1);
});

test('what is no graph is refused', () => {
  const draw = (more: object): string => drawGraph({ boxes, edges, title: 'net', ...more });
  expect(() => draw({ maxBoxes: 4 })).toThrow(
    /too many boxes or lines[\s\S]*5 boxes and 5 lines[\s\S]*at most 4 boxes/,
  );
  expect(() => draw({ edges: [{ from: 'b', to: 'a' }] })).toThrow(/an edge from b back to a/);
  expect(() => draw({ edges: [{ from: 'a', to: 'a' }] })).toThrow(/back to a/);
  expect(() => draw({ edges: [{ from: 'a', to: 'q' }] })).toThrow(/an edge from a to q/);
  expect(() => draw({ boxes: [...boxes, { key: 'a', kind: 'Relu' }] })).toThrow(/two boxes with one key/);
  expect(() => draw({ boxes: null })).toThrow(/list/);
  expect(() => draw({ maxBox: 3 })).toThrow(/maxBoxes/);
});
