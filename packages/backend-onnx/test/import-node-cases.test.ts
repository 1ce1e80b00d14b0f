import { onnx } from '@descent/backend-onnx';
import { referenceBackend } from '@descent/core/reference';
import { onnxCases } from './onnx-cases/suite.ts';

onnxCases('reference', () => referenceBackend());
onnxCases('onnx:cpu', () => onnx({ device: 'cpu' }));
