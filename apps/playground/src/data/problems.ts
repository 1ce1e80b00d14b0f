import { ProblemError, problemOf } from '../session/problem.ts';
import { texts } from './messages.ts';

/** What to say when the browser did not keep what was added. */
export function noRoom(error: unknown): ProblemError {
  const { message } = problemOf(error);
  return new ProblemError({ name: 'StorageError', message: texts().noRoom, received: message, fix: texts().noRoomFix });
}
