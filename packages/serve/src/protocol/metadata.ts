import type { Datatype } from './datatypes.ts';

// The answers of the protocol besides those to inferences, as their JSON.

/** `GET /v2` */
export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 for sizes that are open. */
  readonly shape: readonly number[];
}

/** `GET /v2/models/{model}[/versions/{version}]` */
export interface ModelMetadata {
  readonly name: string;
  readonly versions?: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** `GET /v2/health/live` */
export interface ServerLive {
  readonly live: boolean;
}

/** `GET /v2/health/ready` */
export interface ServerReady {
  readonly ready: boolean;
}

/** `GET /v2/models/{model}[/versions/{version}]/ready` */
export interface ModelReady {
  readonly name: string;
  readonly ready: boolean;
}

/** One of the list of `POST /v2/repository/index`, an extension of Triton. */
export interface RepositoryEntry {
  readonly name: string;
  readonly version?: string;
  readonly state?: 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE';
  /** Why it is not ready; empty when it is. */
  readonly reason?: string;
}

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  readonly error: string;
}
