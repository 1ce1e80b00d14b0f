import { extname } from 'node:path';
import type { ExploredConfig } from '../../config/evaluate.ts';
import { DATA_EXTENSIONS } from '../../config/extends.ts';
import { withValueAt } from '../../config/places.ts';
import type { Values } from '../space/parameter.ts';

/** The text of a config and what it says, with its ranges. */
export interface SourceOfTrials {
  readonly source: string;
  /** Absolute; what the text imports is relative to it. */
  readonly file: string;
  readonly explored: ExploredConfig;
}

/**
 * The text of the config of one trial, which needs nothing else: JSON with the values in their places; any other one begins with a call that says what
 * its ranges are.
 */
export function trialSource({ source, file, explored }: SourceOfTrials, values: Values): string {
  // What is JSON is YAML, too.
  if (DATA_EXTENSIONS.includes(extname(file))) {
    const entries = Object.entries(values);
    return `${JSON.stringify(
      entries.reduce((before, [path, value]) => withValueAt(before, path, value), explored.config),
      null,
      2,
    )}\n`;
  }
  const call = `$chosen(${JSON.stringify(values)});`;
  const isCommon = ['.cjs', '.cts'].includes(extname(file));
  const load = isCommon
    ? "const { chosen: $chosen } = require('@descent/cli');"
    : "import { chosen as $chosen } from '@descent/cli';";
  return `// The values that were chosen on the command line, or by descent sweep.\n${load}\n${call}\n${source.replace(/^\ufeff/, '')}`;
}

const IMPORTS: readonly RegExp[] = [
  /(\bfrom\s*)(['"])(\.{1,2}\/[^'"\n]*)\2/g,
  /(\bimport\s*)(['"])(\.{1,2}\/[^'"\n]*)\2/g,
  /(\b(?:import|require)\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]*)\2/g,
  /(\bnew URL\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]*)\2(?=\s*,\s*import\.meta\.url)/g,
];

/** The same text for another folder: `move` says what a relative path of an import is from there. */
export function withImportsMoved(source: string, move: (path: string) => string): string {
  return IMPORTS.reduce(
    (text, pattern) =>
      text.replace(
        pattern,
        (_, before: string, quote: string, path: string) => `${before}${quote}${move(path)}${quote}`,
      ),
    source,
  );
}
