import { expect, test } from 'vitest';
import { answerFor, cacheName, cachePrefix, mayKeep, offlinePlan } from '../src/offline/plan.ts';

const FILES = [
  { path: 'index.html', bytes: 1_000, isOfPage: true },
  { path: 'assets/index-1.js', bytes: 90_000, isOfPage: true },
  { path: 'assets/index-1.css', bytes: 9_000, isOfPage: true },
  { path: 'assets/large-1.js', bytes: 900_000, isOfPage: true },
  { path: 'assets/worker-1.js', bytes: 120_000, isOfPage: false },
  { path: 'assets/engine-1.wasm', bytes: 12_000_000, isOfPage: false },
  { path: 'assets/mnist-1.gz', bytes: 1_600_000, isOfPage: false },
];
const PLAN = offlinePlan(FILES, 'v1');
const SCOPE = 'https://host.example/course/';
const get = (path: string, mode = 'cors') => ({ url: `${SCOPE}${path}`, method: 'GET', mode });

test('every file of a build is fetched at once or kept on demand', () => {
  expect(PLAN.shell).toEqual(['./', 'assets/index-1.css', 'assets/index-1.js']);
  expect(PLAN.onDemand).toEqual([
    'assets/engine-1.wasm',
    'assets/large-1.js',
    'assets/mnist-1.gz',
    'assets/worker-1.js',
  ]);
});

test('the page answers for its folder and its name, whatever its query', () => {
  for (const path of ['', 'index.html', '?from=mail', 'index.html#/train']) {
    expect(answerFor(get(path, 'navigate'), SCOPE, PLAN)).toEqual({ from: 'page', url: SCOPE });
  }
  expect(answerFor(get('elsewhere', 'navigate'), SCOPE, PLAN)).toEqual({ from: 'host' });
});

test('files of the build come from the cache, and nothing else', () => {
  const wasm = { from: 'kept', url: `${SCOPE}assets/engine-1.wasm` };
  expect(answerFor(get('assets/engine-1.wasm'), SCOPE, PLAN)).toEqual(wasm);
  expect(answerFor(get('assets/engine-1.wasm?v=2'), SCOPE, PLAN)).toEqual(wasm);
  expect(answerFor(get('assets/index-0.js'), SCOPE, PLAN)).toEqual({ from: 'host' });
  expect(answerFor({ ...get('assets/index-1.js'), method: 'HEAD' }, SCOPE, PLAN)).toEqual({ from: 'host' });
  expect(answerFor({ ...get(''), url: 'https://host.example/other/assets/index-1.js' }, SCOPE, PLAN)).toEqual({
    from: 'host',
  });
});

test('a page that comes in the place of a file is not kept', () => {
  const html = { status: 200, type: 'text/html; charset=utf-8' };
  expect(mayKeep(`${SCOPE}assets/index-1.js`, SCOPE, html)).toBe(false);
  expect(mayKeep(SCOPE, SCOPE, html)).toBe(true);
  expect(mayKeep(`${SCOPE}a.js`, SCOPE, { status: 200, type: 'text/javascript' })).toBe(true);
  expect(mayKeep(`${SCOPE}a.wasm`, SCOPE, { status: 200, type: null })).toBe(true);
  expect(mayKeep(`${SCOPE}a.js`, SCOPE, { status: 404, type: 'text/javascript' })).toBe(false);
  expect(mayKeep(`${SCOPE}a.js`, SCOPE, { status: 206, type: 'text/javascript' })).toBe(false);
});

test('builds of one folder find the caches of each other, and not those of other folders', () => {
  expect(cacheName(SCOPE, 'v2').startsWith(cachePrefix(SCOPE))).toBe(true);
  expect(cacheName(`${SCOPE}b/`, 'v2').startsWith(cachePrefix(SCOPE))).toBe(false);
});
