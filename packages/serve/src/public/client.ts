export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type Inference,
  type InferOptions,
  type PredictOptions,
} from '../client/client.ts';
export { ClientError, ConnectionError, DeadlineError, StatusError } from '../client/errors.ts';
export type { Predicted, PredictedOrError, PredictItem } from '../client/predict.ts';
export { type InputArray, type InputTensor, type OutputData, type OutputTensor, texts } from '../client/tensors.ts';
export type { DataOfDatatype, Datatype, TensorData } from '../protocol/datatypes.ts';
export { ProtocolError } from '../protocol/errors.ts';
export type { InferRequest, InferResponse, RequestedOutput } from '../protocol/infer.ts';
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
