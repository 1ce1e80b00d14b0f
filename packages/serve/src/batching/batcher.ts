import type { Feeds, RunOptions } from '../models/served-model.ts';
import { GoneError, UnavailableError } from './errors.ts';
import { joinFeeds, splitOutputs } from './join.ts';

export interface BatcherOptions {
  /** The most rows that requests are joined to. 1: each request runs alone. */
  readonly maxBatch: number;
  /** Milliseconds that a request may wait for others while nothing runs. */
  readonly maxDelay: number;
  /** Requests that may wait; one more is refused. */
  readonly queue: number;
  /** Milliseconds from the arrival of a request to its answer. */
  readonly timeout: number;
  /** Runs that may be under way: the next is handed over while one computes. Default 2. */
  readonly ahead?: number;
}

/** One request. */
export interface BatchRequest {
  readonly feeds: Feeds;
  /** Rows of its first axis; `null` for a request that must run alone. */
  readonly rows: number | null;
  /** Requests of one key have equal shapes but for the rows. */
  readonly key: string;
  /** Whether nobody needs the memory of `feeds` afterwards. Default false. */
  readonly isOwn?: boolean;
  /** Whether nobody waits for the answer any more. */
  readonly isGone?: () => boolean;
}

/** What happened with one run of the network. */
export interface RunReport {
  readonly requests: number;
  readonly rows: number;
  readonly milliseconds: number;
}

export interface Batcher {
  /**
   * The outputs for a request, as if it ran alone.
   * @throws UnavailableError when the queue is full or time is over, GoneError when nobody waits any more, and what the network throws.
   */
  submit(request: BatchRequest): Promise<Feeds>;
  /** Requests that wait. */
  waiting(): number;
  /** Resolves when nothing waits and nothing runs. Nothing may be submitted any more. */
  drained(): Promise<void>;
}

interface Item extends BatchRequest {
  readonly arrived: number;
  readonly resolve: (outputs: Feeds) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  settled: boolean;
}

/** Joins requests that wait at the same time. What fails together is tried alone, so that nobody pays for the values of another. */
export function createBatcher(
  run: (feeds: Feeds, options: RunOptions) => Promise<Feeds>,
  { maxBatch, maxDelay, queue, timeout, ahead = 2 }: BatcherOptions,
  onRun: (report: RunReport) => void = () => {},
): Batcher {
  let waiting: Item[] = [];
  let running = 0;
  let joins = maxBatch > 1;
  let isScheduled = false;
  let delay: NodeJS.Timeout | undefined;
  let onDrained: (() => void) | null = null;

  const settle = (item: Item, finish: () => void): void => {
    if (item.settled) return;
    item.settled = true;
    clearTimeout(item.timer);
    finish();
  };

  /** Takes those out that have their answer, or do not want one. */
  const clean = (): void => {
    if (!waiting.some((item) => item.settled || item.isGone?.() === true)) return;
    for (const item of waiting)
      if (item.isGone?.() === true) settle(item, () => item.reject(new GoneError('nobody waits for the answer')));
    waiting = waiting.filter((item) => !item.settled);
  };

  /** The oldest request, and those that can be joined to it. */
  const take = (): readonly Item[] => {
    const [first] = waiting as [Item];
    if (!joins || first.rows === null) {
      waiting.shift();
      return [first];
    }
    const taken: Item[] = [];
    const left: Item[] = [];
    let rows = 0;
    for (const item of waiting) {
      const fits = item.rows !== null && item.key === first.key && (taken.length === 0 || rows + item.rows <= maxBatch);
      if (fits && rows < maxBatch) {
        taken.push(item);
        rows += item.rows as number;
      } else left.push(item);
    }
    waiting = left;
    return taken;
  };

  /** Milliseconds that the oldest request may wait for more. */
  const patience = (): number => {
    const [first] = waiting as [Item];
    if (!joins || maxDelay <= 0 || first.rows === null || running > 0) return 0;
    let rows = 0;
    for (const item of waiting) if (item.key === first.key) rows += item.rows ?? 0;
    return rows >= maxBatch ? 0 : first.arrived + maxDelay - performance.now();
  };

  const pump = (): void => {
    isScheduled = false;
    clearTimeout(delay);
    clean();
    while (running < ahead && waiting.length > 0) {
      const wait = patience();
      if (wait > 0.2) {
        delay = setTimeout(pump, wait);
        return;
      }
      start(take());
    }
    if (running === 0 && waiting.length === 0) onDrained?.();
  };

  /** Requests that arrive in the same turn of the event loop are joined without a wait. */
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(pump);
  };

  const alone = async (item: Item): Promise<void> => {
    try {
      const outputs = await measured([item]);
      settle(item, () => item.resolve(outputs));
    } catch (error) {
      settle(item, () => item.reject(error));
    }
  };

  const measured = async (items: readonly Item[]): Promise<Feeds> => {
    const start = performance.now();
    // Alone is the last try of a request; what was joined is a copy.
    const move = items.length > 1 || items[0]?.isOwn === true;
    const outputs = await run(joinFeeds(items.map(({ feeds }) => feeds)), { move });
    const rows = items.reduce((sum, item) => sum + (item.rows ?? 1), 0);
    onRun({ requests: items.length, rows, milliseconds: performance.now() - start });
    return outputs;
  };

  const together = async (items: readonly Item[]): Promise<void> => {
    const parts = await measured(items).then(
      (outputs) =>
        splitOutputs(
          outputs,
          items.map(({ rows }) => rows as number),
        ),
      () => undefined,
    );
    if (parts !== null && parts !== undefined) {
      items.forEach((item, i) => {
        settle(item, () => item.resolve(parts[i] as Feeds));
      });
      return;
    }
    // Outputs without a row for each sample belong to nobody.
    if (parts === null) joins = false;
    for (const item of items) if (!item.settled) await alone(item);
  };

  const start = (items: readonly Item[]): void => {
    running += 1;
    const [first] = items as readonly [Item];
    void (items.length === 1 ? alone(first) : together(items)).finally(() => {
      running -= 1;
      // At once, since the network is idle.
      pump();
    });
  };

  return {
    submit(request) {
      if (waiting.length >= queue) clean();
      if (waiting.length >= queue) return Promise.reject(fullQueue(queue));
      return new Promise<Feeds>((resolve, reject) => {
        const timer = setTimeout(() => settle(item, () => reject(tooLate(timeout))), timeout);
        const item: Item = { ...request, arrived: performance.now(), resolve, reject, timer, settled: false };
        waiting.push(item);
        if (running < ahead) schedule();
      });
    },
    waiting: () => waiting.length,
    drained: () =>
      new Promise((resolve) => {
        onDrained = resolve;
        schedule();
      }),
  };
}

function fullQueue(queue: number): UnavailableError {
  return new UnavailableError('the server has more requests than it can answer', {
    received: `a request while ${queue} wait`,
    fix: 'ask again after the time that Retry-After says, or start more servers',
  });
}

function tooLate(timeout: number): UnavailableError {
  return new UnavailableError(
    'the answer was not there in time',
    { received: `a request that waited ${timeout} ms`, fix: 'send fewer or smaller requests, or raise the timeout' },
    504,
  );
}
