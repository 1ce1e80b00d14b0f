import type { Backend } from '../backend/contract.ts';
import { pageStore, type TextStore } from '../backend/text-store.ts';
import { BackendError, ValueError } from '../errors.ts';
import { describeValue, expectNumber, expectOptions } from '../options.ts';
import { type Choice, decodeChoice, encodeChoice, formatChoice } from './choice.ts';
import { hostKey } from './host-key.ts';
import { judge, type Result } from './judge.ts';
import { type Candidate, type Measure, measureInTurn } from './measure-in-turn.ts';
import { type TrialOptions, tryTraining } from './trial.ts';

export interface ChooseOptions extends TrialOptions {
  /** Where the choice is kept. Default: the Cache Storage of a page, and nowhere else. `null`: nowhere. */
  readonly store?: TextStore | null;
  /**
   * What the choice depends on, besides the candidates and what a browser says of itself and of its devices: versions of packages and runtimes, such
   * as the version of a page, and the machine. A choice that was kept under another key is measured anew. Default `''`.
   */
  readonly key?: string;
  /** How long a candidate may take, in milliseconds, from opening to the last step. Default 20,000. */
  readonly timeout?: number;
  /** Whether to measure even though there is a choice that was kept. Default false. */
  readonly again?: boolean;
  /**
   * Measures candidates. Default: `measureInTurn()`, in this thread, where one that ends the process ends everything. A program can call
   * `tryTraining` in other processes.
   */
  readonly measure?: Measure;
}

/** A backend that was chosen. */
export interface Chosen {
  readonly backend: Backend;
  readonly choice: Choice;
  /** Why this one, in one line, and how to have it measured again. */
  readonly why: string;
}

const OPTIONS: readonly string[] = ['store', 'key', 'timeout', 'again', 'measure', 'milliseconds'];

/** Of two that are so close, the one that was named first is taken, so that noise does not decide. */
const CLOSE = 1.1;

/**
 * Opens the backend that trains fastest here: each candidate trains two small networks for a moment, and what it took is kept for a month. One
 * that fails, does not end in time, or computes other losses than the others and the reference interpreter is not taken, and named.
 * @throws BackendError when none works.
 */
export async function chooseBackend(candidates: readonly Candidate[], options: ChooseOptions = {}): Promise<Chosen> {
  expectOptions('chooseBackend', options, OPTIONS);
  expectCandidates(candidates);
  const { store = pageStore('backend') ?? null, again = false, timeout = 20_000 } = options;
  expectNumber('timeout', timeout, { above: 0 });
  const key = [options.key ?? '', await hostKey(), ...candidates.map(({ name }) => name)].join('\n');
  const remembered = again ? null : await recall(candidates, store, key);
  if (remembered !== null) return remembered;
  const exclusively = store?.exclusively ?? (<T>(work: () => Promise<T>): Promise<T> => work());
  return exclusively(async () => {
    // Another process may have measured while this one waited for it.
    const meanwhile = again ? null : await recall(candidates, store, key);
    return meanwhile ?? measured(candidates, { ...options, timeout }, store, key);
  });
}

/** What was kept, opened; null where there is nothing, or it does not open any more. */
async function recall(candidates: readonly Candidate[], store: TextStore | null, key: string): Promise<Chosen | null> {
  const text = await store?.read();
  const choice = text === undefined ? undefined : await decodeChoice(text, key, new Date());
  const candidate = candidates.find(({ name }) => name === choice?.name);
  if (choice === undefined || candidate === undefined) return null;
  const backend = await candidate.open().catch(() => null);
  const day = choice.measured.slice(0, 10);
  const why = `${formatChoice(choice)}; remembered from ${day}; remove ${store?.place} to measure again`;
  return backend === null ? null : { backend, choice, why };
}

async function measured(
  candidates: readonly Candidate[],
  { measure, timeout, milliseconds }: ChooseOptions & { readonly timeout: number },
  store: TextStore | null,
  key: string,
): Promise<Chosen> {
  const fast = candidates.filter(({ isLastResort }) => !isLastResort);
  const trials = await (measure ?? measureInTurn(milliseconds === undefined ? {} : { milliseconds }))(fast, timeout);
  const results = await judge(trials, async () => {
    const { referenceBackend } = await import('../reference/backend.ts');
    return tryTraining(
      { name: 'the reference interpreter', open: async () => referenceBackend() },
      { milliseconds: 0 },
    );
  });
  const ranked = [...rank(results), ...candidates.filter(({ isLastResort }) => isLastResort).map(({ name }) => name)];
  const failures: string[] = [];
  for (const name of ranked) {
    const candidate = candidates.find((other) => other.name === name) as Candidate;
    try {
      const backend = await candidate.open();
      const choice = { name, measured: new Date().toISOString(), results };
      return { backend, choice, why: `${formatChoice(choice)}; ${await keep(choice, store, key)}` };
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message.split('\n', 1)[0]}`);
    }
  }
  const problems = results.flatMap((result) =>
    result.state === 'measured' ? [] : [`${result.name}: ${result.problem}`],
  );
  throw new BackendError('no backend works here', {
    received: [...problems, ...failures].join('; ') || 'no candidates',
    expected: 'one that opens, trains two small networks, and has the losses of the reference interpreter',
    fix: 'install the packages of one of them, such as npm install @descent/backend-onnx onnxruntime-node',
  });
}

/** The names of those that were measured, the best first. */
function rank(results: readonly Result[]): readonly string[] {
  const left = results.filter((result) => result.state === 'measured');
  const ranked: string[] = [];
  while (left.length > 0) {
    const best = Math.min(...left.map(({ msPerStep }) => msPerStep));
    const next = left.findIndex(({ msPerStep }) => msPerStep <= CLOSE * best);
    ranked.push(...left.splice(next, 1).map(({ name }) => name));
  }
  return ranked;
}

/** Keeps a choice, and says what came of that. A place that cannot be written to costs a measurement each time, no more. */
async function keep(choice: Choice, store: TextStore | null, key: string): Promise<string> {
  if (store === null) return 'measured now';
  try {
    const text = await encodeChoice(choice, key);
    if (text === undefined) return 'measured now, kept nowhere: the page is not served over https';
    await store.write(text);
    return `measured now; remove ${store.place} to measure again`;
  } catch (error) {
    return `measured now, and next time again: ${(error as Error).message.split('\n', 1)[0]}`;
  }
}

function expectCandidates(candidates: unknown): void {
  const isCandidate = (value: unknown): boolean => {
    const { name, open } = (value ?? {}) as Partial<Candidate>;
    return typeof name === 'string' && typeof open === 'function';
  };
  if (Array.isArray(candidates) && candidates.length > 0 && candidates.every(isCandidate)) return;
  throw new ValueError('chooseBackend chooses among descriptions of backends', {
    path: 'candidates',
    received: Array.isArray(candidates) ? `[${candidates.map(describeValue).join(', ')}]` : describeValue(candidates),
    expected: 'at least one { name, open, isLastResort }',
    fix: "import { onnxBackends } from '@descent/backend-onnx' and give these",
  });
}
