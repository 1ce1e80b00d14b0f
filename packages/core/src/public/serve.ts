export { type BackendCalls, type BackendFacts, GIVE_ARRAYS } from '../remote/backend-calls.ts';
export type { AnyCalls } from '../remote/messages.ts';
export type { Port } from '../remote/port.ts';
export type { ProgramData } from '../remote/program-data.ts';
export { type Handlers, serve } from '../remote/serve.ts';
export { backendHandlers, type ServedBackend, serveBackend } from '../remote/serve-backend.ts';
