import type { Output } from '../io.ts';

/** Characters in a line of the screen; 80 for files and pipes. */
export function columnsOf({ stream }: Output): number {
  const { columns } = stream as { readonly columns?: number };
  return columns !== undefined && columns > 0 ? columns : 80;
}

/** `text` in lines of at most `width` characters, broken at spaces; all but the first start with `indent` spaces. */
export function wrapped(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** `text` of a file on one line of at most `width` characters, without what a screen would take for commands. */
export function printable(text: string, width: number): string {
  const line = text
    .slice(0, 4 * width)
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
