// Compares three lists that must be one: the files in src/public, the exports map of package.json, and the packed files.
// Run after a build: node scripts/check-exports.mjs [root]
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What one entry exports, in this order: the first matching condition wins.
 *
 * @param {string} stem Name of the file in `src/public`, without extension.
 */
function expectedTargets(stem) {
  return {
    '@descent/source': `./src/public/${stem}.ts`,
    types: `./dist/public/${stem}.d.ts`,
    default: `./dist/public/${stem}.js`,
  };
}

/**
 * @param {string} folder A package.
 * @param {readonly string[]} packed Paths in its tarball, from the package's folder.
 * @returns {string[]} What is wrong, one line each.
 */
export function checkExports(folder, packed) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  /** @type {Record<string, Record<string, string>>} */
  const exportsMap = manifest.exports ?? {};
  /** @type {typeof exportsMap} pnpm puts these in place of `exports` when it packs. */
  const published = manifest.publishConfig?.exports ?? exportsMap;
  const publicFolder = join(folder, 'src', 'public');
  const stems = existsSync(publicFolder)
    ? readdirSync(publicFolder)
        .filter((name) => name.endsWith('.ts'))
        .map((name) => name.slice(0, -'.ts'.length))
    : [];
  const entries = Object.keys(exportsMap);
  const entryOf = (/** @type {string} */ stem) => (stem === 'index' ? '.' : `./${stem}`);

  const unlisted = stems
    .filter((stem) => !entries.includes(entryOf(stem)))
    .map((stem) => `src/public/${stem}.ts is not in exports; add "${entryOf(stem)}" or move the file`);

  const wrong = entries.flatMap((entry) => {
    const stem = entry === '.' ? 'index' : entry.slice('./'.length);
    if (!stems.includes(stem)) {
      return [`exports has "${entry}" but src/public/${stem}.ts does not exist`];
    }
    const expected = JSON.stringify(expectedTargets(stem));
    const found = JSON.stringify(exportsMap[entry]);
    return found === expected ? [] : [`exports "${entry}" is ${found}; expected, in this order, ${expected}`];
  });

  const unpublished =
    Object.keys(published).join() === entries.join() ? [] : ['publishConfig.exports has other entries than exports'];

  const targets = [
    ...Object.values(published).flatMap((conditions) => Object.values(conditions)),
    ...Object.values(/** @type {Record<string, string>} */ (manifest.bin ?? {})),
  ];
  const missing = targets
    .map((target) => target.replace(/^\.\//, ''))
    .filter((target) => !packed.includes(target))
    .map((target) => `${target} is not in the tarball; build first (pnpm build), then look at "files"`);

  const stray = packed
    .filter((path) => /(?:^|\/)(?:test|node_modules)\/|\.tsbuildinfo|\.tgz$/.test(path))
    // Projects to begin with bring their own tests.
    .filter((path) => !path.startsWith('templates/'))
    .map((path) => `${path} is in the tarball and should not be`);

  return [...unlisted, ...wrong, ...unpublished, ...missing, ...stray];
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function packedFiles(folder) {
  const options = /** @type {const} */ ({ cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], options);
  /** @type {unknown} npm up to 11 prints an array, npm 12 a record by package name. */
  const listed = JSON.parse(printed);
  const [first] = /** @type {{ files: { path: string }[] }[]} */ (
    Array.isArray(listed) ? listed : Object.values(/** @type {object} */ (listed))
  );
  return (first?.files ?? []).map(({ path }) => path);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
  const folders = readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private !== true);
  let problems = 0;
  for (const folder of folders) {
    for (const problem of checkExports(folder, packedFiles(folder))) {
      problems += 1;
      console.error(`${folder.slice(root.length + 1)}: ${problem}`);
    }
  }
  console.log(`check-exports: ${problems === 0 ? 'ok' : `${problems} problem(s)`}`);
  process.exitCode = problems === 0 ? 0 : 1;
}
