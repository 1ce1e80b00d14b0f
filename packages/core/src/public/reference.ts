export { type ReferenceOptions, referenceBackend } from '../reference/backend.ts';
