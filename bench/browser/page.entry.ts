/// <reference lib="dom" />
// The script of the page and of its frames. Bundled and served by run.ts.
import { frame } from './frame.ts';
import { measure } from './measure.ts';
import { probe } from './probe.ts';

const query = new URLSearchParams(location.search);
if (query.has('frame')) Object.assign(globalThis, { frame });
else {
  const work: Promise<object> = query.has('probe') ? probe() : measure(JSON.parse(query.get('task') ?? ''));
  const report = await work.catch((error: unknown) => ({ failure: String((error as Error).stack ?? error) }));
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
}
