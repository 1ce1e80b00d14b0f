// A stranger's project: only what npm installs from the tarballs is here. `entries.ts`, written by the test, imports every entry.
import { slopeOfCube } from './core.js';
import { entries } from './entries.js';

for (const [name, entry] of Object.entries(entries)) {
  if (Object.keys(entry).length === 0) {
    throw new Error(`the entry '${name}' exports no value`);
  }
}
const slope = await slopeOfCube(2);
if (slope !== 12) {
  throw new Error(`the slope of x³ at 2 is 12, not ${slope}`);
}
console.log(`consumer: imported ${Object.keys(entries).join(' ')}`);
