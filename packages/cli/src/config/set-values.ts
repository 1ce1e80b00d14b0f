import { UsageError } from '../errors.ts';
import type { Json, Values } from '../sweep/space/parameter.ts';

const USAGE = 'a place and its value, such as optimizer.lr=0.1, model.1.outFeatures=64 or data.test=0.2';

/** What `--set` says, of which later ones count more: `optimizer.lr=0.1`. A value is JSON where it is JSON, else text. */
export function parseSets(texts: readonly string[]): Values {
  return Object.fromEntries(texts.map(parseSet));
}

function parseSet(text: string): readonly [path: string, value: Json] {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).trim();
  const right = text.slice(at + 1).trim();
  if (path === '' || path.split('.').includes('') || right === '')
    throw new UsageError('--set does not say what to put where', { received: text, expected: USAGE });
  return [path, parsed(right, text)];
}

function parsed(text: string, whole: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    // What begins like JSON was meant to be some.
    if (!/^[[{"]/.test(text)) return text;
    throw new UsageError('--set has a value that is no JSON', {
      received: whole,
      expected: 'JSON, such as ["adam",{"lr":0.001}]; a text needs no quotes',
      fix: 'put quotes around all of it for the shell: --set \'optimizer=["adam",{"lr":0.001}]\'',
      cause,
    });
  }
}
