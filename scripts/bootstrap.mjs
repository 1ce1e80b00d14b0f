// `npm start` and `npm test` on a machine that has Node and npm and nothing else: gets the pinned pnpm, installs, builds, runs.
// Uses no package, and no syntax newer than the oldest Node whose user should read the version message below.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pnpmCommand, pnpmEnvironment, SHELL } from './pnpm.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const STAMP = join(ROOT, 'node_modules', '.descent-install');
const CLI = join(ROOT, 'packages', 'cli', 'dist', 'main.js');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/**
 * What each job builds (projects of `tsc -b`) and then runs.
 *
 * @type {Readonly<Record<string, { readonly projects: readonly string[], readonly command: readonly string[] }>>}
 */
const JOBS = {
  start: { projects: ['.'], command: [CLI, 'demo'] },
  descent: { projects: ['.'], command: [CLI] },
  bench: { projects: ['bench'], command: [join(ROOT, 'bench', 'dist', 'main.js')] },
  gpu: { projects: ['bench'], command: [join(ROOT, 'bench', 'dist', 'gpu', 'main.js')] },
  example: { projects: ['examples'], command: [join(ROOT, 'examples', 'dist', 'main.js')] },
  playground: { projects: ['.'], command: [join(ROOT, 'apps', 'playground', 'scripts', 'serve.mjs')] },
  fuzz: { projects: ['.'], command: [join(ROOT, 'tools', 'fuzz', 'main.mjs')] },
  test: { projects: ['.'], command: [join(ROOT, 'scripts', 'run-tests.mjs')] },
};

checkNode();
const [name = '', ...jobArguments] = process.argv.slice(2);
const job = JOBS[name];
if (job === undefined) {
  stop(`bootstrap: '${name}' is no job; expected one of ${Object.keys(JOBS).join(', ')} (as in: npm start, npm test).`);
}
prepare(job.projects);
process.exitCode = node(job.command.concat(jobArguments));

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [wantedMajor = 0, wantedMinor = 0] = String(engines.node)
    .replace(/[^\d.]/g, '')
    .split('.')
    .map(Number);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    stop(
      `Descent needs Node ${engines.node}; this is ${process.versions.node} (${process.execPath}).\n` +
        'Install Node 20.19, 22 or 24 (from nodejs.org or with a version manager) and run the command again.',
    );
  }
}

/**
 * Installs when the wanted packages changed, then builds what changed.
 *
 * @param {readonly string[]} projects
 */
function prepare(projects) {
  const state = installState();
  if (!existsSync(STAMP) || !existsSync(COMPILER) || readFileSync(STAMP, 'utf8') !== state) {
    console.log('descent: installing packages (later runs skip this)');
    install();
    writeFileSync(STAMP, state);
  }
  // `tsc -b` does nothing where no source changed.
  console.log('descent: building');
  if (node([COMPILER, '-b', ...projects]) !== 0) {
    stop('descent: the build failed; the errors above say where.');
  }
}

/** What decides the content of node_modules: the lockfile, the manifests, the platform. */
function installState() {
  const folders = ['packages', 'apps'].filter((group) => existsSync(join(ROOT, group)));
  const members = folders.reduce(
    (found, group) => found.concat(readdirSync(join(ROOT, group)).map((folder) => `${group}/${folder}`)),
    ['.', 'bench', 'examples'],
  );
  const manifests = members.map((member) => `${member}/package.json`).sort();
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'].concat(manifests)) {
    if (existsSync(join(ROOT, file))) {
      hash
        .update(file)
        .update(readFileSync(join(ROOT, file)))
        .update('\0');
    }
  }
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

function install() {
  const environment = pnpmEnvironment();
  // `--prod=false`: NODE_ENV=production would leave the compiler out.
  const options = ['install', '--frozen-lockfile', '--ignore-scripts', '--prod=false'];
  const [command, ...words] = pnpmCommand(environment).concat(options);
  const status = run(/** @type {string} */ (command), words, environment, SHELL);
  if (status !== 0) {
    stop(
      `descent: '${[command].concat(words).join(' ')}' failed (exit ${status}).\n` +
        'If it says that the lockfile is outdated, a package.json was edited: run `pnpm install` and commit pnpm-lock.yaml.\n' +
        'Otherwise see whether the npm registry can be reached: `npm ping`.',
    );
  }
}

/** @param {readonly string[]} words */
function node(words) {
  return run(process.execPath, words, process.env, false);
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} environment
 * @param {boolean} shell
 * @returns {number} The exit status.
 */
function run(command, words, environment, shell) {
  const { status, error } = spawnSync(command, words, { cwd: ROOT, stdio: 'inherit', env: environment, shell });
  if (error !== undefined) {
    console.error(`descent: '${command}' could not be started: ${error.message}`);
  }
  return status === null ? 1 : status;
}

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  console.error(message);
  process.exit(1);
}
