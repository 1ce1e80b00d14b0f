/** Members of an object in their order, names that occur twice included: what `JSON.parse` forgets. */
export class Members {
  readonly entries: readonly (readonly [name: string, value: JsonValue])[];

  constructor(entries: readonly (readonly [name: string, value: JsonValue])[]) {
    this.entries = entries;
  }
}

/** A number as it was written, since `1.0`, `-0` and `1e0` are no counts, and large ones lose digits. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonValue = string | boolean | null | NumberText | readonly JsonValue[] | Members;

/** As in the JSON parser that the reference implementation of safetensors uses. */
const MAX_DEPTH = 127;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const WORDS: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Parses JSON by the letter of RFC 8259. Throws a `SyntaxError` for anything else, and for what nests deeply. */
export function parseStrictJson(text: string): JsonValue {
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`not JSON at character ${at}`);
  };
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? fail();
    at += found.length;
    return found;
  };
  const skip = (character: string): boolean => {
    match(SPACE);
    if (text[at] !== character) return false;
    at++;
    match(SPACE);
    return true;
  };
  const string = (): string => {
    const start = at;
    if (text[at++] !== '"') fail();
    for (; text[at] !== '"'; at += text[at] === '\\' ? 2 : 1) if (at >= text.length) fail();
    at++;
    const parsed = JSON.parse(text.slice(start, at)) as string;
    // Half a character cannot be written as UTF-8.
    return /\p{Surrogate}/u.test(parsed) ? fail() : parsed;
  };
  const list = <T>(end: string, item: () => T): readonly T[] => {
    const items: T[] = [];
    if (skip(end)) return items;
    do items.push(item());
    while (skip(','));
    return skip(end) ? items : fail();
  };
  const value = (depth: number): JsonValue => {
    if (depth >= MAX_DEPTH && /[[{]/.test(text[at] ?? '')) return fail();
    if (skip('{')) {
      return new Members(
        list('}', () => {
          const name = string();
          return skip(':') ? ([name, value(depth + 1)] as const) : fail();
        }),
      );
    }
    if (skip('[')) return list(']', () => value(depth + 1));
    if (text[at] === '"') return string();
    const word = WORDS.find(([w]) => text.startsWith(w, at));
    if (word === undefined) return new NumberText(match(NUMBER));
    at += word[0].length;
    return word[1];
  };
  match(SPACE);
  const parsed = value(0);
  match(SPACE);
  return at === text.length ? parsed : fail();
}
