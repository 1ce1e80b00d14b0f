// Writes the table of docs/backends.md from what the packages of backends export. Build first (`pnpm build`), then `node scripts/backends-table.mjs`.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = new URL('../docs/backends.md', import.meta.url);
const START = '<!-- written by scripts/backends-table.mjs -->\n\n';
const END = '\n<!-- end -->';

/**
 * `page` with the table of these backends between its marks.
 *
 * @param {string} page
 * @param {readonly import('@descent/core/backend').BackendDescription[]} backends
 */
export function withTable(page, backends) {
  const [before, after] = [page.indexOf(START) + START.length, page.indexOf(END)];
  if (before < START.length || after < 0) throw new Error('docs/backends.md has no marks for its table');
  const rows = [
    ['name', 'engine', 'npm packages in Node', 'in browsers', 'note'],
    ['---', '---', '---', '---', '---'],
    ...backends.map(({ name, summary, packages, note }) => [
      `\`${name}\``,
      summary,
      needed(packages.node),
      needed(packages.browser),
      note,
    ]),
  ];
  return `${page.slice(0, before)}${rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}${page.slice(after)}`;
}

/** @param {readonly string[] | undefined} packages */
function needed(packages) {
  return packages === undefined ? '–' : packages.map((name) => `\`${name}\``).join(', ');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { onnxBackends } = await import('@descent/backend-onnx');
  const { tfjsBackends } = await import('@descent/backend-tfjs');
  const { referenceBackends } = await import('@descent/core/reference');
  const page = withTable(readFileSync(PAGE, 'utf8'), [...onnxBackends, ...tfjsBackends, ...referenceBackends]);
  writeFileSync(PAGE, page);
}
