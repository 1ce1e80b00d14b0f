import { BackendError } from '../errors.ts';

/** Whether something that was created can still be used. */
export interface Lifetime {
  /** @throws BackendError once this or its owner has ended. */
  check(): void;
  /** Whether `end` was called. */
  readonly isOver: boolean;
  end(): void;
}

/** The lifetime of `what`, such as `'the executable'`; it ends with that of its `owner` at the latest. */
export function lifetime(what: string, owner?: Lifetime): Lifetime {
  let ended = false;
  return {
    check() {
      owner?.check();
      if (!ended) return;
      throw new BackendError(`${what} was used after dispose`, {
        fix: 'dispose it after its last use, or create another one',
      });
    },
    get isOver() {
      return ended;
    },
    end() {
      ended = true;
    },
  };
}
