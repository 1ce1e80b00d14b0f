// Trains the networks of docs/models.md, which the test copies here, from PyTorch's first weights: prints how far the losses are from PyTorch's.
import { readFileSync } from 'node:fs';
import { onnx } from '@descent/backend-onnx';
import type { Backend } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { largestError, lossesOf, type Training } from './networks.js';

const trainings = JSON.parse(readFileSync('models.json', 'utf8')) as readonly Training[];
const backends: readonly Backend[] = [referenceBackend(), onnx()];
const errors = trainings.flatMap((training) =>
  backends.map(async (backend) => {
    return [`${training.name} on ${backend.name}`, largestError(await lossesOf(training, backend), training)] as const;
  }),
);
console.log(JSON.stringify(Object.fromEntries(await Promise.all(errors))));
for (const backend of backends) await backend.dispose();
