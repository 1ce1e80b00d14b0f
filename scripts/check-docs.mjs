// Every repository path that a Markdown file names, in backticks or as a link, must exist.
// Run: node scripts/check-docs.mjs [root]
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders whose content is not in the repository: their paths may be named before they exist. */
const GENERATED = /(?:^|\/)(?:dist|bundle|node_modules|coverage)(?:\/|$)|^runs\//;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', '.turbo', '.cache', '.changeset']);

/**
 * @typedef {object} MissingPath
 * @property {string} file
 * @property {number} line
 * @property {string} path As written.
 */

/**
 * @param {string} root
 * @returns {MissingPath[]}
 */
export function checkDocs(root) {
  const topLevel = new Set(
    readdirSync(root, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : [])),
  );
  return markdownFiles(root).flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((text, index) => {
      const named = [
        // A package's own pages may name its files from its own folder.
        ...pathsInBackticks(text, topLevel).map((path) => ({ path, bases: [root, dirname(file)] })),
        ...linkTargets(text).map((path) => ({ path, bases: [dirname(file)] })),
      ];
      return named
        .filter(({ path }) => !GENERATED.test(path))
        .filter(({ path, bases }) => !bases.some((base) => existsSync(resolve(base, literalPart(path)))))
        .map(({ path }) => ({ file: relative(root, file), line: index + 1, path }));
    });
  });
}

/**
 * @param {string} text One line of Markdown.
 * @param {ReadonlySet<string>} topLevel Folders of the root.
 * @returns {string[]}
 */
export function pathsInBackticks(text, topLevel) {
  const spans = [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  return spans
    .flatMap((span) => span.split(/\s+/))
    .map((word) => word.replace(/^\.\//, '').replace(/[,;:.]+$/, ''))
    .filter((word) => /^[\w.@-]+\//.test(word) && topLevel.has(word.slice(0, word.indexOf('/'))));
}

/**
 * @param {string} text One line of Markdown.
 * @returns {string[]} Relative targets, without anchors.
 */
export function linkTargets(text) {
  return [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z][a-z+.-]*:/i.test(target));
}

/**
 * The folder before the first placeholder or wildcard: `packages/*\/src` gives `packages`.
 *
 * @param {string} path
 */
function literalPart(path) {
  const special = path.search(/[*<{[…]/);
  return special < 0 ? path : path.slice(0, path.lastIndexOf('/', special) + 1) || '.';
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function markdownFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED_FOLDERS.has(entry.name) ? [] : markdownFiles(path);
    }
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
  const missing = checkDocs(root);
  for (const { file, line, path } of missing) {
    console.error(`${file}:${line}  '${path}' does not exist; fix the path or the text`);
  }
  console.log(`check-docs: ${missing.length === 0 ? 'ok' : `${missing.length} missing path(s)`}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
