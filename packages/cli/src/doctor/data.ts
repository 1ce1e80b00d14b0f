import { mkdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DescentError } from '@descent/core';
import { type DatasetDescription, dataHome, describeDatasets, mirrorList } from '@descent/datasets';
import { expectWritable } from '@descent/files';
import { folderOf, presence } from '../datasets/sets.ts';
import { reason } from '../errors.ts';
import { shownPath } from '../io.ts';
import { type Finding, gibibytes, type Machine, type Section } from './finding.ts';

export interface DataOptions {
  readonly env: Machine['env'];
  readonly cwd: string;
  readonly cache: string;
  /** Whether servers are asked. */
  readonly online: boolean;
  /** Asks a server for the head of a file; Node's own by default. */
  readonly ask?: typeof fetch;
}

/** Where data sets lie, which are there, whether more can be fetched, and whether disks have room. */
export async function dataSection(options: DataOptions): Promise<Section> {
  const home = dataHome(options.env as NodeJS.ProcessEnv);
  const findings = [
    await homeFinding(home, options.cwd),
    ...(await mirrorFindings(options)),
    ...(await disks(home, options)),
  ];
  return { title: 'Data and disks', findings };
}

async function homeFinding(home: string, cwd: string): Promise<Finding> {
  const what = 'data folder';
  const shown = shownPath(home, cwd);
  try {
    await mkdir(home, { recursive: true });
    await expectWritable(join(home, 'a-file'));
  } catch (error) {
    const fix = 'export DESCENT_DATA_HOME=<a folder that can be written>';
    return { what, state: 'problem', found: `${shown} cannot be written: ${reason(error)}`, fix };
  }
  const sets = describeDatasets().filter(({ embedded }) => !embedded);
  const states = await Promise.all(sets.map(async (set) => ({ set, present: await presence(set, home, cwd) })));
  const wrong = states.filter(({ present }) => present.wrong.length > 0);
  if (wrong.length > 0) {
    const [{ set, present }] = wrong as [(typeof wrong)[0]];
    const found = `${shown}: ${present.wrong[0]}`;
    return {
      what,
      state: 'problem',
      found,
      fix: `move ${folderOf(set, home)} away, then descent datasets download ${set.id}`,
    };
  }
  const there = states.filter(({ present }) => present.train || present.test).map(({ set }) => set.id);
  return { what, state: 'ok', found: `${shown}: ${there.length === 0 ? 'no set yet' : there.join(', ')}` };
}

/** So long a server may take to say that a file is there. */
const PATIENCE_MS = 5000;

async function mirrorFindings({ env, online, ask = fetch }: DataOptions): Promise<readonly Finding[]> {
  const what = 'mirrors';
  if (!online) return [{ what, state: 'ok', found: 'not asked (--offline)' }];
  let hosts: ReadonlyMap<string, string>;
  try {
    hosts = mirrors(env);
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    const found = `DESCENT_MIRRORS: ${error.details.received ?? 'something else'} is no address of a mirror`;
    return [{ what, state: 'problem', found, fix: "export DESCENT_MIRRORS='https://mirror.example/data published'" }];
  }
  const answers = await Promise.all(
    [...hosts].map(async ([host, address]) => ({ host, problem: await problemOf(address, ask) })),
  );
  const silent = answers.filter(({ problem }) => problem !== null);
  const reached = answers.filter(({ problem }) => problem === null).map(({ host }) => host);
  const findings: Finding[] = [];
  if (reached.length > 0)
    findings.push({ what, state: 'ok', found: `${reached.join(', ')} answer${reached.length === 1 ? 's' : ''}` });
  if (silent.length > 0) {
    const fix =
      reached.length > 0
        ? 'the others are asked instead'
        : 'export HTTPS_PROXY and NODE_USE_ENV_PROXY=1, or DESCENT_MIRRORS=<an address that is reached>; mnist-sample, moons and more need no network';
    findings.push({
      what,
      state: 'note',
      found: `no answer from ${listed(silent)}`,
      fix,
    });
  }
  return findings;
}

/** The first few hosts, with what went wrong with each. */
function listed(silent: readonly { readonly host: string; readonly problem: string | null }[]): string {
  const shown = silent.slice(0, SHOWN).map(({ host, problem }) => `${host} (${problem})`);
  return silent.length <= SHOWN ? shown.join(', ') : `${shown.join(', ')} and ${silent.length - SHOWN} more`;
}

const SHOWN = 3;

/** One address for each host that data sets come from, as downloads ask them: those of `DESCENT_MIRRORS`, else the publishers. */
function mirrors(env: Machine['env']): ReadonlyMap<string, string> {
  const addresses = mirrorList(undefined, env).flatMap((word) =>
    word === 'published' ? describeDatasets().flatMap(published) : [word.replaceAll(/\{set\}|\{file\}/g, '')],
  );
  const hosts = new Map<string, string>();
  for (const address of addresses) hosts.set(new URL(address).host, address);
  return hosts;
}

/** Addresses of one file of a set, the first that it would be fetched from and those tried after it. */
function published({ files: [file], mirrors: bases }: DatasetDescription): readonly string[] {
  if (file === undefined) return [];
  return file.urls ?? bases.map((base) => `${base.replace(/\/$/, '')}/${file.name}`);
}

/** Why a server gave no file; null when it did. */
async function problemOf(address: string, ask: typeof fetch): Promise<string | null> {
  try {
    const { status } = await ask(address, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) });
    // A mirror's root need not answer with a page.
    return status < 500 ? null : `HTTP ${status}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `silent for ${PATIENCE_MS / 1000} s`;
    const cause = (error as { readonly cause?: { readonly code?: string } }).cause;
    return cause?.code ?? reason(error);
  }
}

/** With less than this, a data set or the checkpoints of a run may not fit. */
const SCARCE_BYTES = 2 ** 30;

async function disks(home: string, { cwd, cache }: DataOptions): Promise<readonly Finding[]> {
  const places = [
    {
      name: 'this folder',
      path: cwd,
      fix: 'descent runs list shows what runs take; or train with --out on another disk',
    },
    { name: 'data folder', path: home, fix: 'export DESCENT_DATA_HOME=<a folder on another disk>' },
    { name: 'cache', path: cache, fix: 'export XDG_CACHE_HOME=<a folder on another disk>' },
    { name: 'temporary files', path: tmpdir(), fix: 'export TMPDIR=<a folder on another disk>' },
  ];
  const found = await Promise.all(places.map(async (place) => ({ ...place, free: await freeBytes(place.path) })));
  const known = found.filter((place): place is typeof place & { free: number } => place.free !== undefined);
  const scarce = known.filter(({ free }) => free < SCARCE_BYTES);
  const findings: Finding[] = scarce.map(({ name, free, fix }) => ({
    what: 'disk',
    state: 'problem',
    found: `${name}: ${gibibytes(free)} free`,
    fix,
  }));
  const rest = known.filter(({ free }) => free >= SCARCE_BYTES);
  if (rest.length === 0) return findings;
  const least = Math.min(...rest.map(({ free }) => free));
  return [
    ...findings,
    {
      what: 'disk',
      state: 'ok',
      found: `${gibibytes(least)} free or more for ${rest.map(({ name }) => name).join(', ')}`,
    },
  ];
}

/** Of the disk that `path` is on, or will be; undefined where the system does not tell. */
async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    const parent = dirname(path);
    return parent === path ? undefined : freeBytes(parent);
  }
}
