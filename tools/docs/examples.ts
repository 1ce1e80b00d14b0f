/** A block of Markdown marked as a program that runs. */
export interface Example {
  readonly file: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** The blocks that begin with three backticks and `ts run`, in order. Throws when one is not closed. */
export function examplesIn(markdown: string, file: string): Example[] {
  const lines = markdown.split('\n');
  const examples: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]?.trimEnd() !== '```ts run') continue;
    const end = lines.findIndex((text, at) => at > i && text.trimEnd() === '```');
    if (end < 0) throw new SyntaxError(`${file}:${i + 1}: the block has no end`);
    examples.push({ file, line: i + 2, code: `${lines.slice(i + 1, end).join('\n')}\n` });
    i = end;
  }
  return examples;
}
