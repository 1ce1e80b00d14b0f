import type { ImportedNode } from './graph.ts';

/**
 * The module that a node was exported from, as PyTorch's exporters name nodes: `layer1.0.relu` of `/layer1/layer1.0/relu/Relu`. Other names are taken as
 * they are, without slashes.
 */
export function nodePath({ name, opType, scope }: ImportedNode): string {
  if (scope !== undefined) return scope;
  const parts = name.split('/').filter((part) => part !== '');
  const modules = parts.length > 1 && parts.at(-1)?.replace(/_\d+$/, '') === opType ? parts.slice(0, -1) : parts;
  return modules.reduce((path, part) => (path === '' || part.startsWith(`${path}.`) ? part : `${path}.${part}`), '');
}

/** Whether PyTorch would call a parameter `name`: `gain`, `0.bias` or `layers.0.norm.weight`, and not `onnx::Mul_3` or `/Add_output_0`. */
export function isModulePath(name: string): boolean {
  return /^[A-Za-z_]\w*$|^\w+(\.\w+)+$/.test(name);
}

/** The module of a node in what PyTorch's newer exporter writes beside it: `['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu']`. */
export function scopeOf(names: string | undefined): string | undefined {
  const scopes = [...(names ?? '').matchAll(/'([^']*)'/g)].map(([, name]) => name as string);
  // The last one is the operation itself.
  const module = scopes.slice(0, -1).findLast((name) => name !== '');
  return module === undefined || module === '' ? undefined : module;
}
