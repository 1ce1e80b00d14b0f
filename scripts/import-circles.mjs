// Finds files that import each other's values in a circle: which of them is ready when another runs then depends on who is imported first.
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Folders inside of which values may be imported in circles, and why. Types may everywhere: they are gone when the code runs.
 *
 * @type {readonly { readonly folder: string, readonly reason: string }[]}
 */
export const CIRCLES_ALLOWED = [
  {
    folder: 'packages/core/src/ops',
    reason:
      "an op's gradient is built with other ops, whose gradients are built with it; each calls the other only when it is asked for",
  },
];

/**
 * @typedef {{ readonly specifier: string, readonly line: number, readonly kind: 'value' | 'type' | 'dynamic' }} Import
 */

/**
 * One violation for each group of files that import each other in a circle.
 *
 * @param {string} root
 * @param {ReadonlyMap<string, readonly Import[]>} imports By absolute path of the file.
 * @returns {import('./check-layers.mjs').Violation[]}
 */
export function importCircles(root, imports) {
  /** @type {Map<string, string[]>} */
  const targets = new Map();
  for (const [file, found] of imports) {
    const values = found.filter(({ specifier, kind }) => kind === 'value' && specifier.startsWith('.'));
    targets.set(
      file,
      values.map(({ specifier }) => resolve(dirname(file), specifier)).filter((target) => imports.has(target)),
    );
  }
  const name = (/** @type {string} */ file) => relative(root, file).split(sep).join('/');
  /** @type {Set<string>} */
  const told = new Set();
  return [...targets.keys()].sort().flatMap((file) => {
    const circle = told.has(file) ? null : wayBack(file, targets);
    if (circle === null) return [];
    for (const member of circle) told.add(member);
    const names = circle.map(name);
    if (CIRCLES_ALLOWED.some(({ folder }) => names.every((one) => one.startsWith(`${folder}/`)))) return [];
    const message = `imports go in a circle: ${[...names, names[0]].join(' → ')}; move what both need into a file of its own`;
    return [{ file: name(file), line: 1, message }];
  });
}

/**
 * The files of the shortest way from `file` along its imports back to itself, or null.
 *
 * @param {string} file
 * @param {ReadonlyMap<string, readonly string[]>} targets
 * @returns {string[] | null}
 */
function wayBack(file, targets) {
  /** @type {Map<string, string>} */
  const from = new Map();
  const queue = [file];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const target of targets.get(at) ?? []) {
      if (target === file) {
        const way = [at];
        while (way[0] !== undefined && way[0] !== file) way.unshift(/** @type {string} */ (from.get(way[0])));
        return way;
      }
      if (from.has(target)) continue;
      from.set(target, at);
      queue.push(target);
    }
  }
  return null;
}
