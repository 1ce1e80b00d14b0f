import type { Space } from './space/parameter.ts';

/** A short name for each parameter: the end of its path that tells it from the others, `lr` for `optimizer.lr`. */
export function labelsOf(space: Space): Readonly<Record<string, string>> {
  const names = Object.keys(space);
  return Object.fromEntries(
    names.map((name) => {
      const parts = name.split('.');
      // A position says nothing without the key in front of it.
      const least = /^\d+$/.test(parts.at(-1) as string) ? 2 : 1;
      for (let count = least; count < parts.length; count++) {
        const end = parts.slice(-count).join('.');
        if (names.every((other) => other === name || !`.${other}`.endsWith(`.${end}`))) return [name, end];
      }
      return [name, name];
    }),
  );
}

/** A number with four digits. */
const NUMBER = 8;

/** Values below the names of their parameters. */
export function columns(values: readonly string[], labels: Readonly<Record<string, string>>): string {
  return Object.values(labels)
    .map((label, i) => (values[i] ?? '').padEnd(Math.max(NUMBER, label.length)))
    .join('  ');
}

/** At most `length` characters. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
