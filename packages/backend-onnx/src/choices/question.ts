import { type Graph, graph, type Node, numel, type Program } from '@descent/core/backend';
import type { LowerOptions } from '../lower.ts';

/** Something that can be computed in several ways, which differ in nothing but time and the last digits. */
export interface Question {
  /** What is computed, of which shapes: for people, and the same in all programs. */
  readonly key: string;
  /** All that are possible here, that of the rules first. */
  readonly ways: readonly string[];
  /** About how many operations it takes: what takes most is measured first. */
  readonly work: number;
  /** Computes those inputs of a trial that must fit the others. */
  readonly inputs?: Graph;
  /** How it is computed in one of the ways. */
  trial(way: string): Trial;
}

export interface Trial {
  readonly program: Program;
  readonly options: LowerOptions;
}

/** Numbers that are read, written and multiplied: what takes fewer is over before a clock has moved. */
const LEAST_WORK = 2 ** 19;
/** A number that is read or written takes about as long as so many products. */
const PER_ELEMENT = 16;
/** Numbers of all inputs and outputs of a trial; more would take memory that training needs. */
const MOST_ELEMENTS = 2 ** 25;

export interface Asked {
  /** What is computed, in words and shapes. */
  readonly about: readonly (string | readonly number[])[];
  /** That of the rules, which is one of `ways`. */
  readonly rule: string;
  readonly ways: readonly string[];
  /** What is read, and what comes out. */
  readonly nodes: readonly Node[];
  /** Products and sums, where they are many more than numbers. */
  readonly flops?: number;
  readonly inputs?: Graph;
  readonly trial: (way: string) => Trial;
}

/** Null where there is nothing to choose, or too little to gain. */
export function questionOf({ about, rule, ways, nodes, flops = 0, ...rest }: Asked): Question | null {
  const elements = nodes.reduce((sum, { type }) => sum + numel(type.shape), 0);
  const work = flops + PER_ELEMENT * elements;
  if (ways.length < 2 || work < LEAST_WORK || elements > MOST_ELEMENTS) return null;
  const key = about.map((part) => (typeof part === 'string' ? part : part.join('×'))).join(' ');
  return { key, ways: [rule, ...ways.filter((way) => way !== rule)], work, ...rest };
}

/** A program that computes `outputs` and keeps nothing. */
export function trialOf(outputs: Readonly<Record<string, Node>>, options: LowerOptions): Trial {
  return { program: { graph: graph(outputs), reads: [], writes: [] }, options };
}
