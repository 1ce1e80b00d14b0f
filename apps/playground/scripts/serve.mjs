// `npm run playground`: serves the page for work on it, or builds the folder that a static host serves.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, createServer, preview } from 'vite';

const HELP = `npm run playground -- [--port 5173] [--host] [--open]   serves the page, which follows changes of its sources
npm run playground -- --build [--out FOLDER]            writes the page as a folder for any static host
npm run playground -- --preview [--port 4173]           builds that folder and serves it, as a host would

  --port   where it listens; the next free one if it is taken
  --host   other machines of the network may open it, too; without https their browsers give it
           neither the camera, nor threads, nor offline use
  --open   opens the browser
  --out    a folder that is not there yet, or an earlier build, which is replaced; default apps/playground/dist`;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where the command was given; npm runs it in the folder of the package. */
const CALLED_FROM = process.env['INIT_CWD'] ?? process.cwd();

/** @typedef {{ port?: string, host: boolean, open: boolean, build: boolean, preview: boolean, out?: string, help: boolean }} Options */

const options = read();
if (options !== null) await run(options);

/** @returns {Options | null} */
function read() {
  try {
    const { values } = parseArgs({
      // pnpm hands on the dashes that npm takes away.
      args: process.argv.slice(2).filter((argument) => argument !== '--'),
      options: {
        port: { type: 'string' },
        host: { type: 'boolean', default: false },
        open: { type: 'boolean', default: false },
        build: { type: 'boolean', default: false },
        preview: { type: 'boolean', default: false },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) {
      throw new Error(`--port takes a number such as 5173, not '${values.port}'`);
    }
    return values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    process.exitCode = 2;
    return null;
  }
}

/** @param {Options} options */
async function run({ help, build: builds, preview: previews, port, host, open, out }) {
  if (help) {
    console.log(HELP);
    return;
  }
  const address = { host, open, ...(port !== undefined && { port: Number(port) }) };
  const outDir = out === undefined ? join(ROOT, 'dist') : resolve(CALLED_FROM, out);
  if (builds || previews) {
    if (!mayReplace(outDir)) {
      console.error(
        `--out is a folder with other things than an earlier build, which would be lost: ${outDir}\nName one that is not there yet.`,
      );
      process.exitCode = 2;
      return;
    }
    await build({ root: ROOT, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
    console.log(
      `descent: the page lies in ${relative(CALLED_FROM, outDir) || '.'} (${megabytes(outDir)} MB, of which most are engines).`,
    );
    console.log(
      'descent: any static host can serve it, from any path; docs/playground.md says which headers give it threads.',
    );
  }
  if (builds) return;
  const server = previews
    ? await preview({ root: ROOT, logLevel: 'warn', build: { outDir }, preview: address })
    : await (await createServer({ root: ROOT, logLevel: 'warn', server: address })).listen();
  const { local, network } = server.resolvedUrls ?? { local: [], network: [] };
  console.log(`\n  The playground: ${local.join(' ')}`);
  if (network.length > 0) console.log(`  From other machines: ${network.join(' ')}`);
  console.log('  Ctrl-C ends it; `npm run playground -- --help` says what else there is.\n');
}

/** @param {string} folder */
function mayReplace(folder) {
  return !existsSync(folder) || readdirSync(folder).length === 0 || existsSync(join(folder, 'service-worker.js'));
}

/** @param {string} folder */
function megabytes(folder) {
  const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
  return (bytes / 1e6).toFixed(1);
}
