import { fileURLToPath } from 'node:url';

/** The folder of the examples' sources: what is compiled lies one folder deeper. */
const ROOT = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url);

/** The path of a file among the sources that is no program, such as a table or a script of Python: `tabular/penguins.csv`. */
export function sourceFile(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}
