import { losesDigits, MOST_DIGITS } from './digits.ts';

/**
 * `JSON.parse`, but an integer beyond 2^53 is a bigint with all its digits, where `JSON.parse` would change them; written as 9007199254740993.0, too. Throws a `SyntaxError` as it does, and
 * for a number that would become infinite.
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!/\d{16}|[eE]\+?\d{3}/.test(text)) return value;
  const long = longIntegers(text);
  if (long.length === 0) return value;
  // Nobody who wrote the text can know the mark, so that no string of it is taken for a number.
  const mark = `${crypto.getRandomValues(new Uint32Array(4)).join('-')} `;
  let marked = '';
  let from = 0;
  for (const [start, digitsEnd, end] of long) {
    marked += `${text.slice(from, start)}"${mark}${text.slice(start, digitsEnd)}"`;
    from = end;
  }
  return JSON.parse(marked + text.slice(from), (_, item: unknown) =>
    typeof item === 'string' && item.startsWith(mark) ? BigInt(item.slice(mark.length)) : item,
  );
}

/** Where integers that float64 cannot keep stand in JSON; their digits end before `.0`. */
function longIntegers(json: string): readonly (readonly [start: number, digitsEnd: number, end: number])[] {
  const found: (readonly [number, number, number])[] = [];
  const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  for (let at = 0; at < json.length; ) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = afterString(json, at);
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      number.lastIndex = at;
      const [digits = '-'] = number.exec(json) ?? [];
      const end = at + digits.length;
      const whole = /^(-?\d+)(\.0+)?$/.exec(digits);
      if (whole !== null && losesDigits(whole[1] as string, whole[2] !== undefined)) {
        if (digits.length > MOST_DIGITS) throw new SyntaxError(`a number of ${digits.length} digits`);
        found.push([at, at + (whole[1] as string).length, end]);
      } else if (!Number.isFinite(Number(digits))) {
        throw new SyntaxError(`${digits.slice(0, 60)} is larger than any number of 64 bits`);
      }
      at = end;
    } else {
      at += 1;
    }
  }
  return found;
}

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

function afterString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}
