// Enforces the import order of the folders inside core and of the packages, and that files do not import each other in circles.
// Run: node scripts/check-layers.mjs [root]
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importCircles } from './import-circles.mjs';

/**
 * Folders of `packages/core/src` in processing order. A file may import from its own folder and from groups to the left,
 * never from a neighbour in its own group. A top-level file such as `errors.ts` counts as a folder of that name.
 *
 * @type {readonly (readonly string[])[]}
 */
export const CORE_LAYERS = [
  ['errors'],
  ['options'],
  ['random'],
  ['ir'],
  ['ops'],
  ['backend'],
  ['autodiff', 'passes'],
  ['remote'],
  ['targets'],
  ['schedules'],
  ['layers', 'losses', 'metrics', 'optimizers'],
  ['model'],
  ['draw', 'diagnose'],
  ['train'],
  ['reference'],
  ['choose'],
  ['testing'],
  ['public'],
];

/**
 * Packages in order; a package may depend on packages to its left, never on a neighbour.
 *
 * @type {readonly RegExp[]}
 */
export const PACKAGE_ORDER = [
  /^core$/,
  /^files$/,
  /^(?:datasets|runs|conformance|backend-.+)$/,
  /^serve$/,
  /^cli$/,
  /^create-descent$/,
];

const NODE_MODULES = new Set(builtinModules);

/**
 * @typedef {import('./import-circles.mjs').Import} Import
 *
 * @typedef {object} Violation
 * @property {string} file Path from the root, with `/`.
 * @property {number} line
 * @property {string} message
 */

/**
 * Every module that a source file imports, re-exports, or loads with a literal `import()`, and whether for values or for types only.
 *
 * @param {string} source
 * @returns {Import[]}
 */
export function importsOf(source) {
  // Blank comments out, newlines kept, so that examples in docstrings are not taken for imports.
  const code = source.replace(/\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
  const patterns = [
    /^[ \t]*(?<clause>(?:import|export)\b[^'"`;]*?)\bfrom\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
    /^[ \t]*import\s*(['"])(?<specifier>[^'"\n]+)\1/gm,
    /\bimport\(\s*(['"])(?<specifier>[^'"\n]+)\1/g,
  ];
  return patterns
    .flatMap((pattern) =>
      [...code.matchAll(pattern)].map((match) => ({
        specifier: match.groups?.['specifier'] ?? '',
        kind: kindOf(match[0], match.groups?.['clause']),
        line: code.slice(0, match.index + match[0].length).split('\n').length,
      })),
    )
    .sort((a, b) => a.line - b.line);
}

/**
 * @param {string} statement
 * @param {string | undefined} clause What stands in front of `from`.
 * @returns {Import['kind']}
 */
function kindOf(statement, clause) {
  if (clause === undefined) return statement.startsWith('import(') ? 'dynamic' : 'value';
  const names = /\{(?<names>[^}]*)\}/.exec(clause)?.groups?.['names']?.split(',') ?? [''];
  const onlyTypes = names.every((name) => /^\s*type\s/.test(name) || (names.length > 1 && name.trim() === ''));
  return onlyTypes || /^(?:import|export)\s+type\b/.test(clause) ? 'type' : 'value';
}

/**
 * @param {string} root Folder that holds `packages/`.
 * @returns {Violation[]}
 */
export function checkLayers(root) {
  const packagesFolder = join(root, 'packages');
  const packages = readdirSync(packagesFolder).filter((name) => existsSync(join(packagesFolder, name, 'package.json')));
  const imports = new Map(
    packages
      .flatMap((name) => sourceFiles(join(packagesFolder, name, 'src')))
      .map((file) => [file, importsOf(readFileSync(file, 'utf8'))]),
  );
  return [...packages.flatMap((name) => checkPackage(root, name)), ...importCircles(root, imports)];
}

/**
 * @param {string} root
 * @param {string} name Folder of the package.
 * @returns {Violation[]}
 */
function checkPackage(root, name) {
  const folder = join(root, 'packages', name);
  const manifest = readManifest(folder);
  if (rankOf(name) < 0) {
    const message = `package '${name}' has no place in the package order; add it to PACKAGE_ORDER in scripts/check-layers.mjs`;
    return [{ file: `packages/${name}/package.json`, line: 1, message }];
  }
  return ['src', 'test'].flatMap((part) =>
    sourceFiles(join(folder, part)).flatMap((file) =>
      importsOf(readFileSync(file, 'utf8')).flatMap(({ specifier, line }) => {
        const message = specifier.startsWith('.')
          ? checkRelative(folder, part, file, specifier)
          : checkBare(root, name, manifest, part, specifier);
        return message === undefined ? [] : [{ file: slashes(relative(root, file)), line, message }];
      }),
    ),
  );
}

/**
 * @param {string} folder
 * @param {string} part
 * @param {string} file
 * @param {string} specifier
 * @returns {string | undefined}
 */
function checkRelative(folder, part, file, specifier) {
  const target = resolve(dirname(file), specifier);
  if (!target.startsWith(folder + sep)) {
    return `'${specifier}' leaves the package; import another package by its name, through its exports`;
  }
  if (part !== 'src') {
    return undefined;
  }
  const src = join(folder, 'src');
  if (!target.startsWith(src + sep)) {
    return `'${specifier}' leaves src, and what is outside src is not built`;
  }
  if (folder.endsWith(`${sep}core`)) {
    return checkCoreLayer(layerOf(relative(src, file)), layerOf(relative(src, target)));
  }
  return undefined;
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {string | undefined}
 */
function checkCoreLayer(from, to) {
  const fromRank = CORE_LAYERS.findIndex((group) => group.includes(from));
  const toRank = CORE_LAYERS.findIndex((group) => group.includes(to));
  for (const [layer, rank] of /** @type {const} */ ([
    [from, fromRank],
    [to, toRank],
  ])) {
    if (rank < 0) {
      return `folder '${layer}' has no place in core's order; add it to CORE_LAYERS in scripts/check-layers.mjs`;
    }
  }
  if (from === to || toRank < fromRank) {
    return undefined;
  }
  const order = CORE_LAYERS.map((group) => group.join(', ')).join(' → ');
  return `'${from}' may not import '${to}': a folder imports only itself and folders to its left in ${order}`;
}

/**
 * @param {string} root
 * @param {string} name
 * @param {ReturnType<typeof readManifest>} manifest
 * @param {string} part
 * @param {string} specifier
 * @returns {string | undefined}
 */
function checkBare(root, name, manifest, part, specifier) {
  if (specifier.startsWith('#') && Object.keys(manifest.imports).some((key) => isNamedBy(key, specifier))) {
    return undefined;
  }
  if (specifier.startsWith('@descent/')) {
    return checkWorkspaceImport(root, name, manifest, part, specifier);
  }
  if (part !== 'src') {
    return undefined;
  }
  if (name === 'core') {
    return `'${specifier}': core imports no package and no module of Node, so that it runs anywhere`;
  }
  if (specifier.startsWith('node:')) {
    return undefined;
  }
  const dependency = packageOf(specifier);
  if (NODE_MODULES.has(dependency)) {
    return `'${specifier}': write 'node:${specifier}'`;
  }
  return dependency in manifest.dependencies ? undefined : `'${dependency}' is not in dependencies of ${manifest.name}`;
}

/**
 * @param {string} key Of `imports`, perhaps with a `*`.
 * @param {string} specifier
 */
function isNamedBy(key, specifier) {
  const [start = '', end] = key.split('*');
  if (end === undefined) return key === specifier;
  return specifier.length > start.length + end.length && specifier.startsWith(start) && specifier.endsWith(end);
}

/**
 * @param {string} root
 * @param {string} name
 * @param {ReturnType<typeof readManifest>} manifest
 * @param {string} part
 * @param {string} specifier
 * @returns {string | undefined}
 */
function checkWorkspaceImport(root, name, manifest, part, specifier) {
  const dependency = packageOf(specifier);
  const target = dependency.slice('@descent/'.length);
  const targetFolder = join(root, 'packages', target);
  if (!existsSync(join(targetFolder, 'package.json'))) {
    return `'${dependency}' is no package of this workspace`;
  }
  const entry = `.${specifier.slice(dependency.length)}`;
  const entries = Object.keys(readManifest(targetFolder).exports);
  if (!entries.includes(entry)) {
    return `'${specifier}' is no public entry of ${dependency}; its entries are ${entries.join(', ')}`;
  }
  if (part !== 'src') {
    return undefined;
  }
  if (name === 'core') {
    return `core imports no package, not even '${dependency}'; use a relative import`;
  }
  if (rankOf(target) >= rankOf(name)) {
    return `package '${name}' may not import '${target}': the order is core ← files ← datasets, runs, conformance, backend-* ← serve ← cli`;
  }
  return dependency in manifest.dependencies ? undefined : `'${dependency}' is not in dependencies of ${manifest.name}`;
}

/** @param {string} folder */
function readManifest(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return {
    name: String(manifest.name),
    exports: /** @type {Record<string, unknown>} */ (manifest.exports ?? {}),
    imports: /** @type {Record<string, unknown>} */ (manifest.imports ?? {}),
    /** @type {Record<string, unknown>} */
    dependencies: { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies },
  };
}

/** @param {string} path Relative to `src`. */
function layerOf(path) {
  return (path.split(sep)[0] ?? '').replace(/\.ts$/, '');
}

/** @param {string} name */
function rankOf(name) {
  return PACKAGE_ORDER.findIndex((pattern) => pattern.test(name));
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {string} path */
function slashes(path) {
  return path.split(sep).join('/');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
  const violations = checkLayers(root);
  for (const { file, line, message } of violations) {
    console.error(`${file}:${line}  ${message}`);
  }
  console.log(`check-layers: ${violations.length === 0 ? 'ok' : `${violations.length} violation(s)`}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
