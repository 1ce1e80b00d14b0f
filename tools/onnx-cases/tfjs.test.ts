import { tfjs } from '@descent/backend-tfjs';
import { onnxCases } from '../../packages/backend-onnx/test/onnx-cases/suite.ts';

onnxCases('tfjs:wasm', () => tfjs({ engine: 'wasm' }));
