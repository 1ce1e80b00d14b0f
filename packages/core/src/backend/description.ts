import type { Backend } from './contract.ts';

/**
 * What a package of backends says about one of them, for whoever lists them or chooses among them: `onnxBackends` of
 * `@descent/backend-onnx`, `tfjsBackends` of `@descent/backend-tfjs`, `referenceBackends` of `@descent/core/reference`.
 */
export interface BackendDescription {
  /** As in config, such as `'onnx:cpu'`. */
  readonly name: string;
  /** What it is, in a few words, such as `'ONNX Runtime on the processor'`. */
  readonly summary: string;
  /** The npm packages that it needs, by where it runs; a place that is left out has no such backend. */
  readonly packages: { readonly node?: readonly string[]; readonly browser?: readonly string[] };
  /** Whether it is so slow that it is measured only where nothing else works. */
  readonly isLastResort: boolean;
  /** What else people should know before they take it; empty when there is nothing. */
  readonly note: string;
  /**
   * Opens it with the options that suit a program that is not alone on the machine.
   * @throws BackendError saying what is missing, at the latest when the first program is compiled.
   */
  open(): Promise<Backend>;
}
