/** The words that are looked for, as `hasWords` compares them. */
export function wordsOf(text: string): readonly string[] {
  return plain(text)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether each word stands in one of the texts, however it is written. */
export function hasWords(words: readonly string[], texts: readonly string[]): boolean {
  const all = texts.map(plain);
  return words.every((word) => all.some((one) => one.includes(word)));
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
