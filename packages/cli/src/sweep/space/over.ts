import { UsageError } from '../../errors.ts';
import { choiceParameter, type Json, type Parameter, rangeParameter } from './parameter.ts';

const USAGE =
  'a place and its values, such as optimizer.lr=0.01,0.1,0.2, or a range, such as optimizer.lr=log:1e-3..1 or model.1.outFeatures=int:16..256';

/**
 * What `--over` says: `optimizer.lr=0.01,0.1,0.2` is a choice, `optimizer.lr=1e-3..1` a range; `log:` and `int:` in front say what they say in a config,
 * `/5` behind it how many values a grid takes. A value is JSON where it is JSON, else text.
 */
export function parseOver(text: string): readonly [path: string, parameter: Parameter] {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).trim();
  const right = text.slice(at + 1).trim();
  if (at < 1 || path === '' || right === '')
    throw new UsageError('--over does not say what to try', { received: text, expected: USAGE });
  return [path, rangeOf(path, right) ?? choiceParameter(path, split(right).map(parsedValue))];
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const RANGE = new RegExp(String.raw`^((?:log:|int:)*)(${NUMBER})\.\.(${NUMBER})(?:/(\d+))?$`);

function rangeOf(path: string, text: string): Parameter | undefined {
  const match = RANGE.exec(text);
  if (match !== null) {
    const [, words = '', low, high, points] = match;
    return rangeParameter(path, Number(low), Number(high), {
      log: words.includes('log:'),
      int: words.includes('int:'),
      ...(points !== undefined && { points: Number(points) }),
    });
  }
  if (/^(?:log|int):|^[+-]?\.?\d[^,"']*\.\./.test(text))
    throw new UsageError('--over has a range that cannot be read', {
      path,
      received: text,
      expected: 'two numbers with two dots between them, such as log:1e-3..1 or int:16..256/5',
    });
  return undefined;
}

/** At commas that are in no list, object or text. */
function split(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const [i, character] of [...text].entries()) {
    if (character === '"' && text[i - 1] !== '\\') quoted = !quoted;
    if (!quoted && '[{'.includes(character)) depth++;
    if (!quoted && ']}'.includes(character)) depth--;
    if (character === ',' && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

function parsedValue(text: string): Json {
  if (text === '') throw new UsageError('--over has a value that is empty', { expected: USAGE });
  try {
    return JSON.parse(text) as Json;
  } catch {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
}
