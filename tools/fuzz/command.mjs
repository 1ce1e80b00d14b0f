import { DescentError } from '@descent/core';

const PROGRAM = new URL('../../packages/cli/dist/program.js', import.meta.url).href;

/**
 * What `descent` says in a folder: the command itself, in this process, with streams that keep the text. A refusal in its own words is an error of Descent.
 *
 * @param {string} cwd
 * @param {...string} argv
 * @returns {Promise<string>}
 */
export async function command(cwd, ...argv) {
  const { run } = /** @type {any} */ (await import(PROGRAM));
  const texts = { out: '', err: '' };
  const output = (/** @type {'out' | 'err'} */ name) => ({
    isTerminal: false,
    // Every colour is the text itself.
    colors: new Proxy({}, { get: () => (/** @type {unknown} */ text) => String(text) }),
    stream: {
      write(/** @type {string} */ text) {
        texts[name] += text;
      },
    },
  });
  const io = { out: output('out'), err: output('err'), cwd, signal: new AbortController().signal };
  const code = await run(['--debug', ...argv], io);
  if (code === 0) return texts.out;
  if ((code === 1 || code === 2) && texts.err !== '' && !texts.err.includes('unexpected error:')) {
    throw new DescentError(texts.err);
  }
  throw new Error(`exit ${code}: ${texts.err}`);
}
