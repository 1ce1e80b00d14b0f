// Feeds random programs with hostile values to a backend and compares it with the reference interpreter; see `node scripts/search.mjs --help`.
// Build first (`pnpm build`).
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { searchCase, tryCase } from '@descent/conformance';

const HELP = `node scripts/search.mjs [--backend onnx:cpu,tfjs:cpu,…] [--first 0] [--cases 1000] [--seconds N] [--addon file]
Each backend runs in a process of its own, so that one that ends is seen, too. Prints a line for each seed that fails; the exit code is 1 if
any did. The backend self-test ends its process at every program.`;

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'onnx:cpu,tfjs:cpu,tfjs:wasm' },
    first: { type: 'string', default: '0' },
    cases: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    addon: { type: 'string' },
    child: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else if (options.child) await child();
else {
  let failures = 0;
  for (const backend of options.backend.split(',')) failures += await parent(backend);
  process.exitCode = failures > 0 ? 1 : 0;
}

/**
 * Runs one backend in child processes, each of which goes on behind the seed that ended the last.
 * @param {string} backend
 */
async function parent(backend) {
  const end = Number(options.first) + Number(options.cases);
  const until = options.seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(options.seconds) * 1000;
  let [tried, failures, next] = [0, 0, Number(options.first)];
  while (next < end && Date.now() < until) {
    let running = next;
    const args = ['--child', '--backend', backend, '--first', `${next}`, '--cases', `${end - next}`];
    const worker = fork(
      process.argv[1] ?? '',
      options.addon === undefined ? args : [...args, '--addon', options.addon],
    );
    const timer = Number.isFinite(until) ? setTimeout(() => worker.kill(), until - Date.now()) : undefined;
    worker.on('message', (/** @type {{ seed?: number, failure?: string }} */ { seed, failure }) => {
      if (seed !== undefined) {
        running = seed;
        tried++;
      }
      if (failure === undefined) return;
      failures++;
      console.log(`${backend}: ${failure}`);
    });
    const signal = await new Promise((resolve) => worker.on('close', (code, name) => resolve(name ?? (code || null))));
    clearTimeout(timer);
    if (signal === null || Date.now() >= until) break;
    failures++;
    console.log(`${backend}: ENDED BY ${signal}: ${searchCase(running).name}`);
    next = running + 1;
  }
  console.log(`${backend}: ${tried} programs tried, ${failures} failed`);
  return failures;
}

async function child() {
  const backend = await open(options.backend);
  const first = Number(options.first);
  for (let seed = first; seed < first + Number(options.cases); seed++) {
    process.send?.({ seed });
    // The message is on its way before the program may end.
    await new Promise((resolve) => setImmediate(resolve));
    await tryCase(backend, searchCase(seed)).catch((/** @type {Error} */ error) =>
      process.send?.({ failure: error.message }),
    );
  }
  await backend.dispose();
  process.disconnect?.();
}

/** @param {string} name */
async function open(name) {
  if (name === 'self-test') return ending();
  const [kind, engine] = name.split(':');
  if (kind === 'onnx') return onnx({ threads: 1, ...(engine === 'worker' ? { worker: true } : {}) });
  const addon = options.addon === undefined ? {} : { addon: options.addon };
  return tfjs({ engine: /** @type {'cpu'} */ (engine), ...addon });
}

/**
 * What a division of integers could do to Node: shows that the search sees it.
 * @returns {import('@descent/core').Backend}
 */
function ending() {
  const end = () => process.kill(process.pid, 'SIGFPE');
  return {
    name: 'self-test',
    compile: async () => Promise.reject(end()),
    state: async () => Promise.reject(end()),
    dispose: async () => {},
  };
}
