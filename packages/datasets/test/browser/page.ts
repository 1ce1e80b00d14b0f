/// <reference lib="dom" />
// Runs in a real browser: what data give there, and what is said where something is not possible. Bundled and served by browser.slow.test.ts.
import { results } from './cases.ts';
import { downloads } from './downloads.ts';
import { problems } from './problems.ts';

const query = new URLSearchParams(location.search);
const pictures = (query.get('pictures') ?? '').split(',');
const other = query.get('other') ?? '';
const at = (name: string): string => `/files/${name}`;
const blob = async (name: string): Promise<Blob> => (await fetch(at(name))).blob();

const began = performance.now();
const report = {
  results: await results({ at, blob, pictures, workers: 2 }),
  problems: await problems(other, at).catch((error: Error) => ({ error: error.stack })),
  downloads: await downloads(other).catch((error: Error) => ({ error: error.stack })),
  seconds: (performance.now() - began) / 1000,
};
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
