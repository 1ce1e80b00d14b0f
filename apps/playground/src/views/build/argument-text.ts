import type { ArgumentKind } from '@descent/cli/config';
import { readNumber } from '../../ui/number-text.ts';

/** A value as a field shows it; nothing for what is left out. */
export function writeArgument(kind: ArgumentKind, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return fraction(value) ?? String(value);
  if (kind === 'size' && isNumbers(value)) return value.join(' × ');
  if (isNumbers(value)) return value.join(', ');
  return typeof value === 'string' && kind === 'padding' ? value : JSON.stringify(value);
}

export type ReadArgument = { readonly value: unknown } | { readonly wrong: true };

/** What a text in a field says: numbers, sizes such as `3 × 5`, lists, else JSON. Whether a layer takes it, the layer says. */
export function readArgument(kind: ArgumentKind, text: string): ReadArgument {
  const plain = text.trim();
  if (plain === '') return { value: undefined };
  if (kind === 'padding' && /^[a-z]+$/i.test(plain)) return { value: plain };
  if (kind === 'size' || kind === 'padding') return sizes(plain.split(/[×x*,，;；\s]+/i));
  if (kind === 'list' || kind === 'pair') return list(plain.replace(/[[\]]/g, ''));
  if (kind === 'numbers' && /[,，;；]/.test(plain)) return list(plain.replace(/[[\]]/g, ''));
  if (NUMBERS.includes(kind)) return number(plain);
  try {
    return { value: JSON.parse(plain) as unknown };
  } catch {
    // A name alone needs no quotes: relu.
    return /^[a-z]\w*$/i.test(plain) ? { value: plain } : { wrong: true };
  }
}

const NUMBERS: readonly ArgumentKind[] = ['count', 'whole', 'number', 'positive', 'share', 'rate', 'numbers'];

/** 1/255 and the like, which a decimal fraction would hide. */
function fraction(value: number): string | null {
  const inverse = Math.round(1 / value);
  return inverse > 1 && 1 / inverse === value && String(value).length > 6 ? `1/${inverse}` : null;
}

function number(text: string): ReadArgument {
  const parts = /^([\d.]+)\s*[/／÷]\s*([\d.]+)$/.exec(text.normalize('NFKC'));
  if (parts !== null) {
    const value = Number(parts[1]) / Number(parts[2]);
    return Number.isFinite(value) ? { value } : { wrong: true };
  }
  const read = readNumber(text);
  return 'value' in read ? read : { wrong: true };
}

function sizes(parts: readonly string[]): ReadArgument {
  const values = numbersOf(parts.map((part) => part.replace(/[[\]]/g, '')).filter((part) => part !== ''));
  if (values === null || values.length === 0) return { wrong: true };
  const [first] = values;
  return { value: values.length === 1 || (values.length === 2 && values[1] === first) ? first : values };
}

function list(text: string): ReadArgument {
  const values = numbersOf(text.split(/[,，;；\s]+/).filter((part) => part !== ''));
  return values === null ? { wrong: true } : { value: values };
}

function numbersOf(parts: readonly string[]): readonly number[] | null {
  const read = parts.map((part) => readNumber(part));
  return read.every((one) => 'value' in one) ? read.map((one) => one.value) : null;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
}
