import { describeValue, expectOptions, ValueError } from '@descent/core';
import type { OpenModel } from '../models/live-model.ts';
import type { OnnxServeOptions } from '../models/open-onnx.ts';
import type { ServeEvent } from './events.ts';
import { isLoopback } from './loopback.ts';

export interface ServeOptions {
  /** A `.onnx` file, the folder of a run, or a folder of models: `<model>/<version>/model.onnx`. */
  readonly path: string;
  /** The address to listen on. Default `'127.0.0.1'`; another than this machine's own needs a `token`. */
  readonly host?: string;
  /** Default 8000; 0 takes a free one. */
  readonly port?: number;
  /** The most rows that requests are joined to. Default 32; 1 runs each request alone. */
  readonly maxBatch?: number;
  /** Milliseconds that a request may wait for others while the network is idle. Default 0: only what comes at the same time is joined. */
  readonly maxDelay?: number;
  /** Requests that may wait, for each model; one more is answered with 503. Default 256. */
  readonly queue?: number;
  /** Milliseconds until a request is answered with 504, from its arrival, and with 408, while its body is read. Default 30,000. */
  readonly timeout?: number;
  /** Bytes of one body; more is answered with 413. Default 64 MiB. */
  readonly bodyLimit?: number;
  /** Bytes of all bodies that are held at once; more is answered with 503. Default 1 GiB. */
  readonly memoryLimit?: number;
  /** Connections that are open at once. Default 1,024. */
  readonly connections?: number;
  /** What `Authorization: Bearer …` must say. Default: none is asked for. */
  readonly token?: string;
  /** Origins whose pages may ask: `'https://example.org'`. Default: only the server's own. */
  readonly cors?: readonly string[];
  /** Milliseconds between two looks at the files; 0 never looks again. Default 1,000. */
  readonly reload?: number;
  /** How ONNX files are opened, unless `open` does that. */
  readonly onnx?: OnnxServeOptions;
  /** Opens a model that was found. Default: with ONNX Runtime. */
  readonly open?: OpenModel;
  /** Called with what happens: models that load, requests that end. */
  readonly onEvent?: (event: ServeEvent) => void;
}

/** Options with what was left out. */
export type ServeSettings = Required<Omit<ServeOptions, 'token' | 'open'>> & Pick<ServeOptions, 'token' | 'open'>;

const DEFAULTS = {
  host: '127.0.0.1',
  port: 8000,
  maxBatch: 32,
  maxDelay: 0,
  queue: 256,
  timeout: 30_000,
  bodyLimit: 64 * 2 ** 20,
  memoryLimit: 2 ** 30,
  connections: 1024,
  cors: [],
  reload: 1000,
  onnx: {},
  onEvent: () => {},
} as const satisfies Omit<ServeOptions, 'path'>;

const NUMBERS: Readonly<Record<string, readonly [least: number, most: number, whole: boolean]>> = {
  port: [0, 65_535, true],
  maxBatch: [1, 2 ** 20, true],
  maxDelay: [0, 60_000, false],
  queue: [1, 2 ** 20, true],
  timeout: [1, 2 ** 31 - 1, false],
  bodyLimit: [1, 2 ** 31 - 1, true],
  memoryLimit: [1, Number.MAX_SAFE_INTEGER, true],
  connections: [1, 2 ** 20, true],
  reload: [0, 2 ** 31 - 1, false],
};

/** What the options mean. Throws a ValueError for one that is not valid, and for a server that others reach without a token. */
export function settingsOf(options: ServeOptions): ServeSettings {
  expectOptions('serveModels', options, ['path', 'token', 'open', ...Object.keys(DEFAULTS)]);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: ServeSettings = { ...DEFAULTS, ...(Object.fromEntries(given) as unknown as ServeOptions) };
  expectText('path', settings.path);
  expectText('host', settings.host);
  for (const [name, [least, most, whole]] of Object.entries(NUMBERS)) {
    const value: unknown = settings[name as keyof ServeSettings];
    const fits = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (fits) continue;
    throw new ValueError(`serveModels was given an invalid ${name}`, {
      path: name,
      received: describeValue(value),
      expected: `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`,
    });
  }
  if (settings.token !== undefined) expectToken(settings.token);
  else if (!isLoopback(settings.host)) {
    throw new ValueError('a server that other machines reach needs a token', {
      received: `host '${settings.host}' without a token`,
      fix: "give one: token: randomBytes(24).toString('base64url'); or listen on 127.0.0.1 only",
    });
  }
  for (const origin of settings.cors) expectOrigin(origin);
  return settings;
}

function expectText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new ValueError(`serveModels was given an invalid ${name}`, {
    path: name,
    received: describeValue(value),
    expected: 'a text',
  });
}

/** A short one can be guessed, and a header holds no other characters. */
function expectToken(token: unknown): void {
  if (typeof token === 'string' && /^[\x21-\x7e]{8,1024}$/.test(token)) return;
  throw new ValueError('this is no token', {
    path: 'token',
    received: typeof token === 'string' ? `a text of ${token.length} characters` : describeValue(token),
    expected: '8 to 1,024 characters of ASCII without blanks',
  });
}

function expectOrigin(origin: unknown): void {
  if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw new ValueError('this is no origin', {
    path: 'cors',
    received: describeValue(origin),
    expected: 'a scheme, a host and perhaps a port, without a path: https://example.org',
  });
}
