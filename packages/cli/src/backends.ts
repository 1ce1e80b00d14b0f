import { type Backend, BackendError, tensor } from '@descent/core';
import { type BackendDescription, graph, type TextStore } from '@descent/core/backend';
import { type Choice, type ChooseOptions, chooseBackend } from '@descent/core/choose';
import { add, input } from '@descent/core/ops';
import { didYouMean } from './config/suggest.ts';
import { reason, UsageError } from './errors.ts';

/** A package that says which backends it has. */
interface BackendPackage {
  /** How the names of its backends begin. */
  readonly prefix: string;
  readonly name: string;
  readonly load: () => Promise<readonly BackendDescription[]>;
}

/** What is loaded on first use, since a package may not be installed. Which backends there are, the packages say. */
const PACKAGES: readonly BackendPackage[] = [
  {
    prefix: 'onnx',
    name: '@descent/backend-onnx',
    load: async () => (await import('@descent/backend-onnx')).onnxBackends,
  },
  {
    prefix: 'tfjs',
    name: '@descent/backend-tfjs',
    load: async () => (await import('@descent/backend-tfjs')).tfjsBackends,
  },
  {
    prefix: 'reference',
    name: '@descent/core',
    load: async () => (await import('@descent/core/reference')).referenceBackends,
  },
];

/**
 * The backends that a config can name, by what their packages say; one entry, `'tfjs:*'`, for those of a package that is not there. Where it is known
 * which `names` are looked for, other packages are not loaded.
 */
export async function loadBackends(
  names: readonly string[] = ['auto'],
  packages: readonly BackendPackage[] = PACKAGES,
): Promise<readonly BackendDescription[]> {
  const of = (name: string): readonly BackendPackage[] =>
    packages.filter(({ prefix }) => prefix === name.split(':')[0]);
  // Among what to choose, or what to suggest for a name that is wrong, are all.
  const needed = names.every((name) => of(name).length > 0) ? new Set(names.flatMap(of)) : packages;
  const load = (one: BackendPackage) => one.load().catch((cause: unknown) => [absent(one, cause)]);
  return (await Promise.all([...needed].map(load))).flat();
}

const ANY = ':*';

/** Stands for all backends of a package that cannot be loaded. */
function absent({ prefix, name }: BackendPackage, cause: unknown): BackendDescription {
  return {
    name: `${prefix}${ANY}`,
    summary: `the backends of ${name}`,
    packages: { node: [name] },
    isLastResort: false,
    note: '',
    open: () => {
      throw new BackendError(`the backends ${prefix}${ANY} could not be loaded`, {
        received: reason(cause),
        expected: `the package ${name}`,
        fix: `npm install ${name}`,
        cause,
      });
    },
  };
}

export interface OpenedBackend {
  readonly backend: Backend;
  /** Why `auto` chose this one; `null` when it was named. */
  readonly why: string | null;
  /** What `auto` measured; `null` when it was named. */
  readonly choice: Choice | null;
}

export type Availability =
  | { readonly works: true; readonly backend: Backend }
  | { readonly works: false; readonly error: unknown };

/** How `'auto'` chooses: see `chooseBackend`. */
export type AutoOptions = Required<Pick<ChooseOptions, 'key'>> &
  Pick<ChooseOptions, 'measure' | 'again' | 'milliseconds'> & { readonly store: TextStore | null };

/** What there is to open, and how to choose among it. */
export interface Available {
  readonly entries: readonly BackendDescription[];
  /** Called when a choice is asked for. */
  readonly auto: () => AutoOptions;
}

/**
 * Opens the backend of that name; `'auto'` opens the one that trains fastest here.
 * @throws UsageError for an unknown name, BackendError saying what is missing when a named backend does not work. Only `'auto'` falls back.
 */
export async function openBackend(name: string, { entries, auto }: Available): Promise<OpenedBackend> {
  if (name === 'auto') return openFastest(entries, auto());
  const entry = entryOf(name, entries);
  const tried = await tryBackend(entry);
  if (tried.works) return { backend: tried.backend, why: null, choice: null };
  throw tried.error instanceof BackendError
    ? tried.error
    : new BackendError(`the backend ${name} does not work here`, {
        received: reason(tried.error),
        fix: 'descent backends says which do',
        cause: tried.error,
      });
}

export interface OpenedBackends {
  readonly training: OpenedBackend;
  /** Is asked about the trained network: the same one where none is named, or the same. */
  readonly inference: Backend;
}

/** Calls `use` with the backends of those names, and releases whatever was opened, also when the second does not open. */
export async function withBackends<T>(
  names: { readonly training: string; readonly inference: string | null },
  use: (opened: OpenedBackends) => Promise<T>,
  available: Available,
): Promise<T> {
  const second = names.inference === names.training ? null : names.inference;
  // A wrong name is told before anything is opened.
  for (const name of [names.training, second]) if (name !== null) expectBackendName(name, available.entries);
  const training = await openBackend(names.training, available);
  try {
    if (second === null) return await use({ training, inference: training.backend });
    const { backend: inference } = await openBackend(second, available);
    try {
      return await use({ training, inference });
    } finally {
      await inference.dispose();
    }
  } finally {
    await training.backend.dispose();
  }
}

/** Throws a UsageError when there is no backend of that name; `'auto'` is one. Nothing is opened. */
export function expectBackendName(name: string, entries: readonly BackendDescription[]): void {
  if (name !== 'auto') entryOf(name, entries);
}

/** Throws a UsageError when there is no backend of that name. */
function entryOf(name: string, entries: readonly BackendDescription[]): BackendDescription {
  const isOf = (entry: BackendDescription): boolean =>
    entry.name.endsWith(ANY) && name.startsWith(entry.name.slice(0, -1));
  const entry = entries.find((e) => e.name === name) ?? entries.find(isOf);
  if (entry !== undefined) return entry;
  const names = ['auto', ...entries.map((e) => e.name)];
  // A package with several engines, or an engine without its package: which one is meant cannot be told.
  const near = entries.filter((e) => e.name.startsWith(`${name}:`) || e.name.split(':')[1]?.includes(name) === true);
  if (name.length > 1 && near.length > 0) {
    throw new UsageError(`there is no backend '${name}'`, {
      expected: near.map((e) => `'${e.name}' (${e.summary})`).join('; '),
      fix: 'name one of them; descent backends says which work here',
    });
  }
  throw new UsageError(`there is no backend '${name}'${didYouMean(name, names)}`, { expected: names.join(', ') });
}

async function openFastest(entries: readonly BackendDescription[], auto: AutoOptions): Promise<OpenedBackend> {
  const candidates = entries
    .filter(({ packages }) => packages.node !== undefined)
    .map((entry) => ({ ...entry, open: () => opened(entry) }));
  return chooseBackend(candidates, auto);
}

async function opened(entry: BackendDescription): Promise<Backend> {
  const tried = await tryBackend(entry);
  if (tried.works) return tried.backend;
  throw tried.error;
}

/** Opens a backend and lets it add two numbers: packages that are there may still lack a binary for this machine. One that does not work is released. */
export async function tryBackend({ name, open }: Pick<BackendDescription, 'name' | 'open'>): Promise<Availability> {
  let backend: Backend | undefined;
  try {
    backend = await open();
    await expectSum(name, backend);
    return { works: true, backend };
  } catch (error) {
    // The first error is the one to tell.
    await backend?.dispose().catch(() => {});
    return { works: false, error };
  }
}

async function expectSum(name: string, backend: Backend): Promise<void> {
  const x = input('x', [1]);
  const executable = await backend.compile({ graph: graph({ y: add(x, x) }), reads: [], writes: [] });
  try {
    const { y } = await executable.run({ x: tensor([2]) });
    if (y?.data[0] === 4) return;
    throw new BackendError(`the backend ${name} computes wrong numbers here`, { received: `2 + 2 = ${y?.data[0]}` });
  } finally {
    executable.dispose();
  }
}
