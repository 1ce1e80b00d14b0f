import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';

const ENTRY = fileURLToPath(new URL('../src/public/index.ts', import.meta.url));

/** A bundle for browsers, in which nothing may be left that only Node has. */
async function browserBundle(entry: string): Promise<{ readonly metafile: Metafile; readonly code: string }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    splitting: true,
    outdir: '/out',
    platform: 'browser',
    conditions: ['@descent/source'],
    logLevel: 'silent',
  });
  return { metafile, code: outputFiles.map(({ text }) => text).join('\n') };
}

test('no module of Node is reachable from the package in a browser', async () => {
  const { metafile, code } = await browserBundle(`export * from ${JSON.stringify(ENTRY)};`);
  const imports = Object.entries(metafile.inputs).flatMap(([file, { imports: found }]) =>
    found
      .filter(({ path, external }) => external === true || path.startsWith('node:'))
      .map(({ path }) => `${file}: ${path}`),
  );
  expect(imports).toEqual([]);
  expect(
    Object.keys(metafile.inputs).filter((file) => /datasets\/src\/(node|download\/(ensure|part|extract))/.test(file)),
  ).toEqual([]);
  expect(code).not.toMatch(/from\s*["']node:|require\(["']node:/);
  expect(Object.keys(metafile.inputs).some((file) => file.includes('/sharp/') || file.includes('/yauzl/'))).toBe(false);
});

test('a page that loads the MNIST sample holds neither the data nor the readers of other formats', async () => {
  const { metafile } = await browserBundle(`
    import { loader, mnistSample } from ${JSON.stringify(ENTRY)};
    globalThis.batches = loader(await mnistSample(), { batchSize: 64, shuffle: true });
  `);
  const entry = Object.keys(metafile.outputs).find(
    (file) => metafile.outputs[file]?.entryPoint === '<stdin>',
  ) as string;
  const inputs = [...atOnce(metafile, entry)].flatMap((file) =>
    Object.entries(metafile.outputs[file]?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );
  expect(inputs.length).toBeGreaterThan(10);
  expect(inputs.filter((file) => /csv-parse|hyparquet|zip\.js|modern-tar/.test(file))).toEqual([]);
});

/** The files that a page fetches before it runs `file`. */
function atOnce(metafile: Metafile, file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
    if (kind === 'import-statement') atOnce(metafile, path, seen);
  }
  return seen;
}
