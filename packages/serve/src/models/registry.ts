import { UnavailableError } from '../batching/errors.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { RepositoryEntry } from '../protocol/metadata.ts';
import type { FoundModel, FoundModels } from './find-models.ts';
import type { LiveModel } from './live-model.ts';
import { publicReason, reason } from './reason.ts';

/** What happened with a model. */
export type ModelEvent =
  | { readonly type: 'loaded' | 'reloaded'; readonly live: LiveModel; readonly milliseconds: number }
  | { readonly type: 'unloaded'; readonly name: string; readonly version: string }
  | { readonly type: 'failed'; readonly name: string; readonly version?: string; readonly reason: string };

export interface RegistryOptions {
  readonly find: () => Promise<FoundModels>;
  readonly open: (found: FoundModel) => Promise<LiveModel>;
  /** Milliseconds between two looks at the files; 0: files are not looked at again. */
  readonly reload: number;
  readonly onEvent: (event: ModelEvent) => void;
}

/** The models of a server, as they are now. */
export interface Registry {
  /**
   * A version of a model, by default the highest that is ready.
   * @throws ProtocolError with the status 404 when there is none, UnavailableError when it is not ready.
   */
  get(name: string, version?: string): LiveModel;
  /** The versions of a model. Throws a ProtocolError with the status 404 when there is none. */
  versions(name: string): readonly string[];
  live(): readonly LiveModel[];
  index(): readonly RepositoryEntry[];
  /** Opens a version again that stopped working. */
  reopen(live: LiveModel): void;
  /** Looks at the files now, and resolves when what has changed is taken over. */
  refresh(): Promise<void>;
  /** Answers what waits and frees all networks. */
  close(): Promise<void>;
}

interface Slot {
  readonly name: string;
  readonly version: string;
  /** Of the files that were opened last, whether that worked or not. */
  signature: string;
  /** Of files that have changed; they are opened once they are the same at two looks, since they may still be written. */
  changed: string | null;
  /** Whether the network stopped working, though its files are as they were. */
  hasStopped: boolean;
  /** Whether the files were gone at the last look. */
  isMissing: boolean;
  live: LiveModel | null;
  reason: string;
}

/**
 * Opens all models that are found.
 * @throws what is thrown for the first, when none can be opened.
 */
export async function createRegistry({ find, open, reload, onEvent }: RegistryOptions): Promise<Registry> {
  const slots = new Map<string, Slot>();
  let unusable: FoundModels['unusable'] = [];
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  const retiring = new Set<Promise<void>>();

  const retire = (live: LiveModel): void => {
    const done = live
      .retire()
      .catch(() => {})
      .finally(() => retiring.delete(done));
    retiring.add(done);
  };

  const openInto = async (slot: Slot, found: FoundModel): Promise<unknown> => {
    const start = performance.now();
    slot.signature = found.signature;
    slot.changed = null;
    try {
      const live = await open(found);
      const before = slot.live;
      slot.live = live;
      slot.hasStopped = false;
      slot.reason = '';
      if (before !== null) retire(before);
      onEvent({ type: before === null ? 'loaded' : 'reloaded', live, milliseconds: performance.now() - start });
      return null;
    } catch (error) {
      const before = slot.live === null ? '' : 'the changed file could not be opened, the one before it answers: ';
      slot.reason = `${before}${publicReason(error)}`;
      onEvent({ type: 'failed', name: slot.name, version: slot.version, reason: `${before}${reason(error)}` });
      return error;
    }
  };

  const keyOf = ({ name, version }: { readonly name: string; readonly version: string }): string =>
    `${name}/${version}`;

  const newSlot = ({ name, version, signature }: FoundModel): Slot => {
    const slot: Slot = {
      name,
      version,
      signature,
      changed: null,
      hasStopped: false,
      isMissing: false,
      live: null,
      reason: 'loading',
    };
    slots.set(keyOf(slot), slot);
    return slot;
  };

  const noteUnusable = (found: FoundModels): void => {
    for (const one of found.unusable)
      if (!unusable.some(({ name, reason }) => name === one.name && reason === one.reason))
        onEvent({ type: 'failed', name: one.name, reason: one.reason });
    unusable = found.unusable;
  };

  const look = async (settled: boolean): Promise<void> => {
    // A folder that cannot be read now is no reason to stop answering.
    const found = await find().catch(() => null);
    if (isClosed || found === null) return;
    noteUnusable(found);
    for (const one of found.models) {
      const slot = slots.get(keyOf(one));
      if (slot === undefined) {
        const made = newSlot(one);
        // A new file may still be written.
        made.signature = '';
        made.changed = one.signature;
        if (settled) await openInto(made, one);
      } else if (slot.hasStopped) await openInto(slot, one);
      else if (slot.signature === one.signature) slot.changed = null;
      else if (settled || slot.changed === one.signature) await openInto(slot, one);
      else slot.changed = one.signature;
      if (slot !== undefined) slot.isMissing = false;
      if (isClosed) return;
    }
    for (const [key, slot] of slots) {
      if (found.models.some((one) => keyOf(one) === key)) continue;
      if (!slot.isMissing && !settled) {
        slot.isMissing = true;
        continue;
      }
      slots.delete(key);
      if (slot.live === null) continue;
      retire(slot.live);
      onEvent({ type: 'unloaded', name: slot.name, version: slot.version });
    }
  };

  const again = (): void => {
    if (reload <= 0 || isClosed) return;
    timer = setTimeout(() => {
      work = work.then(() => look(false)).catch(() => {});
      void work.then(again);
    }, reload);
    timer.unref();
  };

  const first = await find();
  noteUnusable(first);
  let error: unknown = null;
  for (const found of first.models) {
    const failure = await openInto(newSlot(found), found);
    error ??= failure;
  }
  if ([...slots.values()].every(({ live }) => live === null)) throw error;
  again();

  const named = (name: string): readonly Slot[] => {
    const found = [...slots.values()].filter((slot) => slot.name === name);
    if (found.length > 0) return found.sort((a, b) => Number(b.version) - Number(a.version));
    throw new ProtocolError(
      'there is no model of this name',
      { received: name.slice(0, 100), expected: [...new Set([...slots.values()].map((slot) => slot.name))].join(', ') },
      404,
    );
  };

  return {
    get(name, version) {
      const found = named(name);
      const slot =
        version === undefined ? (found.find(({ live }) => live !== null) ?? found[0]) : slots.get(`${name}/${version}`);
      if (slot === undefined) {
        throw new ProtocolError(
          `the model '${name}' has no such version`,
          { received: (version ?? '').slice(0, 100), expected: found.map((one) => one.version).join(', ') },
          404,
        );
      }
      if (slot.live !== null) return slot.live;
      throw new UnavailableError(`the model '${name}' is not ready`, {
        path: `version ${slot.version}`,
        received: slot.reason,
      });
    },
    versions: (name) =>
      named(name)
        .map(({ version }) => version)
        .reverse(),
    live: () => [...slots.values()].flatMap(({ live }) => (live === null ? [] : [live])),
    index: () => [
      ...[...slots.values()].map(
        ({ name, version, live, reason: why }): RepositoryEntry => ({
          name,
          version,
          state: live === null ? (why === 'loading' ? 'LOADING' : 'UNAVAILABLE') : 'READY',
          reason: why,
        }),
      ),
      ...unusable.map(({ name, reason: why }): RepositoryEntry => ({ name, state: 'UNAVAILABLE', reason: why })),
    ],
    reopen(live) {
      const slot = slots.get(keyOf(live));
      if (slot?.live !== live || isClosed) return;
      slot.live = null;
      slot.reason = 'loading';
      slot.hasStopped = true;
      retire(live);
      work = work.then(() => look(true)).catch(() => {});
    },
    refresh() {
      work = work.then(() => look(true)).catch(() => {});
      return work;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await work;
      for (const { live } of slots.values()) if (live !== null) retire(live);
      slots.clear();
      while (retiring.size > 0) await Promise.all(retiring);
    },
  };
}
