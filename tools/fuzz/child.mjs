// Feeds inputs to one reader. What it is at stands in a file before each, since a process that crashes says nothing more.
import { openSync, writeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { DescentError } from '@descent/core';
import { BAD_READERS } from './bad-readers.mjs';
import { inputOf, READERS } from './readers.mjs';

const [name = '', seed = '', first = '0', last = '0', folder = '', until = '0'] = process.argv.slice(2);
const reader = [...READERS, ...BAD_READERS].find((r) => r.name === name);
if (reader === undefined) throw new Error(`no reader ${name}`);
const progress = openSync(`${folder}/progress`, 'w');
const seeds = await reader.seeds();
let index = Number(first);

const report = (/** @type {string} */ kind, /** @type {unknown} */ error) => {
  const text = error instanceof Error ? `${error.stack}` : String(error);
  process.send?.({ finding: { index, kind, text: text.slice(0, 2000) } });
};
process.on('uncaughtException', (error) => report('uncaught', error));
process.on('unhandledRejection', (error) => report('unhandled', error));

/** @param {Uint8Array} bytes */
async function tryInput(bytes) {
  if (reader === undefined) return;
  let value;
  try {
    value = await reader.read(bytes, folder);
  } catch (error) {
    if (!(error instanceof DescentError)) report('an error that is not Descent’s', error);
    else if (/bug in Descent/.test(error.message)) report('a file for which Descent blames itself', error);
    return;
  }
  if (reader.write === undefined) return;
  const again = await reader.read(await reader.write(value), folder).catch((/** @type {unknown} */ error) => error);
  if (!isDeepStrictEqual(again, value)) report('a value that does not read the same again', again);
}

// A few are tried however late it is.
const least = Number(first) + 20;
for (; index < Number(last) && (index < least || Date.now() < Number(until)); index++) {
  writeSync(progress, `${index}\n`.padEnd(20), 0);
  await tryInput(inputOf(reader, seeds, seed, index));
}
// What a call left behind may still fail.
await new Promise((resolve) => setTimeout(resolve, 50));
process.send?.({ done: index });
process.disconnect?.();
process.exit(0);
