// A stranger's project: only what npm installs from the tarballs is here. Import every entry and use something of each.
import * as onnx from '@descent/backend-onnx';
import * as cli from '@descent/cli';
import * as core from '@descent/core';
import * as backend from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import * as random from '@descent/core/random';
import * as reference from '@descent/core/reference';
import * as testing from '@descent/core/testing';
import * as datasets from '@descent/datasets';

declare const console: { log(text: string): void };

const entries = { onnx, cli, core, backend, ops, random, reference, testing, datasets };
for (const [name, entry] of Object.entries(entries)) {
  if (Object.keys(entry).length === 0 && name !== 'backend') {
    throw new Error(`the entry '${name}' exports no value`);
  }
}
console.log('consumer: ok');
