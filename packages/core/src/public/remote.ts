export { type Address, type AnyWorker, type WorkerOption, workerOf } from '../backend/worker-option.ts';
export { absoluteAddresses } from '../remote/addresses.ts';
export type { BackendCalls, BackendFacts } from '../remote/backend-calls.ts';
export { type Link, openLink } from '../remote/link.ts';
export { type AnyCalls, copied, moving } from '../remote/messages.ts';
export type { ProgramData } from '../remote/program-data.ts';
export { type RemoteOptions, type RemoteParts, type RemoteState, remoteParts } from '../remote/remote-parts.ts';
export { startThread, type ThreadOwner, threadScript } from '../remote/thread.ts';
