/** So long at most may an engine that computes in this thread keep timers, signals and input waiting, apart from the length of one run. */
const TURN_MS = 15;

/**
 * Gives the event loop a turn when the last one is some time ago, else does nothing. An engine that computes in the thread of JavaScript
 * settles its promises without one, so that a loop over steps would keep everything else waiting till its end.
 */
export function eventLoopTurns(): () => Promise<void> | undefined {
  const nextTurn = turnTaker();
  let last = performance.now();
  return () => {
    if (performance.now() - last < TURN_MS) return undefined;
    return nextTurn().then(() => {
      last = performance.now();
    });
  };
}

/** A function that waits for the next turn of the event loop. A channel is opened once: opening one for each turn costs more than the turn. */
function turnTaker(): () => Promise<void> {
  // Browsers have no setImmediate, and let a timeout wait 4 ms.
  if (typeof setImmediate === 'function') return () => new Promise((resolve) => setImmediate(resolve));
  const waiting: (() => void)[] = [];
  let sender: Channel['port2'] | undefined;
  const open = (): Channel['port2'] => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => waiting.shift()?.();
    return port2;
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      sender ??= open();
      sender.postMessage(null);
    });
}

interface Channel {
  readonly port1: { onmessage: (() => void) | null };
  readonly port2: { postMessage(message: null): void };
}

// What hosts offer, which is not part of the language's own library types, all that core builds on.
declare const performance: { now(): number };
declare const setImmediate: ((then: () => void) => void) | undefined;
declare const MessageChannel: new () => Channel;
