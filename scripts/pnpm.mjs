// How the scripts here start pnpm, on a machine that may not have it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** npm's and pnpm's commands are batch files on Windows, which only a shell starts. */
export const SHELL = process.platform === 'win32';

/**
 * The environment for pnpm: no install script downloads, no questions, and caches inside the repository where the home
 * folder cannot be written.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function pnpmEnvironment() {
  const environment = Object.assign({}, process.env, {
    // The binaries for the CPU are inside the npm package; its install script would only fetch those for CUDA.
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    // Stay with the pnpm that was chosen: it must neither fetch another version of itself nor ask questions.
    npm_config_manage_package_manager_versions: 'false',
    npm_config_confirm_modules_purge: 'false',
    npm_config_update_notifier: 'false',
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  });
  if (writable(homedir())) {
    return environment;
  }
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  return Object.assign(environment, {
    HOME: cache,
    npm_config_cache: join(cache, 'npm'),
    npm_config_store_dir: join(cache, 'pnpm-store'),
    npm_config_cache_dir: join(cache, 'pnpm'),
    npm_config_state_dir: join(cache, 'pnpm-state'),
  });
}

/**
 * The command that starts pnpm: the one on PATH when its major version is the pinned one, else the pinned one through npx.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {[string, ...string[]]}
 */
export function pnpmCommand(environment) {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const pinned = String(packageManager)
    .replace(/^pnpm@/, '')
    .replace(/\+.*$/, '');
  const probe = spawnSync('pnpm', ['--version'], { cwd: ROOT, env: environment, encoding: 'utf8', shell: SHELL });
  const found = probe.status === 0 ? probe.stdout.trim() : '';
  return found.split('.')[0] === pinned.split('.')[0] ? ['pnpm'] : ['npx', '--yes', `pnpm@${pinned}`];
}

/** @param {string} folder */
function writable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
