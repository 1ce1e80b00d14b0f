import { basename } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/**
 * @typedef {object} StarEntry
 * @property {string} code What stands in the entry: `export *` from its parts.
 * @property {ReadonlyMap<string, string>} parts Code by file name, beside the entry.
 */

/**
 * Cuts an entry that was joined into what it takes from the files `apart`, and all else. A bundler such as esbuild takes a
 * file that is used for one that needs all that it names, so that what a page loads later came at once; it follows an `export *` for the names alone that are
 * asked for.
 *
 * @param {string} name Without `.js`, such as `index`.
 * @param {string} code As rolldown writes it: imports first, one list of exports at the end.
 * @param {readonly string[]} apart Names of shared files, without their hash.
 * @returns {StarEntry | null} `null` for an entry that is one part anyhow.
 */
export function starEntry(name, code, apart) {
  const { body } = parseAst(code);
  /** @type {Map<string, { from: string, imported: string }>} */
  const imports = new Map();
  for (const node of body) {
    if (node.type !== 'ImportDeclaration') continue;
    for (const one of node.specifiers) {
      if (one.type !== 'ImportSpecifier') throw new Error(`${name}.js imports more than names`);
      imports.set(one.local.name, { from: node.source.value, imported: nameOf(one.imported) });
    }
  }
  const lists = body.filter((node) => node.type === 'ExportNamedDeclaration');
  const [list] = lists;
  if (list === undefined || lists.length > 1 || list.source !== null)
    throw new Error(`${name}.js does not have one list of exports`);
  /** @type {Map<string, string[]>} By file. */
  const taken = new Map();
  /** @type {string[]} */
  const own = [];
  for (const { local, exported } of list.specifiers) {
    const given = imports.get(nameOf(local));
    if (given === undefined || !apart.includes(partOf(given.from)))
      own.push(specifier(nameOf(local), nameOf(exported)));
    else taken.set(given.from, [...(taken.get(given.from) ?? []), specifier(given.imported, nameOf(exported))]);
  }
  if (taken.size === 0 || own.length === 0) return null;
  const lines = [...taken].map(([from, names]) => `export { ${names.join(', ')} } from '${from}';\n`);
  const parts = new Map([
    [`${name}.first.js`, lines.join('')],
    [`${name}.more.js`, `${code.slice(0, list.start)}export { ${own.join(', ')} };${code.slice(list.end)}`],
  ]);
  return { code: [...parts.keys()].map((file) => `export * from './${file}';\n`).join(''), parts };
}

/** @param {string} path Such as `./shared/base-Cx5GIhRD.js`. */
function partOf(path) {
  return basename(path).replace(/-.{8}\.js$/, '');
}

/** @param {{ name: string } | { value: string }} node */
function nameOf(node) {
  return 'name' in node ? node.name : node.value;
}

/** @param {string} local @param {string} exported */
function specifier(local, exported) {
  return local === exported ? local : `${local} as ${exported}`;
}
