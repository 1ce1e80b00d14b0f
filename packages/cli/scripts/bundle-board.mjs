// Joins the script of `descent board` with what it uses into one file, which the server hands out: a page of a server without a network
// cannot fetch packages. Run after `tsc -b`: node packages/cli/scripts/bundle-board.mjs
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const cli = fileURLToPath(new URL('..', import.meta.url));

const { metafile } = await build({
  entryPoints: [join(cli, 'page/main.tsx')],
  outfile: join(cli, 'dist/board/page.js'),
  absWorkingDir: cli,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  conditions: ['@descent/source'],
  // What is not used falls away; it must not be looked for in a browser.
  external: ['node:*'],
  banner: { js: await licences() },
  metafile: true,
  logLevel: 'warning',
});
const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
if (imports.length > 0) throw new Error(`the page would load ${imports.map(({ path }) => path).join(', ')}`);

/** The licences of what is joined, as they ask for. */
async function licences() {
  const runs = createRequire(join(cli, '../runs/package.json'));
  const scale = createRequire(runs.resolve('d3-scale'));
  const found = [
    ['preact', createRequire(join(cli, 'package.json')).resolve('preact')],
    ...['d3-scale', 'd3-shape'].map((name) => [name, runs.resolve(name)]),
    ...['d3-array', 'd3-format', 'd3-interpolate'].map((name) => [name, scale.resolve(name)]),
  ];
  const texts = found.map(([name, file]) => `${name}\n${readFileSync(licenceOf(String(file)), 'utf8').trim()}`);
  return `/*!\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/`;
}

/** @param {string} file Of a package. */
function licenceOf(file) {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const path = join(at, 'LICENSE');
    try {
      readFileSync(path);
      return path;
    } catch {
      // Further up.
    }
  }
  throw new Error(`no licence of ${file}`);
}
