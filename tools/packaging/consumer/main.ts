// A stranger's project: only what npm installs from the tarballs is here. Import every entry and use something of each.
import * as onnx from '@descent/backend-onnx';
import * as tfjs from '@descent/backend-tfjs';
import * as cli from '@descent/cli';
import * as datasets from '@descent/datasets';
import { coreEntries, slopeOfCube } from './core.js';

for (const [name, entry] of Object.entries({ ...coreEntries, onnx, tfjs, cli, datasets })) {
  if (Object.keys(entry).length === 0) {
    throw new Error(`the entry '${name}' exports no value`);
  }
}
const slope = await slopeOfCube(2);
if (slope !== 12) {
  throw new Error(`the slope of x³ at 2 is 12, not ${slope}`);
}
console.log('consumer: ok');
