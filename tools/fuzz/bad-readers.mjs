// Readers with every fault that the lane looks for: a test sees that each is found.

const seeds = async () => [{ bytes: Uint8Array.of(1, 2, 3, 4) }];

/** @param {() => unknown} fault */
const withFault = (fault) => async () => fault();

/** @type {readonly unknown[]} */
const kept = [];

/** @type {Readonly<Record<string, () => unknown>>} */
const FAULTS = {
  'bad-raw': () => {
    throw new TypeError("Cannot read properties of undefined (reading 'x')");
  },
  'bad-crash': () => process.abort(),
  'bad-hang': () => {
    for (;;);
  },
  'bad-wait': () => new Promise((resolve) => setTimeout(resolve, 1e8)),
  'bad-heap': () => {
    for (;;) /** @type {unknown[]} */ (kept).push(new Array(1e5).fill('x'));
  },
  'bad-memory': async () => {
    for (;;) {
      /** @type {unknown[]} */ (kept).push(Buffer.alloc(2 ** 26, 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  'bad-rejection': () => {
    Promise.reject(new Error('nobody waits for this'));
  },
};

/** @type {readonly import('./readers.mjs').Reader[]} */
export const BAD_READERS = [
  ...Object.entries(FAULTS).map(([name, fault]) => ({ name, seeds, words: [], read: withFault(fault) })),
  { name: 'bad-again', seeds, words: [], read: async (bytes) => bytes[0], write: () => Uint8Array.of(1, 2) },
  { name: 'bad-none', seeds, words: [], read: async () => 1 },
];
