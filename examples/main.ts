// `npm run example -- <name>`: trains one example, prints what it found, leaves its files in a folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXAMPLES } from './examples.ts';
import { openBackend } from './lib/open-backend.ts';

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  small: { type: 'boolean', default: false },
  backend: { type: 'string', default: 'onnx:cpu' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string' },
} as const;

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`example: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
  const [name] = positionals;
  if (values.help || name === undefined) {
    console.log(await help());
    return;
  }
  const load = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (load === undefined || positionals.length > 1) {
    throw new Error(`'${positionals.join(' ')}' is no example; there are ${Object.keys(EXAMPLES).join(', ')}`);
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`--seed is a whole number from 0 on, but it is '${values.seed}'`);
  }
  const { run } = await load();
  const out = values.out ?? join('example-runs', name);
  await mkdir(out, { recursive: true });
  const backend = await openBackend(values.backend);
  console.log(`${name} on ${backend.name}, seed ${seed}`);
  const begun = performance.now();
  const { numbers } = await run({ backend, seed, small: values.small, out, log: console.log });
  for (const [key, value] of Object.entries(numbers)) console.log(`${key} ${Number(value.toPrecision(4))}`);
  console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s; files are in ${out}`);
}

async function help(): Promise<string> {
  const lines: string[] = [];
  for (const [name, load] of Object.entries(EXAMPLES)) lines.push(`  ${name.padEnd(16)}${(await load()).summary}`);
  return `Usage: npm run example -- <name> [options]

${lines.join('\n')}

Options
  --backend <name>  such as onnx:cpu (default), tfjs:wasm; \`npm run descent -- backends\` lists them
  --seed <n>        default 1
  --small           a few steps, to see that everything works: the numbers say little
  --out <folder>    where files go, default example-runs/<name>
  -h, --help

Examples
  npm run example -- mlp
  npm run example -- mlp --backend tfjs:wasm --small`;
}
