import type { ModelEvent } from '../models/registry.ts';

/** What a server does, for a log. */
export type ServeEvent =
  | ModelEvent
  | {
      readonly type: 'request';
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly milliseconds: number;
    }
  /** A mistake of the program, which was answered with 500. */
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'closing' };
