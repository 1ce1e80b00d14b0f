import type { TritonTensor } from './triton-tensor.ts';

/** What the configuration of a model for Triton says. */
export interface TritonConfig {
  readonly name: string;
  /** 0 where Triton must not join requests. */
  readonly maxBatchSize: number;
  readonly inputs: readonly TritonTensor[];
  readonly outputs: readonly (TritonTensor & { readonly labelsFile?: string })[];
  /** How long a request may wait for others, in microseconds; undefined where requests are not joined. */
  readonly maxQueueDelay: number | undefined;
}

/** The text of `config.pbtxt`: a `ModelConfig` in the text format of protocol buffers. */
export function configText({ name, maxBatchSize, inputs, outputs, maxQueueDelay }: TritonConfig): string {
  return [
    `name: ${quoted(name)}`,
    'platform: "onnxruntime_onnx"',
    'backend: "onnxruntime"',
    `max_batch_size: ${maxBatchSize}`,
    ...list(
      'input',
      inputs.map((tensor) => fields(tensor, maxBatchSize > 0)),
    ),
    ...list(
      'output',
      outputs.map((tensor) => [
        ...fields(tensor, maxBatchSize > 0),
        ...(tensor.labelsFile === undefined ? [] : [`label_filename: ${quoted(tensor.labelsFile)}`]),
      ]),
    ),
    ...(maxQueueDelay === undefined
      ? []
      : [
          'dynamic_batching {',
          ...(maxQueueDelay > 0 ? [`  max_queue_delay_microseconds: ${maxQueueDelay}`] : []),
          '}',
        ]),
    '',
  ].join('\n');
}

function list(name: string, messages: readonly (readonly string[])[]): readonly string[] {
  const written = messages.map((lines) => ['  {', ...lines.map((line) => `    ${line}`), '  }'].join('\n'));
  return [`${name} [`, written.join(',\n'), ']'];
}

function fields({ name, dataType, dims, isScalar }: TritonTensor, isBatched: boolean): readonly string[] {
  return [
    `name: ${quoted(name)}`,
    `data_type: ${dataType}`,
    `dims: [ ${dims.join(', ')} ]`,
    // Triton refuses an empty reshape where there is no batch, and takes [ 1 ] for a scalar there.
    ...(isScalar && isBatched ? ['reshape: { shape: [ ] }'] : []),
  ];
}

/** A string of the text format, in bytes of UTF-8 where they are no plain characters: names in a file may be anything. */
export function quoted(text: string): string {
  let escaped = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === '\\') escaped += `\\${character}`;
    else escaped += byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${escaped}"`;
}
