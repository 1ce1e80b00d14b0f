export { type ReferenceOptions, referenceBackend } from '../reference/backend.ts';
export { referenceBackends } from '../reference/backends.ts';
export { constantValues } from '../reference/constant-values.ts';
