// A process of quiet.test.ts: opens a program with the options that it is given.
import { onnx } from '@descent/backend-onnx';
import { createPredictor, initParameters, linear } from '@descent/core';

const backend = onnx(JSON.parse(process.argv[2]));
const model = linear(2, 1);
const parameters = initParameters(model, 1);
const predictor = await createPredictor({ model, parameters, sample: { shape: [2] }, backend });
predictor.dispose();
await backend.dispose();
console.log(process.env.ORT_DISABLE_TELEMETRY);
