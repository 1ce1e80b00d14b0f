import { reason, UsageError } from '../errors.ts';

/** The text of a config file, without a byte order mark: editors on Windows write one, and consoles there write UTF-16. */
export function decodeConfig(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/**
 * Reads JSON, and looks at nothing in it.
 * @throws UsageError that begins with `name`, with the place and, for what people write often, what to do.
 */
export function parseJson(source: string, name: string): unknown {
  try {
    // The copy of a run, and what a program gives, may have a mark as well.
    return JSON.parse(source.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UsageError('the config is not JSON', {
      path: name,
      received: `${reason(cause)}${placeOf(source, cause)}`,
      fix: fixOf(source),
      cause,
    });
  }
}

/** Where the parser stopped, unless it says so itself in lines; nowhere when the text merely ends too early. */
function placeOf(source: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/\bline \d/.test(message) || isUnfinished(source)) return '';
  // The first character that cannot follow what stands in front of it.
  let [good, bad] = [0, source.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUnfinished(source.slice(0, middle))) good = middle;
    else bad = middle;
  }
  const before = source.slice(0, good).split('\n');
  return `: line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

/** Whether a text is the beginning of JSON, or JSON. */
function isUnfinished(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return /end of JSON input|Unterminated|No number after minus|Exponent part|after decimal point/.test(String(error));
  }
}

/** What people write that JavaScript knows and JSON does not. */
function fixOf(source: string): string | undefined {
  const code = source.replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
  if (code.trim() === '') return 'write a config into it; `descent demo` writes some to start from';
  if (/\/\/|\/\*/.test(code))
    return 'JSON has no comments: take them out, or name the file .ts and write export default in front';
  if (/,\s*[}\]]/.test(code)) return 'JSON has no comma behind the last entry';
  if (code.includes("'")) return 'JSON has double quotes only';
  if (/[{,]\s*[A-Za-z_$][\w$]*\s*:/.test(code)) return 'names are in double quotes in JSON';
  if (/\b(?:NaN|Infinity|undefined|True|False|None)\b/.test(code))
    return 'JSON knows numbers, true, false and null only';
  if (/\d\s*\/\s*\d/.test(code)) return 'JSON does not compute: write 0.00392156862745098 for 1 / 255';
  return undefined;
}
