import { writeSync } from 'node:fs';
import { referenceBackend } from '@descent/core/reference';
import { allCases, caseFeeds, caseGradientGraph, caseGraph, feedsFor, formatArray, gradientInputs, largestDifference } from '@descent/core/testing';
import { onnx } from './src/public/index.ts';
import { printModel } from './src/model/print.ts';
const only = process.argv[3];
const verbose = process.argv[4] === 'v';
const b = onnx({ threads: 1, dialect: process.argv[2] as 'cpu' });
const ref = referenceBackend();
let bad = 0, n = 0;
const t0 = Date.now();
for (const c of allCases()) {
  if (only !== undefined && only !== 'all' && c.name !== only) continue;
  for (const kind of ['f', 'g']) {
    if (kind === 'g' && gradientInputs(c).length === 0) continue;
    const graph = kind === 'f' ? caseGraph(c) : caseGradientGraph(c);
    const feeds = feedsFor(graph, caseFeeds(c));
    if (verbose) writeSync(2, `${c.name} ${c.case.name} ${kind}\n`);
    n++;
    try {
      const want = await (await ref.compile({ graph, reads: [], writes: [] })).run(feeds);
      const e = await b.compile({ graph, reads: [], writes: [] });
      const got = await e.run(feeds);
      e.dispose();
      for (const [k, w] of Object.entries(want)) {
        const d = got[k]!.dtype === w.dtype ? largestDifference(got[k]!, w) : Infinity;
        if (!(d <= (c.case.tolerance ?? 1e-5))) { bad++; console.log('BAD', c.name, '|', c.case.name, kind, k, d, formatArray(got[k]!), 'want', formatArray(w)); }
      }
    } catch (err) { bad++; console.log('ERR', c.name, '|', c.case.name, kind, String(err).slice(0, 600)); }
  }
}
console.log(n, 'checked', bad, 'bad', Date.now() - t0, 'ms');
