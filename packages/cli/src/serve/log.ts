import type { ServeEvent } from '@descent/serve';
import { reason } from '../errors.ts';
import { type Io, print } from '../io.ts';

/**
 * Tells what a server does: as lines for people on standard error, requests only where they fail; or everything as JSON, one object a line, on standard output.
 * @param listens Whether the models that were there at the start have been told.
 */
export function eventLog(json: boolean, listens: () => boolean, io: Io): (event: ServeEvent) => void {
  return json
    ? (event) => print(io.out, JSON.stringify({ time: new Date().toISOString(), ...plain(event) }))
    : (event) => {
        const line = event.type === 'loaded' && !listens() ? null : lineOf(event, io);
        if (line !== null) print(io.err, line);
      };
}

function plain(event: ServeEvent): object {
  switch (event.type) {
    case 'loaded':
    case 'reloaded': {
      const { name, version, model, joining } = event.live;
      const milliseconds = Math.round(event.milliseconds);
      return { type: event.type, name, version, backend: model.backend, batching: joining, milliseconds };
    }
    case 'request':
      return { ...event, milliseconds: Number(event.milliseconds.toFixed(3)) };
    case 'error':
      return { type: 'error', error: event.error instanceof Error ? event.error.stack : String(event.error) };
    default:
      return event;
  }
}

function lineOf(event: ServeEvent, { err: { colors } }: Io): string | null {
  switch (event.type) {
    case 'loaded':
    case 'reloaded':
      return `${colors.green(event.type)} ${event.live.name}, version ${event.live.version}, in ${Math.round(event.milliseconds)} ms`;
    case 'unloaded':
      return `${colors.yellow('unloaded')} ${event.name}, version ${event.version}: its files are gone`;
    case 'failed':
      return `${colors.yellow('warning:')} ${event.name}${event.version === undefined ? '' : `, version ${event.version}`}: ${event.reason}`;
    case 'request':
      return event.status < 500
        ? null
        : `${colors.yellow(`${event.status}`)} ${event.method} ${event.url.slice(0, 200)}`;
    case 'error':
      return `${colors.red('unexpected error:')} ${reason(event.error)}`;
    case 'closing':
      return colors.dim('ending: what is under way is answered');
  }
}
