import type { Backend, Program } from '../backend/contract.ts';
import { type CompiledProgram, createBackend } from '../backend/create-backend.ts';
import { createEntries, type Entries } from '../backend/entries.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { printGraph } from '../ir/print.ts';
import { verify } from '../ir/verify.ts';
import type { RefArray } from '../ops/_reference.ts';
import { expectOneOf, expectOptions } from '../options.ts';
import { optimize } from '../passes/optimize.ts';
import { checkKernels, copy, evaluate, type Precision } from './evaluate.ts';

export interface ReferenceOptions {
  /** `'float64'` holds float32 values in double precision, for finite differences; results are then float64. Default `'float32'`. */
  readonly precision?: Precision;
}

/**
 * The reference backend, `'reference:float32'` or `'reference:float64'`: a slow interpreter without dependencies that defines what each op
 * computes. Every result is rounded once; sums are kept in float64.
 */
export function referenceBackend(options: ReferenceOptions = {}): Backend {
  expectOptions('referenceBackend', options, ['precision']);
  const { precision = 'float32' } = options;
  expectOneOf('referenceBackend.precision', precision, ['float32', 'float64']);
  return createBackend<Entries<RefArray>>({
    name: `reference:${precision}`,
    compile: (program) => compile(program, precision),
    state: () =>
      createEntries<RefArray>({
        put: (array) => copy(array, precision),
        get: (array) => copy(array, precision),
        typeOf: (array) => array,
      }),
  });
}

function compile(program: Program, precision: Precision): CompiledProgram<Entries<RefArray>> {
  const graph = optimize(program.graph, () => false);
  verify(graph);
  checkKernels(graph);
  const inputs = programInputs(program);
  const writes = new Set(program.writes);
  return {
    async run(feeds, held, step) {
      const given = new Map<string, RefArray>();
      for (const [name, n] of inputs) {
        const fed = feeds[name];
        given.set(name, fed === undefined ? (held as Entries<RefArray>).valueFor(name, n) : copy(fed, precision));
      }
      if (writes.size > 0 && step === 0) held?.forget();
      const outputs = [...evaluate(graph, given, precision)];
      if (writes.size > 0) held?.replace(new Map(outputs.filter(([name]) => writes.has(name))), step === 0);
      const returned = outputs.filter(([name]) => !writes.has(name));
      return Object.fromEntries(returned.map(([name, value]) => [name, copy(value, precision)]));
    },
    describe: () => printGraph(graph),
  };
}
