export { UnavailableError } from '../batching/errors.ts';
export type { Joining } from '../batching/probe.ts';
export type { Existing } from '../deploy/existing.ts';
export { exportKServe, type KServeExport, type KServeOptions } from '../deploy/export-kserve.ts';
export { exportTriton, type TritonExport, type TritonOptions } from '../deploy/export-triton.ts';
export type { FoundModel } from '../models/find-models.ts';
export type { LiveModel, OpenModel } from '../models/live-model.ts';
export { type OnnxServeOptions, openOnnxFile, openOnnxModel } from '../models/open-onnx.ts';
export type { ModelEvent } from '../models/registry.ts';
export type { Feeds, PredictAnswer, PredictItem, Predictor, ServedModel, ServedPort } from '../models/served-model.ts';
export { fromArray, toArray } from '../protocol/arrays.ts';
export {
  DATATYPES,
  type DataOfDatatype,
  type Datatype,
  type DatatypeFacts,
  type TensorData,
} from '../protocol/datatypes.ts';
export { ProtocolError } from '../protocol/errors.ts';
export {
  decodeInferRequest,
  decodeInferResponse,
  encodeInferRequest,
  encodeInferResponse,
  type InferRequest,
  type InferResponse,
  type RequestedOutput,
} from '../protocol/infer.ts';
export { MESSAGE_LIMITS, type MessageLimits } from '../protocol/limits.ts';
export { type EncodedMessage, HEADER_LENGTH, type OutgoingTensor } from '../protocol/message.ts';
export type {
  ErrorBody,
  ModelMetadata,
  ModelReady,
  RepositoryEntry,
  ServerLive,
  ServerMetadata,
  ServerReady,
  TensorMetadata,
} from '../protocol/metadata.ts';
export type { WireParameters, WireTensor } from '../protocol/tensor.ts';
export type { ServeEvent } from '../server/events.ts';
export type { ServeOptions } from '../server/options.ts';
export { type ModelServer, serveModels } from '../server/serve-models.ts';
