// Data in a real browser: the same cases as in Node with the same results to the bit, the errors that a page gets, and downloads that it keeps.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleScript, findBrowser, runInBrowser } from '@descent/conformance/browser';
import sharp, { type PngOptions } from 'sharp';
import { build, defaultClientConditions } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { type DatasetDefinition, loader, loadImage, mnistSample, npyBytes } from '../src/public/index.ts';
import { results } from './browser/cases.ts';
import { folder, idxBytes } from './helpers.ts';
import { definitionOf, type Handler, mirror, noise, sha256 } from './mirror.ts';
import { tarBytes, zipBytes } from './zip.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
const DATA = fileURLToPath(new URL('../data', import.meta.url));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Pixels of a picture that is smooth in parts and not in others. */
function pixels(width: number, height: number, channels: number): Uint8Array {
  const rough = noise(width * height * channels, width);
  return Uint8Array.from(rough, (value, i) =>
    i % (width * channels) < (width * channels) / 2 ? value : 128 + 120 * Math.sin(i / (9 * channels)),
  );
}

async function writePictures(root: string): Promise<readonly string[]> {
  const png = async (path: string, width: number, height: number, channels: 1 | 3, more: PngOptions = {}) => {
    const bytes = await sharp(pixels(width, height, channels), { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png(more)
      .toBuffer();
    writeFileSync(join(root, path), bytes);
  };
  for (const name of ['cats', 'dogs']) mkdirSync(join(root, name));
  await png('cats/grey.png', 40, 33, 1);
  await png('cats/colour.png', 75, 50, 3);
  await png('cats/wide.png', 301, 17, 3);
  await png('dogs/tiny.png', 5, 4, 1);
  await png('dogs/rows.png', 64, 128, 3, { progressive: true });
  await png('dogs/palette.png', 50, 50, 3, { palette: true, colours: 32 });
  const big = pixels(640, 480, 3).map((value, i) => 0.2 * value + 100 + 60 * Math.sin(i / 700));
  await sharp(big, { raw: { width: 640, height: 480, channels: 3 } })
    .blur(2)
    .jpeg({ quality: 90 })
    .toFile(join(root, 'photo.jpg'));
  const alpha = Uint8Array.from({ length: 4 * 900 }, (_, i) =>
    i % 4 === 3 ? (i * 7) % 256 : 120 + 100 * Math.sin(i / 400),
  );
  await sharp(alpha, { raw: { width: 30, height: 30, channels: 4 } })
    .png()
    .toFile(join(root, 'clear.png'));
  return ['cats', 'dogs'].flatMap((name) => readdirSync(join(root, name)).map((file) => `${name}/${file}`));
}

function writeFiles(root: string): void {
  const npy = npyBytes({ dtype: 'float32', shape: [3, 5], data: Float32Array.from({ length: 15 }, (_, i) => i / 7) });
  const labels = npyBytes({ dtype: 'int32', shape: [4], data: Int32Array.of(3, 1, -2, 9) });
  const npz = zipBytes([
    { name: 'x.npy', data: npy, deflate: true },
    { name: 'y.npy', data: labels },
  ]);
  const rows = Array.from({ length: 4000 }, (_, i) => `${i},${(i * 1.37).toFixed(3)},"text, ${i % 13}"`);
  const files: Record<string, Uint8Array> = {
    'images.gz': gzipSync(idxBytes([20, 6, 6], noise(720))),
    'array.npy': npy,
    'arrays.npz': npz,
    'damaged.npz': npz.with(60, (npz[60] as number) ^ 255),
    'table.csv': text('a;b,c,d\r\n1,"two ""2""\r\nlines",3\n\n4,,x\r7,"é,ü",y\n'),
    'quotes.csv': text('a,b\n1,2"3\n'),
    'large.csv.gz': gzipSync(`n,value,word\n${rows.join('\n')}\n`),
    'lines.jsonl': text('{"id": 12345678901234567890, "w": 1.5}\n{"id": 7, "k": "é"}\n'),
    'records.bin': Uint8Array.from(noise(5 * 3073), (value, i) => (i % 3073 === 0 ? value % 10 : value)),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
  for (const name of readdirSync(FIXTURES))
    if (name.endsWith('.parquet')) copyFileSync(join(FIXTURES, name), join(root, name));
}

/** Small sets, each with another way of coming: their definitions, and what the server does at each path. */
function remoteSets(): {
  readonly sets: (url: string) => Record<string, DatasetDefinition>;
  readonly handler: Handler;
} {
  const content = (name: string): Uint8Array => text(`the data of ${name}, ${'x'.repeat(100)}`);
  const archives = {
    tar: gzipSync(
      tarBytes([
        { name: 'in/tar.bin', data: content('tar') },
        { name: 'other', data: text('no') },
      ]),
    ),
    zip: zipBytes([{ name: 'in/zip.bin', data: content('zip'), deflate: true }]),
  };
  const definition = (name: string, urls: readonly string[], bytes = content(name), more = {}): DatasetDefinition => ({
    ...definitionOf(bytes, urls, { name: `${name}.bin`, ...more }),
    id: name,
    name,
    folder: `${name}/raw`,
    needs: [{ what: 'data', part: 'train', names: [`${name}.bin`] }],
  });
  const archived = (url: string, name: 'tar' | 'zip'): DatasetDefinition => ({
    ...definition(name, [`${url}/${name}`], archives[name], {
      archive: { format: name === 'tar' ? 'tar.gz' : 'zip', members: [`in/${name}.bin`], unpackedBytes: 20_000 },
    }),
    needs: [{ what: 'data', part: 'train', names: [`in/${name}.bin`] }],
  });
  const sets = (url: string): Record<string, DatasetDefinition> => ({
    plain: definition('plain', [`${url}/plain`]),
    tar: archived(url, 'tar'),
    zip: archived(url, 'zip'),
    wrong: definition('wrong', [`${url}/plain`]),
    second: definition('second', [`${url}/missing`, `${url}/second`]),
    flaky: definition('flaky', [`${url}/flaky`]),
    page: definition('page', [`${url}/page`]),
    closed: definition('closed', [`${url}/closed`]),
    silent: definition('silent', [`${url}/silent`]),
    packed: definition('packed', [`${url}/packed`], gzipSync(content('packed')), {
      content: sha256(content('packed')),
    }),
    relative: definition('relative', [], content('relative')),
    offline: definition('offline', [`${url}/offline`]),
    none: definition('none', [`${url}/none`]),
  });
  const tries = new Map<string, number>();
  const handler: Handler = (request, response) => {
    const name = (request.url ?? '').slice(1);
    const count = (tries.get(name) ?? 0) + 1;
    tries.set(name, count);
    if (name !== 'closed') response.setHeader('access-control-allow-origin', '*');
    if (name === 'sets.json') response.end(JSON.stringify(sets(`http://${request.headers.host}`)));
    else if (name === 'missing') response.writeHead(404).end('no');
    else if (name === 'page') response.setHeader('content-type', 'text/html').end('<!doctype html><p>Log in</p>');
    else if (name === 'flaky' && count < 3) response.writeHead(503).end('later');
    else if (name === 'silent') response.write('begin');
    else if (name === 'broken') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(noise(100), () => setTimeout(() => response.socket?.destroy(), 50));
    } else if (name === 'damaged.gz') response.end(gzipSync(noise(3000).join('\n')).subarray(0, 2000));
    else if (name === 'packed') response.setHeader('content-encoding', 'gzip').end(gzipSync(content('packed')));
    else response.end(name === 'tar' || name === 'zip' ? archives[name] : content(name));
  };
  return { sets, handler };
}

/** A folder inside the package, where its own name resolves, that is removed after the test. */
function insidePackage(prefix: string): string {
  const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));
  mkdirSync(cache, { recursive: true });
  const at = mkdtempSync(join(cache, prefix));
  onTestFinished(() => rmSync(at, { recursive: true, force: true }));
  return at;
}

interface Outcome {
  readonly files?: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly events: readonly string[];
  readonly warnings: readonly string[];
}

interface Report {
  readonly results: Readonly<Record<string, unknown>>;
  readonly problems: Readonly<Record<string, unknown>>;
  readonly downloads: Readonly<Record<string, Outcome>>;
  readonly seconds: number;
}

const browser = findBrowser();

test('data in a browser: the same as in Node, downloads that are checked and kept, and errors that say what to do', async (context) => {
  if (browser === null) return context.skip('there is no Chromium: install one, or name it in DESCENT_CHROMIUM');
  const root = folder();
  writeFiles(root);
  const pictures = await writePictures(root);
  writeFileSync(join(root, 'relative.bin'), text(`the data of relative, ${'x'.repeat(100)}`));
  const { handler } = remoteSets();
  const { url } = await mirror(handler);
  const report = await runInBrowser<Report>(browser, {
    script: await bundleScript(new URL('./browser/page.ts', import.meta.url), { conditions: ['@descent/source'] }),
    folders: {
      '/data/': DATA,
      '/files/': root,
      '/files/cats/': join(root, 'cats'),
      '/files/dogs/': join(root, 'dogs'),
      '/files/relative/': root,
    },
    query: new URLSearchParams({ pictures: pictures.join(), other: url }).toString(),
    seconds: 300,
  });
  console.log(
    `data in ${browser}: ${Object.keys(report.results).length} cases, ${report.seconds.toFixed(1)} s in the page`,
  );
  const here = await results({
    at: (name) => join(root, name),
    blob: async (name) => new Blob([readFileSync(join(root, name))]),
    pictures,
    workers: 0,
  });
  for (const [name, result] of Object.entries(here)) {
    expect(JSON.stringify(result), name).not.toContain('"error"');
    expect(report.results[name], name).toEqual(JSON.parse(JSON.stringify(result)));
    expect(JSON.stringify(result), name).not.toContain('"isSame":false');
  }
  expect(here['a picture that was made']).toEqual([true, true]);
  expect(here['a set that is kept']).toMatchObject({ isSame: true, made: 1 });
  expectProblems(report.problems);
  await expectLevels(report.problems, root);
  expectDownloads(report.downloads);
});

test('Vite takes the data that ship inside the package along as files of their own, without a word of configuration', async (context) => {
  if (browser === null) return context.skip('there is no Chromium: install one, or name it in DESCENT_CHROMIUM');
  const at = insidePackage('vite-');
  writeFileSync(
    join(at, 'main.ts'),
    `import { digits, iris, loader, mnistSample } from '@descent/datasets';
const report: unknown[] = [];
try {
  const sample = await mnistSample();
  report.push(sample.x.shape, (await digits()).length, (await iris()).length);
  for (const { y } of loader(sample, { batchSize: 5, shuffle: true, seed: 3 })) { report.push([...y.data]); break; }
} catch (error) {
  report.push(String(error));
}
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
`,
  );
  const built = await build({
    root: at,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@descent/source', ...defaultClientConditions] },
    build: { target: 'es2023', rolldownOptions: { input: join(at, 'main.ts') } },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Extract<typeof built, { output: unknown }>;
  const assets = output.filter(({ type }) => type === 'asset').map(({ fileName }) => fileName);
  expect(assets.filter((name) => /mnist-10k.*\.gz$/.test(name))).toHaveLength(1);
  const entry = output.find((file) => file.type === 'chunk' && file.isEntry)?.fileName;
  const there = await runInBrowser<unknown[]>(browser, {
    script: `import '/${entry}';`,
    folders: { '/assets/': join(at, 'dist', 'assets') },
    seconds: 120,
  });
  const sample = await mnistSample();
  const [first] = loader(sample, { batchSize: 5, shuffle: true, seed: 3 });
  expect(there).toEqual([sample.x.shape, 1_438, 120, Array.from(first?.y.data ?? [])]);
});

test('the example of docs/data-in-browsers.md prints the same in a page and in Node', async (context) => {
  if (browser === null) return context.skip('there is no Chromium: install one, or name it in DESCENT_CHROMIUM');
  const page = readFileSync(fileURLToPath(new URL('../../../docs/data-in-browsers.md', import.meta.url)), 'utf8');
  const code = /```ts run\n(.*?)\n```/s.exec(page)?.[1] as string;
  const at = insidePackage('example-');
  const file = join(at, 'example.ts');
  const collect = `const printed: string[] = [];
const console = { log: (...values: unknown[]) => printed.push(JSON.stringify(values)) };
`;
  writeFileSync(file, `${collect}${code}\nexport { printed };\n`);
  const main = join(at, 'page.ts');
  writeFileSync(
    main,
    `const { printed } = await import('./example.ts').catch((error) => ({ printed: [error.stack] }));
await fetch('/report', { method: 'POST', body: JSON.stringify(printed) });
`,
  );
  const script = await bundleScript(pathToFileURL(main), { conditions: ['@descent/source'] });
  const there = await runInBrowser<string[]>(browser, { script, folders: { '/data/': DATA }, seconds: 120 });
  const { printed: here } = (await import(file)) as { readonly printed: string[] };
  expect(here.length).toBe(3);
  expect(there).toEqual(here);
});

/** What errors say, by their names in the report. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  missing: ['DataFileError', 'HTTP 404 (not found)'],
  page: ['DataFileError', 'the server answers with a web page in place of the file', 'text/html'],
  otherOrigin: ['DataFileError', 'cannot be reached', 'CORS', 'access-control-allow-origin'],
  nobody: ['DataFileError', 'cannot be reached'],
  broken: ['DataFileError', 'the connection broke', '1000 bytes'],
  tooLarge: ['DataFileError', 'the file is too large', 'at most 10 bytes'],
  gzip: ['DataFormatError', 'the gzip data is corrupt or truncated'],
  gzipBomb: ['DataFileError', 'the file is too large', 'at most 300 bytes'],
  npz: ['DataFormatError', 'a member of the archive is damaged'],
  quotes: ['DataFormatError', 'the quotes of the CSV file are wrong', 'line 2'],
  fileUrl: ['DataFileError', 'a browser cannot open a file by its path', 'serve the file beside the page'],
  folder: ['DataFileError', 'a page cannot look into a folder by its path', 'webkitdirectory'],
  lone: ['ValueError', 'it is not known in which folder it is', 'cat.png', 'droppedFiles'],
  ensure: ['DataFileError', 'ensureFiles: a page has no files with paths'],
  locate: ['DataFileError', 'locateFiles: a page has no files with paths'],
  writeNpy: ['DataFileError', 'the array cannot be written', 'npyBytes'],
  writePng: ['DataFileError', 'the picture cannot be written', 'pngBytes'],
  module: ['ValueError', 'moduleDataset: module is a file of the page'],
  notKept: ['DataFileError', 'MNIST: the images file is missing', 'pass download: true', "mirrors: '/data'"],
  cutPng: ['DataFormatError', 'the image is corrupt or truncated', 'cut off'],
  damagedPng: ['DataFormatError', 'the image is corrupt or truncated', 'checksum'],
  cutJpeg: ['DataFormatError', 'the image is corrupt or truncated', 'cut off'],
  manyPixels: ['DataFileError', 'the image is too large', '40 × 33 pixels', 'at most 10 pixels'],
  notAnImage: ['DataFormatError', 'this is not an image that Descent reads'],
};

function expectProblems(problems: Report['problems']): void {
  for (const [name, parts] of Object.entries(SAID)) {
    for (const part of parts) expect(problems[name], name).toContain(part);
  }
  const [warning, ...more] = problems['workers'] as readonly string[];
  expect(warning).toContain('workers: 2 are threads of Node');
  expect(more).toEqual([]);
  for (const said of problems['codecs'] as readonly string[])
    expect(said).toMatch(/^nothing$|which this browser does not unpack/);
  console.log('Brotli and Zstandard of Parquet:', problems['codecs']);
}

/** Pictures whose decoders differ, by how many levels of 255. */
async function expectLevels(problems: Report['problems'], root: string): Promise<void> {
  const differences = async (name: string, file: string, width: number, height: number): Promise<void> => {
    const { data } = await loadImage(join(root, file), { width, height, channels: 3, invert: false });
    const there = problems[name] as readonly number[];
    const levels = Array.from(data, (value, i) => Math.abs(value - (there[i] as number)));
    const mean = levels.reduce((a, b) => a + b, 0) / levels.length;
    const most = levels.reduce((a, b) => Math.max(a, b), 0);
    console.log(`${name}: ${mean.toFixed(2)} levels on average, ${most} at most`);
    expect(there.length).toBe(data.length);
    expect(mean).toBeLessThan(2);
  };
  await differences('jpeg', 'photo.jpg', 64, 48);
  await differences('smallJpeg', 'photo.jpg', 16, 12);
  await differences('transparent', 'clear.png', 20, 20);
}

function expectDownloads(downloads: Report['downloads']): void {
  const of = (name: string): Outcome => downloads[name] as Outcome;
  const fetched = ['start', 'progress', 'done'];
  expect(of('first')).toEqual({ files: { data: 'the data of plain, x' }, events: fetched, warnings: [] });
  expect(of('again')).toEqual({ files: { data: 'the data of plain, x' }, events: [], warnings: [] });
  expect(of('damaged').error).toContain('plain: the data file is missing');
  expect(of('repaired')).toEqual(of('first'));
  for (const name of ['tar', 'zip']) {
    expect(of(name)).toEqual({
      files: { data: `the data of ${name}, xxx` },
      events: [...fetched, 'unpack'],
      warnings: [],
    });
  }
  expect(of('tarAgain').files).toEqual(of('tar').files);
  expect(of('wrong').error).toContain('DownloadError');
  expect(of('wrong').error).toContain('this is not the file that the publisher offers');
  expect(of('second').events).toEqual(['mirror-failed', ...fetched]);
  expect(of('flaky').events).toEqual(['retry', 'retry', ...fetched]);
  expect(of('page').error).toContain('web page in place of the file');
  expect(of('closed').error).toContain('CORS');
  expect(of('silent').error).toContain('the server fell silent');
  expect(of('packed').files).toEqual({ data: 'the data of packed, ' });
  expect(of('relative').files).toEqual({ data: 'the data of relative' });
  expect(of('badMirror').error).toContain('this is no address of a mirror');
  expect(of('offline').error).toContain('downloads are switched off');
  expect(of('stopped').error).toContain('the user stopped');
  expect(of('none').files).toEqual({ data: 'the data of none, xx' });
  expect(of('none').warnings.join()).toContain('this page keeps no data, which are fetched again each time');
  expect(of('full').files).toEqual(of('none').files);
  expect(of('full').warnings.join()).toMatch(
    /is not kept.*more than this browser lets the page keep, of which \d+ of \d+ bytes are in use/,
  );
}
