import { DYNAMIC, type Shape } from '../ir/shape.ts';

/** Widths of characters, of the size of the type. They are those of a wide font (DejaVu Sans), since each system has its own. */
const CLASSES: readonly (readonly [RegExp, number])[] = [
  [/[\p{Ideographic}\p{Emoji_Presentation}\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\uffef]/u, 1.1],
  [/[mMWQO@%&—…\u0590-\u10ff]/u, 1],
  [/[wA-Z+=<>×→≤≥−~^#\p{Lu}]/u, 0.84],
  [/[\sijl,.:;'’|!·I]/u, 0.34],
  [/[tfr()[\]{}/\\"`-]/u, 0.46],
];

/** The width of `text` in pixels, rather too much than too little. */
export function widthOf(text: string, size: number, isBold = false): number {
  const ems = [...text].reduce((sum, c) => sum + (CLASSES.find(([is]) => is.test(c))?.[1] ?? 0.64), 0);
  return ems * size * (isBold ? 1.12 : 1);
}

/** Longer texts are cut before they are measured. */
const LONGEST = 400;

/** As much of `text` as fits into `width`, with an ellipsis for the rest. */
export function fitting(text: string, width: number, size: number, isBold = false): string {
  const characters = [...oneLine(text)];
  if (widthOf(characters.join(''), size, isBold) <= width && characters.length < LONGEST) return characters.join('');
  const room = width - widthOf('…', size, isBold);
  let count = 0;
  for (let used = 0; count < characters.length; count++) {
    used += widthOf(characters[count] as string, size, isBold);
    if (used > room) break;
  }
  return count === 0 ? '' : `${characters.slice(0, count).join('').trimEnd()}…`;
}

/** `text` on one line, and no longer than a person reads. */
export function oneLine(text: string): string {
  const line = String(text)
    .slice(0, 4 * LONGEST)
    .replace(/\s+/gu, ' ')
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * `text` as it may stand in XML and HTML, in elements and in quoted attributes. What no XML may hold, such as control characters and halves of characters,
 * and what turns the direction of the text around it, becomes U+FFFD.
 */
export function escaped(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]|[\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** `1 × 28 × 28`, for people; of one sample, where the batch comes first. */
export function shapeText(shape: Shape): string {
  const axes = shape[0] === DYNAMIC ? shape.slice(1) : shape;
  return axes.length === 0 ? 'a number' : axes.map((d) => (d === DYNAMIC ? 'batch' : d)).join(' × ');
}

export function countText(n: number): string {
  return n.toLocaleString('en-US');
}
