import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DescentError, ValueError } from '@descent/core';
import { type LiveModel, type ServeEvent, serveModels } from '@descent/serve';
import { isLoopback } from '@descent/serve/loopback';
import { UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { nearPath } from '../ui/near-path.ts';
import { table } from '../ui/table.ts';
import { eventLog } from './log.ts';
import { opener, type ServedOn } from './open-served.ts';
import { tokenFor } from './token.ts';
import { tryIt } from './try-it.ts';

/** What the command line says. */
export interface ServeWanted extends ServedOn {
  readonly host: string;
  readonly port: number;
  readonly maxBatch: number;
  readonly maxDelay: number;
  readonly queue: number;
  readonly timeout: number;
  readonly bodyLimit: number;
  readonly reload: number;
  readonly tokenFile?: string | undefined;
  readonly cors: readonly string[];
  readonly json: boolean;
}

/** Milliseconds that requests which are under way may take after the server was asked to end. */
const WITHIN = 10_000;

/** Serves models until the user, or whoever sends SIGTERM, wants it to end. */
export async function serve(path: string, wanted: ServeWanted, io: Io): Promise<void> {
  const { host, port, maxBatch, maxDelay, queue, timeout, bodyLimit, reload, cors, json } = wanted;
  const own = await tokenFor(wanted.tokenFile, !isLoopback(host), io);
  let listens = false;
  const log = eventLog(json, () => listens, io);
  const models = resolve(io.cwd, path);
  await expectThere(models, io);
  const live = new Map<string, LiveModel>();
  // Where the only model cannot be opened, the error says it: it is not told twice.
  let held: ServeEvent[] | null = json ? null : [];
  const release = (): void => {
    const events = held ?? [];
    held = null;
    events.forEach(log);
  };
  const server = await serveModels({
    path: models,
    open: opener(wanted, io),
    ...{ host, port, maxBatch, maxDelay, queue, timeout, bodyLimit, reload, cors },
    ...(own !== null && { token: own.token }),
    onEvent(event) {
      if (event.type === 'loaded') live.set(`${event.live.name}/${event.live.version}`, event.live);
      if (held !== null && event.type === 'failed') held.push(event);
      else log(event);
    },
  }).catch((error: unknown) => {
    if ((held?.length ?? 0) > 1) release();
    throw asOfTheCommand(error, own?.from);
  });
  release();
  if (json) {
    const token = own?.isNew === true ? { token: own.token } : {};
    print(io.out, JSON.stringify({ time: new Date().toISOString(), type: 'listening', url: server.url, ...token }));
  } else announce(server.url, [...live.values()], own, io);
  listens = true;
  await new Promise<void>((done) => {
    if (io.signal.aborted) done();
    else io.signal.addEventListener('abort', () => done(), { once: true });
  });
  await server.close(WITHIN);
}

async function expectThere(path: string, io: Io): Promise<void> {
  if ((await stat(path).catch(() => null)) !== null) return;
  throw new DescentError(`there is no such file or folder${await nearPath(path, io.cwd)}`, {
    path,
    expected: 'a .onnx file, the folder of a run, or a folder of models: <model>/<version>/model.onnx',
    fix: 'check the path; descent runs list shows which runs there are',
  });
}

const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has the port: --port 0 takes a free one',
  EACCES: 'ports below 1024 often need more rights: --port takes another one',
};

/** What the server says of its options, in terms of the command's. */
function asOfTheCommand(error: unknown, tokenFrom: string | undefined): unknown {
  if (error instanceof ValueError) {
    const { path, ...details } = error.details;
    const option = path === 'token' && tokenFrom !== undefined ? tokenFrom : `--${path}`;
    const summary = path === 'host' ? 'this is no address' : error.summary;
    return new UsageError(summary, { path: option, ...details });
  }
  const { code } = ((error as Error | undefined)?.cause ?? {}) as NodeJS.ErrnoException;
  if (!(error instanceof DescentError) || error.summary !== 'the server cannot listen') return error;
  const fix = LISTENING[code ?? ''] ?? '--host takes an address of this machine, such as 127.0.0.1 or 0.0.0.0';
  return new DescentError(error.summary, { ...error.details, fix });
}

function announce(
  url: string,
  models: readonly LiveModel[],
  token: { readonly token: string; readonly isNew: boolean } | null,
  io: Io,
): void {
  const { colors } = io.out;
  print(io.out, `${colors.bold('listening')} on ${colors.bold(url)}`);
  const rows = models.map(({ name, version, model, joining }) => [
    name,
    `version ${version}`,
    model.backend,
    joining.most > 1 ? `batches of up to ${joining.most}` : `one request at a time: ${joining.why ?? ''}`,
  ]);
  print(io.out, table(rows));
  if (token?.isNew === true) {
    print(io.out, `\nothers reach it with this token, which is a new one each time (--token-file keeps one):`);
    print(io.out, `  export DESCENT_TOKEN=${token.token}`);
  }
  const [first] = models;
  const here = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  print(io.out, `\ntry it in a browser at ${here}/, or here:`);
  if (first !== undefined) print(io.out, `  ${tryIt(here, first.name, first.model, token !== null)}`);
  print(io.out, colors.dim('\nCtrl-C ends it'));
}
