import { expose } from 'comlink';
import type { SessionEvent, WorkerApi } from './protocol.ts';
import { createSession } from './session.ts';
import { sendProblems } from './travel.ts';

let listener: (event: SessionEvent) => void = () => {};
sendProblems();
const session = createSession((event) => listener(event));
expose({
  ...session,
  listen(told) {
    listener = told;
  },
} satisfies WorkerApi);
