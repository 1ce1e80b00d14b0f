// `npm run fuzz`: gives readers files that nobody wrote, and prints how many and what went wrong.
import { parseArgs } from 'node:util';
import { takeSeedsFrom } from './more-seeds.mjs';
import { READERS } from './readers.mjs';
import { runReader } from './run-reader.mjs';

const HELP = `npm run fuzz -- [--minutes 1] [--reader NAME]… [--seed TEXT] [--only INDEX] [--files FOLDER]

  --minutes  how long in all, shared by the readers; default 1
  --reader   only this reader, or these: ${READERS.map((r) => r.name).join(', ')}
  --seed     the same seed gives the same inputs; default: today's date
  --only     the one input with this number, as a finding names it
  --files    a folder of real files to change as well, such as ONNX files of other programs; now the readers of ONNX files look at it

Each reader runs in processes of its own, with limits of memory and time. An error of Descent is a good answer; anything else is a finding,
and its file is kept in the folder for temporary files.`;

/** @type {import('./run-reader.mjs').Limits} */
const LIMITS = { seconds: 20, heapMegabytes: 256, residentMegabytes: 1024 };

const { values } = parseArgs({
  // pnpm hands on the dashes that npm takes away.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    minutes: { type: 'string', default: '1' },
    reader: { type: 'string', multiple: true },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    only: { type: 'string' },
    files: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const wanted = values.reader ?? READERS.map((r) => r.name);
const unknown = wanted.find((name) => !READERS.some((r) => r.name === name));
const only = values.only === undefined ? undefined : Number(values.only);

if (values.help || unknown !== undefined || !(minutes > 0) || (only !== undefined && !Number.isSafeInteger(only))) {
  console.log(unknown === undefined ? HELP : `there is no reader '${unknown}'\n\n${HELP}`);
  process.exitCode = values.help ? 0 : 2;
} else {
  takeSeedsFrom(values.files);
  console.log(`seed ${values.seed}`);
  const readers = READERS.filter((r) => wanted.includes(r.name));
  let failed = 0;
  const start = Date.now();
  for (const [i, reader] of readers.entries()) {
    // What a reader does not use is left to the others.
    const left = minutes * 60_000 - (Date.now() - start);
    const until = only === undefined ? Date.now() + left / (readers.length - i) : Number.POSITIVE_INFINITY;
    const [first, last] = only === undefined ? [0, Number.MAX_SAFE_INTEGER] : [only, only + 1];
    const began = Date.now();
    const job = { seed: values.seed, first, last, until, limits: LIMITS, maxFindings: 20 };
    const { tried, findings } = await runReader(reader, job);
    failed += findings.length;
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(
      `${reader.name.padEnd(12)} ${String(tried).padStart(8)} inputs  ${seconds.padStart(6)} s  ${findings.length} findings`,
    );
    for (const { index, kind, text, file } of findings) {
      console.log(`\n${reader.name}: ${kind}\n  file: ${file}`);
      console.log(
        `  again: npm run fuzz -- --reader ${reader.name} --seed ${values.seed} --only ${index}${values.files === undefined ? '' : ` --files ${values.files}`}`,
      );
      console.log(text.replace(/^/gm, '    '));
    }
  }
  process.exitCode = failed === 0 ? 0 : 1;
}
