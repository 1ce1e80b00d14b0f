export { expectWritable } from '../expect-writable.ts';
export { FileError, type FileFault, faultOf, fileError } from '../file-error.ts';
export { codeOf, type FileSystem, nodeFileSystem } from '../file-system.ts';
export { acquireLock, type Held, type Lock, type LockOptions } from '../lock/lock.ts';
export type { LockOwner } from '../lock/owner.ts';
export { type FolderOptions, makeFolder, makeFolderSync } from '../make-folder.ts';
export { textFile } from '../text-file.ts';
export { userCache } from '../user-cache.ts';
export { removeLeftovers, type WriteOptions, type WritingFileSystem, writeAtomically } from '../write-atomically.ts';
