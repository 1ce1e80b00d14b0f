// Joins the many small files of core into a few for the tarball: Node opens each module of a package separately, which took
// a hundred milliseconds and more (docs/decisions/005-core-is-published-joined.md). The workspace itself runs the files of `tsc`.
// Run: node scripts/bundle-core.mjs
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const core = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages', 'core');
const entries = join(core, 'src', 'public');
const outdir = join(core, 'bundle');

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: readdirSync(entries).map((file) => join(entries, file)),
  outdir,
  bundle: true,
  // Entries share chunks, so that an op or an error class is the same object through every entry.
  splitting: true,
  chunkNames: 'shared/[name]-[hash]',
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  sourcemap: 'linked',
  // The sources are in the tarball.
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
});
