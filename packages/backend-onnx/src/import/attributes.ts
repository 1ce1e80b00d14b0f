import { BackendError } from '@descent/core';
import { type AttributeValue, type ImportedGraph, type ImportedNode, isGraph, nodeTitle } from './graph.ts';
import type { Known } from './known.ts';

/** The number that `node` has as attribute `name`. Throws a `BackendError` when there is none and no `fallback`, or when it is something else. */
export function number(node: ImportedNode, name: string, fallback?: number): number {
  return read(node, name, 'a number', (v) => (typeof v === 'number' ? v : undefined), fallback);
}

export function flag(node: ImportedNode, name: string, fallback: boolean): boolean {
  return number(node, name, fallback ? 1 : 0) !== 0;
}

export function text(node: ImportedNode, name: string, fallback?: string): string {
  return read(node, name, 'a text', (v) => (typeof v === 'string' ? v : undefined), fallback);
}

export function numbers(node: ImportedNode, name: string, fallback?: readonly number[]): readonly number[] {
  return read(node, name, 'a list of numbers', (v) => (isListOf(v, 'number') ? (v as number[]) : undefined), fallback);
}

export function texts(node: ImportedNode, name: string, fallback?: readonly string[]): readonly string[] {
  return read(node, name, 'a list of texts', (v) => (isListOf(v, 'string') ? (v as string[]) : undefined), fallback);
}

export function tensorOf(node: ImportedNode, name: string): Known {
  return read(node, name, 'a tensor', (v) => (isTensor(v) ? v : undefined));
}

export function graphOf(node: ImportedNode, name: string): ImportedGraph {
  return read(node, name, 'a graph', (v) => (isGraph(v) ? v : undefined));
}

export function hasAttribute({ attributes }: ImportedNode, name: string): boolean {
  return attributes.has(name);
}

function isListOf(value: AttributeValue, type: 'number' | 'string'): boolean {
  return Array.isArray(value) && value.every((v) => typeof v === type);
}

function isTensor(value: AttributeValue): value is Known {
  return typeof value === 'object' && 'kind' in value;
}

function read<T>(
  node: ImportedNode,
  name: string,
  what: string,
  parse: (value: AttributeValue) => T | undefined,
  fallback?: T,
): T {
  const value = node.attributes.get(name);
  const parsed = value === undefined ? fallback : parse(value);
  if (parsed !== undefined) return parsed;
  throw new BackendError(`the operator ${value === undefined ? 'lacks' : 'has a wrong'} attribute '${name}'`, {
    path: nodeTitle(node),
    received: value === undefined ? [...node.attributes.keys()].join(', ') || 'no attributes' : typeof value,
    expected: what,
    fix: 'export the model again; the ONNX checker says more',
  });
}
