export type NameProblem = 'empty' | 'long' | 'characters' | 'taken';

const LONGEST = 60;
/** What some system does not take in names of files and folders. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among them.
const FORBIDDEN = /[/\\:*?"<>|\u0000-\u001f\u007f]/g;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Why a text cannot name a class, or null: it is the name of a folder in the exported archive, on every system. */
export function nameProblem(name: string, taken: readonly string[]): NameProblem | null {
  if (name.trim() === '') return 'empty';
  if (name.length > LONGEST) return 'long';
  if (name !== name.trim() || /^\.|\.$/.test(name) || RESERVED.test(name) || name.search(FORBIDDEN) >= 0)
    return 'characters';
  const same = name.normalize('NFC').toLowerCase();
  return taken.some((one) => one.normalize('NFC').toLowerCase() === same) ? 'taken' : null;
}

/** A name like `given` that can name a folder and is not taken. */
export function freeName(given: string, taken: readonly string[]): string {
  const plain = given
    .replace(FORBIDDEN, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, LONGEST - 5)
    .trim();
  const base = plain === '' || RESERVED.test(plain) ? 'class' : plain;
  for (let i = 1; ; i++) {
    const name = i === 1 ? base : `${base}-${i}`;
    if (nameProblem(name, taken) === null) return name;
  }
}

/** The name of a kept picture, a PNG file: that of the file it came from, and another where that is taken. */
export function pictureName(given: string, taken: readonly string[]): string {
  const stem = given.replace(/\.[^.]*$/, '');
  const stems = taken.map((name) => name.replace(/\.png$/, ''));
  return `${freeName(stem === '' ? 'picture' : stem, stems)}.png`;
}
