// A layer or a loss of core beside what PyTorch computed of it.
import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import * as core from '@descent/core';
import { graph } from '@descent/core/backend';
import { input, logSoftmax, sigmoid, softmax } from '@descent/core/ops';
import { feedsFor } from '@descent/core/testing';
import { arrayOf, difference, exported } from './numbers.mjs';

/**
 * @typedef {import('./numbers.mjs').Numbers} Numbers
 * @typedef {Numbers | Readonly<Record<string, Numbers>>} Tree
 * @typedef {{ readonly layer: string, readonly args: readonly unknown[], readonly options: Readonly<Record<string, unknown>> }} Call
 * @typedef {Call & { readonly parameters: Readonly<Record<string, Numbers>>, readonly x: Tree, readonly y: Numbers, readonly dy: Numbers,
 *   readonly grads: Readonly<Record<string, Numbers>>, readonly buffers: Readonly<Record<string, Numbers>>, readonly evaluated: Numbers }} LayerCase
 * @typedef {{ readonly loss_builder: string, readonly options: object, readonly through?: 'logSoftmax' | 'sigmoid' | 'softmax', readonly x: Tree,
 *   readonly target: Tree, readonly loss: number | string, readonly grad: Tree }} LossCase
 * @typedef {import('@descent/core/backend').Backend} Backend
 * @typedef {import('@descent/core').Node} Node
 */

const THROUGH = { logSoftmax, sigmoid, softmax };
/** @param {Tree} tree @returns {readonly (readonly [string, Numbers])[]} */
const entriesOf = (tree) =>
  'data' in tree
    ? [['', /** @type {Numbers} */ (tree)]]
    : Object.entries(/** @type {Record<string, Numbers>} */ (tree));

/** @param {string} of @param {Tree} tree */
function inputsOf(of, tree) {
  const nodes = entriesOf(tree).map(
    ([name, a]) => /** @type {const} */ ([name, input(`${of} ${name}`, a.shape, a.dtype)]),
  );
  return {
    nodes,
    given: 'data' in tree ? /** @type {Node} */ (nodes[0]?.[1]) : Object.fromEntries(nodes),
    feeds: Object.fromEntries(entriesOf(tree).map(([name, a]) => [`${of} ${name}`, arrayOf(a)])),
  };
}

/** @param {Backend} on @param {Readonly<Record<string, Node>>} outputs @param {Readonly<Record<string, core.NDArray>>} feeds */
async function run(on, outputs, feeds) {
  const g = graph(outputs);
  const executable = await on.compile({ graph: g, reads: [], writes: [] });
  const out = await executable.run(feedsFor(g, feeds));
  executable.dispose();
  return out;
}

/** @param {Call} call @returns {core.AnyLayer} */
function made({ layer, args, options }) {
  const built = args.map((one) =>
    typeof one === 'object' && one !== null && 'layer' in one ? made(/** @type {Call} */ (one)) : one,
  );
  return exported[layer]?.(...built, ...(Object.keys(options).length === 0 ? [] : [options]));
}

/** @param {LayerCase} c @param {Backend} on @param {number} tolerance @returns {Promise<readonly string[]>} */
export async function runLayer(c, on, tolerance) {
  const layer = made(c);
  const names = layer.parameters.map((p) => p.name).sort();
  if (`${names}` !== `${Object.keys(c.parameters).sort()}`)
    return [`parameters ${names} instead of ${Object.keys(c.parameters)}`];
  const x = inputsOf('x', c.x);
  const parameters = new Map(layer.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  /** @type {Map<string, Node>} */
  const assigned = new Map();
  const assign = (/** @type {string} */ name, /** @type {Node} */ value) => void assigned.set(name, value);
  const y = /** @type {Node} */ (core.applyLayer(layer, x.given, parameters, { training: true, assign }));
  const inputs = new Map(x.nodes.map(([name, node]) => [`x ${name}`.trim(), node]));
  const wrt = Object.keys(c.grads).map((name) => /** @type {Node} */ (inputs.get(name) ?? parameters.get(name)));
  const grads = core.gradients(y, wrt, input('dy', y.type.shape));
  const feeds = {
    ...x.feeds,
    dy: arrayOf(c.dy),
    ...Object.fromEntries(Object.entries(c.parameters).map(([name, a]) => [name, arrayOf(a)])),
  };
  const outputs = {
    y,
    ...Object.fromEntries(assigned),
    ...Object.fromEntries(Object.keys(c.grads).map((name, i) => [`grad ${name}`, /** @type {Node} */ (grads[i])])),
  };
  const out = await run(on, outputs, feeds);
  const evaluated = /** @type {Node} */ (core.applyLayer(layer, x.given, parameters, { training: false }));
  const buffers = Object.fromEntries(Object.entries(c.buffers).map(([name, a]) => [name, arrayOf(a)]));
  const after = await run(on, { y: evaluated }, { ...feeds, ...buffers });
  return [
    ...difference('the output', out['y'], c.y, tolerance),
    ...Object.entries(c.grads).flatMap(([name, g]) =>
      difference(`the gradient of ${name}`, out[`grad ${name}`], g, tolerance),
    ),
    ...Object.entries(c.buffers).flatMap(([name, b]) =>
      assigned.has(name) ? difference(name, out[name], b, tolerance) : [],
    ),
    ...difference('the output in evaluation', after['y'], c.evaluated, tolerance),
  ];
}

/**
 * A layer as an ONNX file, which is run and compared with the network in the reference interpreter.
 * @param {LayerCase} c @returns {Promise<readonly string[]>}
 */
export async function runExport(c) {
  const layer = made(c);
  const parameters = /** @type {core.Parameters} */ (
    Object.fromEntries(Object.entries({ ...c.parameters, ...c.buffers }).map(([name, a]) => [name, arrayOf(a)]))
  );
  const sampleOf = (/** @type {Numbers} */ { dtype, shape }) => ({ shape: shape.slice(1), dtype });
  const named = entriesOf(c.x);
  const isOne = 'data' in c.x;
  const sample = isOne
    ? sampleOf(/** @type {Numbers} */ (c.x))
    : Object.fromEntries(named.map(([name, a]) => [name, sampleOf(a)]));
  const inputs = isOne
    ? arrayOf(/** @type {Numbers} */ (c.x))
    : Object.fromEntries(named.map(([name, a]) => [name, arrayOf(a)]));
  const options = /** @type {any} */ ({ parameters, sample, verify: { inputs } });
  const { bytes } = await exportOnnx(/** @type {core.Layer} */ (layer), options);
  const file = await loadOnnx(bytes);
  const feeds = isOne ? { [file.input.name]: inputs } : inputs;
  const out = await file.run(/** @type {any} */ (feeds));
  file.dispose();
  return difference('the file', out[file.output.name], c.evaluated, 1e-3);
}

/** @param {LossCase} c @param {Backend} on @param {number} tolerance @returns {Promise<readonly string[]>} */
export async function runLoss(c, on, tolerance) {
  const loss = exported[c.loss_builder]?.(...(Object.keys(c.options).length === 0 ? [] : [c.options]));
  const [x, target] = [inputsOf('x', c.x), inputsOf('target', c.target)];
  const output = c.through === undefined ? x.given : THROUGH[c.through](/** @type {Node} */ (x.given));
  /** @type {Node} */
  const value = loss.apply(output, target.given);
  const grads = core.gradients(
    value,
    x.nodes.map(([, node]) => node),
  );
  const outputs = {
    value,
    ...Object.fromEntries(x.nodes.map(([name], i) => [`grad ${name}`, /** @type {Node} */ (grads[i])])),
  };
  const out = await run(on, outputs, { ...x.feeds, ...target.feeds });
  return [
    ...difference('the loss', out['value'], { dtype: 'float32', shape: [], data: [c.loss] }, tolerance),
    ...entriesOf(c.grad).flatMap(([name, g]) => difference(`the gradient ${name}`, out[`grad ${name}`], g, tolerance)),
  ];
}
