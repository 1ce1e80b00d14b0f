export { acquireLock, type Held, type Lock, type LockOptions } from '../lock.ts';
export { type LockFiles, lockFiles } from '../lock-files.ts';
export type { LockOwner } from '../owner.ts';
