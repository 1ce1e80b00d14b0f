// packages/backend-tfjs/.tmp-bench.ts
import { createRequire } from "node:module";

// packages/core/src/errors.ts
var DescentError = class extends Error {
  name = "DescentError";
  summary;
  details;
  constructor(summary, details = {}) {
    super(compose(summary, details), details.cause === void 0 ? void 0 : { cause: details.cause });
    this.summary = summary;
    this.details = details;
  }
};
var ShapeError = class extends DescentError {
  name = "ShapeError";
};
var DTypeError = class extends DescentError {
  name = "DTypeError";
};
var ValueError = class extends DescentError {
  name = "ValueError";
};
var NotDifferentiableError = class extends DescentError {
  name = "NotDifferentiableError";
};
var BackendError = class extends DescentError {
  name = "BackendError";
};
var StateError = class extends DescentError {
  name = "StateError";
};
var NumericError = class extends DescentError {
  name = "NumericError";
};
function prefixPath(error, path) {
  if (!(error instanceof DescentError)) return error;
  const inner = error.details.path;
  const Same = error.constructor;
  return new Same(error.summary, { ...error.details, path: inner === void 0 ? path : `${path} \u203A ${inner}` });
}
function compose(summary, { path, received, expected, fix }) {
  const lines = [path === void 0 ? summary : `${path}: ${summary}`];
  if (received !== void 0) lines.push(`  received: ${received}`);
  if (expected !== void 0) lines.push(`  expected: ${expected}`);
  if (fix !== void 0) lines.push(`  fix: ${fix}`);
  return lines.join("\n");
}

// packages/core/src/ir/node.ts
function node(op, inputs, attrs) {
  const type2 = op.infer(
    inputs.map((x2) => x2.type),
    attrs
  );
  return { op, inputs, attrs, type: type2 };
}
function isOp(n, op) {
  return n.op === op;
}

// packages/core/src/ir/shape.ts
var DYNAMIC = -1;
function numel(shape2) {
  let n = 1;
  for (const d of shape2) n *= d;
  return n;
}
function isDynamic(shape2) {
  return shape2.includes(DYNAMIC);
}
function formatShape(shape2) {
  return `[${shape2.map((d) => d === DYNAMIC ? "batch" : d).join(", ")}]`;
}
function sameShape(a, b) {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}
function expectShape(op, shape2) {
  const valid = shape2.every((d) => Number.isSafeInteger(d) && (d >= 0 || d === DYNAMIC));
  if (valid && shape2.filter((d) => d === DYNAMIC).length <= 1) return;
  throw new ShapeError(`${op} was given an invalid shape`, {
    received: `[${shape2.join(", ")}]`,
    expected: "non-negative integers, and at most one dynamic axis (-1)"
  });
}
function broadcastShapes(op, a, b) {
  const rank = Math.max(a.length, b.length);
  const out = [];
  for (let i = 0; i < rank; i++) {
    const da = a[a.length - rank + i] ?? 1;
    const db = b[b.length - rank + i] ?? 1;
    if (da !== db && da !== 1 && db !== 1) {
      throw new ShapeError(`${op} cannot combine ${formatShape(a)} with ${formatShape(b)}`, {
        received: `sizes ${da} and ${db} on axis ${i - rank}`,
        expected: "equal sizes, or one of them 1 (broadcasting aligns shapes at the last axis)",
        fix: "reshape or transpose one operand so that the axes line up"
      });
    }
    out.push(da === 1 ? db : da);
  }
  return out;
}
function normalizeAxis(op, axis, rank) {
  const a = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && a >= 0 && a < rank) return a;
  throw new ShapeError(`${op} was given axis ${axis} for a tensor of rank ${rank}`, {
    received: `axis ${axis}`,
    expected: rank === 0 ? "a tensor with at least one axis" : `an integer from ${-rank} to ${rank - 1}`
  });
}
function normalizeAxes(op, axes, rank) {
  if (axes === void 0) return Array.from({ length: rank }, (_, i) => i);
  const list = (typeof axes === "number" ? [axes] : axes).map((a) => normalizeAxis(op, a, rank));
  const unique = [...new Set(list)].sort((a, b) => a - b);
  if (unique.length === list.length) return unique;
  throw new ShapeError(`${op} was given the same axis twice`, {
    received: `[${list.join(", ")}]`,
    expected: "distinct axes"
  });
}

// packages/core/src/ir/print.ts
function formatType(n) {
  return `${n.type.dtype}${formatShape(n.type.shape)}`;
}

// packages/core/src/ops/leaf/input.ts
var inputOp = {
  kind: "leaf",
  name: "input",
  infer(_, { name, dtype, shape: shape2 }) {
    expectShape(`input '${name}'`, shape2);
    return { dtype, shape: shape2 };
  },
  grad: "zero"
};
function input(name, shape2, dtype = "float32") {
  return node(inputOp, [], { name, dtype, shape: shape2 });
}

// packages/core/src/backend/check.ts
function programInputs({ graph: graph2 }) {
  const inputs = /* @__PURE__ */ new Map();
  for (const n of graph2.nodes) {
    if (!isOp(n, inputOp)) continue;
    const { name } = n.attrs;
    if (inputs.has(name)) {
      throw new BackendError(`two graph inputs are called '${name}'`, {
        fix: "create each input once and use that node everywhere"
      });
    }
    inputs.set(name, n);
  }
  return inputs;
}
function checkProgram(program) {
  const inputs = programInputs(program);
  for (const name of program.writes) {
    const output = program.graph.outputs.get(name);
    if (output === void 0 || !program.reads.includes(name)) {
      throw new BackendError(`the program cannot write '${name}' to the state`, {
        received: output === void 0 ? "no graph output of that name" : "a name that is not among the reads",
        expected: "graph outputs that replace a state entry which the program reads"
      });
    }
    const input2 = inputs.get(name);
    if (input2 !== void 0 && formatType(input2) !== formatType(output)) {
      throw new BackendError(`the program would change the type of '${name}' in the state`, {
        received: formatType(output),
        expected: formatType(input2)
      });
    }
  }
  const dynamic = program.reads.find((name) => isDynamic(inputs.get(name)?.type.shape ?? []));
  if (dynamic === void 0) return;
  throw new BackendError("state entries have fixed shapes", {
    received: `'${dynamic}' of type ${formatType(inputs.get(dynamic))}`,
    fix: "feed what has a dynamic axis"
  });
}
function checkFeed(name, array, n, steps) {
  const { dtype } = n.type;
  const shape2 = steps === void 0 ? n.type.shape : [steps, ...n.type.shape];
  const expected = `${dtype}${formatShape(shape2)}`;
  if (array === void 0)
    throw new BackendError(`the input '${name}' was not given`, {
      expected,
      fix: `add '${name}' to the feeds or the state`
    });
  const fits = array.shape.length === shape2.length && shape2.every((d, i) => d === DYNAMIC || d === array.shape[i]);
  if (!fits || array.dtype !== dtype && !(array.dtype === "float64" && dtype === "float32")) {
    throw new BackendError(`the input '${name}' does not fit`, {
      received: `${array.dtype}${formatShape(array.shape)}`,
      expected
    });
  }
}
function checkNoExtraFeeds(feeds, inputs) {
  const extra = Object.keys(feeds).find((name) => !inputs.has(name));
  if (extra === void 0) return;
  throw new BackendError(`there is no input called '${extra}'`, {
    received: extra,
    expected: [...inputs.keys()].join(", ")
  });
}

// packages/core/src/ir/graph.ts
function graph(outputs) {
  const map = outputs instanceof Map ? outputs : new Map(Object.entries(outputs));
  return { outputs: map, nodes: topologicalOrder([...map.values()]) };
}
function topologicalOrder(roots) {
  const order = [];
  const state = /* @__PURE__ */ new Map();
  const stack2 = [...roots].reverse();
  while (stack2.length > 0) {
    const n = stack2[stack2.length - 1];
    const seen = state.get(n);
    if (seen === void 0) {
      state.set(n, "open");
      for (let i = n.inputs.length - 1; i >= 0; i--) {
        const input2 = n.inputs[i];
        if (!state.has(input2)) stack2.push(input2);
      }
    } else {
      stack2.pop();
      if (seen === "open") {
        state.set(n, "done");
        order.push(n);
      }
    }
  }
  return order;
}
function rewrite(g, replace2) {
  const rebuilt = /* @__PURE__ */ new Map();
  for (const original of g.nodes) {
    const inputs = original.inputs.map((x2) => rebuilt.get(x2));
    const changed = inputs.some((x2, i) => x2 !== original.inputs[i]);
    const kept = changed ? { ...original, inputs } : original;
    rebuilt.set(original, replace2(kept, original) ?? kept);
  }
  return graph(new Map([...g.outputs].map(([name, n]) => [name, rebuilt.get(n)])));
}

// packages/core/src/ir/dtype.ts
function isFloat(dtype) {
  return dtype === "float32" || dtype === "float64";
}
function allocate(dtype, size) {
  return newData(dtype, size);
}
function newData(dtype, size) {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    default:
      return new Uint8Array(size);
  }
}
function expectDType(op, what, dtype, allowed) {
  if (allowed.includes(dtype)) return;
  throw new DTypeError(`${op} cannot take ${what} of type ${dtype}`, {
    received: dtype,
    expected: allowed.join(" or "),
    fix: `convert it with cast(x, '${allowed[0]}')`
  });
}

// packages/core/src/ops/shape/broadcast-to.ts
var broadcastToOp = {
  kind: "primitive",
  name: "broadcastTo",
  infer([x2], { shape: shape2 }) {
    const { dtype, shape: from } = x2;
    expectShape("broadcastTo", shape2);
    if (!sameShape(broadcastShapes("broadcastTo", from, shape2), shape2)) {
      throw new ShapeError(`broadcastTo cannot turn ${formatShape(from)} into ${formatShape(shape2)}`, {
        received: formatShape(from),
        expected: "sizes that are 1 or equal to those of the target"
      });
    }
    return { dtype, shape: shape2 };
  },
  simplify: ({ inputs: [x2], type: type2 }) => sameShape(x2.type.shape, type2.shape) ? x2 : null,
  grad: ({ inputs: [x2], dy }) => [sumTo(dy, x2.type.shape)]
};
function broadcastTo(x2, shape2) {
  return sameShape(x2.type.shape, shape2) ? x2 : node(broadcastToOp, [x2], { shape: shape2 });
}

// packages/core/src/ops/shape/reshape.ts
var reshapeOp = {
  kind: "primitive",
  name: "reshape",
  infer([x2], { shape: shape2 }) {
    const from = x2.shape;
    expectShape("reshape", shape2);
    if (numel(from) !== numel(shape2)) {
      throw new ShapeError("reshape cannot change the number of elements", {
        received: `${formatShape(from)} (${Math.abs(numel(from))} elements)`,
        expected: `as many elements as ${formatShape(shape2)} holds (${Math.abs(numel(shape2))})`
      });
    }
    return { dtype: x2.dtype, shape: shape2 };
  },
  simplify({ inputs: [x2], type: type2 }) {
    const input2 = x2;
    if (sameShape(input2.type.shape, type2.shape)) return input2;
    if (isOp(input2, reshapeOp)) return reshape(input2.inputs[0], type2.shape);
    const spread3 = isOp(input2, broadcastToOp) ? input2.inputs[0] : null;
    return spread3 !== null && numel(spread3.type.shape) === 1 ? broadcastTo(reshape(spread3, []), type2.shape) : null;
  },
  grad: ({ inputs: [x2], dy }) => [reshape(dy, x2.type.shape)]
};
function reshape(x2, shape2) {
  return sameShape(x2.type.shape, shape2) ? x2 : node(reshapeOp, [x2], { shape: shape2 });
}

// packages/core/src/ops/reduce/_types.ts
function reduceAttrs(op, x2, { axes, keepDims = false }) {
  return { axes: normalizeAxes(op, axes, x2.type.shape.length), keepDims };
}
function reduceType(op, [x2], { axes, keepDims }, allowed) {
  const { dtype, shape: shape2 } = x2;
  expectDType(op, "a tensor", dtype, allowed);
  for (const a of axes) normalizeAxis(op, a, shape2.length);
  return { dtype, shape: reducedShape(shape2, axes, keepDims) };
}
function reducedShape(shape2, axes, keepDims) {
  return keepDims ? shape2.map((d, i) => axes.includes(i) ? 1 : d) : shape2.filter((_, i) => !axes.includes(i));
}
function unreduce(reduced2, { axes }, shape2) {
  return broadcastTo(reshape(reduced2, reducedShape(shape2, axes, true)), shape2);
}

// packages/core/src/ops/reduce/sum.ts
var sumOp = {
  kind: "primitive",
  name: "sum",
  infer: (inputs, attrs) => reduceType("sum", inputs, attrs, ["float32", "int32"]),
  simplify: ({ inputs: [x2], attrs }) => attrs.axes.length === 0 ? x2 : null,
  grad: ({ inputs: [x2], attrs, dy }) => [unreduce(dy, attrs, x2.type.shape)]
};
function sum(x2, options = {}) {
  return node(sumOp, [x2], reduceAttrs("sum", x2, options));
}

// packages/core/src/ops/reduce/sum-to.ts
function sumTo(x2, shape2) {
  const from = x2.type.shape;
  if (sameShape(from, shape2)) return x2;
  const lead = from.length - shape2.length;
  const axes = from.flatMap((d, i) => i < lead || shape2[i - lead] === 1 && d !== 1 ? [i] : []);
  return reshape(sum(x2, { axes }), shape2);
}

// packages/core/src/ir/ndarray.ts
function ndarray(dtype, shape2, data) {
  if (data.length !== numel(shape2)) {
    throw new ShapeError("the data does not fill the shape", {
      received: `${data.length} elements`,
      expected: `${numel(shape2)} elements for shape ${formatShape(shape2)}`
    });
  }
  return { dtype, shape: shape2, data };
}
function zeros(shape2, dtype = "float32") {
  return { dtype, shape: shape2, data: allocate(dtype, numel(shape2)) };
}
function full(shape2, value, dtype = "float32") {
  const array = zeros(shape2, dtype);
  array.data.fill(value);
  return array;
}
function tensor(values, dtype = "float32") {
  const shape2 = shapeOf(values);
  const array = zeros(shape2, dtype);
  let at2 = 0;
  const fill2 = (v, depth) => {
    const isList = typeof v === "object";
    if (isList !== depth < shape2.length || isList && v.length !== shape2[depth]) {
      throw new ShapeError("the nested lists are ragged", {
        received: isList ? `a list of length ${v.length} at depth ${depth}` : `a number at depth ${depth}`,
        expected: `lists that all fit shape ${formatShape(shape2)}`
      });
    }
    if (isList) for (const child of v) fill2(child, depth + 1);
    else array.data[at2++] = Number(v);
  };
  fill2(values, 0);
  return array;
}
function shapeOf(values) {
  const shape2 = [];
  let v = values;
  while (typeof v === "object") {
    shape2.push(v.length);
    v = v[0];
  }
  return shape2;
}

// packages/core/src/ops/leaf/constant.ts
var constantOp = {
  kind: "leaf",
  name: "constant",
  infer(_, { value }) {
    if (value.dtype === "float64") {
      throw new DTypeError("a graph holds no float64 constants", {
        received: "float64",
        expected: "float32, int32, uint8 or bool"
      });
    }
    return { dtype: value.dtype, shape: value.shape };
  },
  grad: "zero"
};
function constant(value) {
  return node(constantOp, [], { value });
}
function scalar(value, dtype = "float32", shape2 = []) {
  return constant(full(shape2, value, dtype));
}

// packages/core/src/ops/elementwise/_types.ts
var NO_ATTRS = {};
var NUMBERS = ["float32", "int32"];
function unaryFloat(op, inputs) {
  const [x2] = inputs;
  expectDType(op, "a tensor", x2.dtype, ["float32"]);
  return x2;
}
function unaryNumber(op, inputs) {
  const [x2] = inputs;
  expectDType(op, "a tensor", x2.dtype, NUMBERS);
  return x2;
}
function binary(op, inputs, allowed = NUMBERS) {
  const [a, b] = inputs;
  if (a.dtype !== b.dtype) {
    throw new DTypeError(`${op} cannot combine ${a.dtype} with ${b.dtype}`, {
      received: `${a.dtype} and ${b.dtype}`,
      expected: "operands of one type",
      fix: `convert one operand with cast(x, '${isFloat(a.dtype) ? a.dtype : b.dtype}')`
    });
  }
  expectDType(op, "operands", a.dtype, allowed);
  return { dtype: a.dtype, shape: broadcastShapes(op, a.shape, b.shape) };
}
function comparison(op, inputs) {
  return { dtype: "bool", shape: binary(op, inputs, ["float32", "int32", "uint8", "bool"]).shape };
}
function operands(op, a, b) {
  if (typeof a === "number" && typeof b === "number") {
    throw new DTypeError(`${op} needs at least one tensor`, {
      received: `${a} and ${b}`,
      expected: "a tensor and a number, or two tensors"
    });
  }
  const dtype = (typeof a === "number" ? b : a).type.dtype;
  const lift = (x2) => typeof x2 === "number" ? scalar(x2, dtype) : x2;
  return [lift(a), lift(b)];
}
function isConstantOf(n, value) {
  if (n.op !== constantOp) return false;
  const { data } = n.attrs.value;
  return data.length === 1 && data[0] === value;
}
function covers(a, b) {
  return a.type.shape.length >= b.type.shape.length;
}

// packages/core/src/ops/elementwise/add.ts
var addOp = {
  kind: "primitive",
  name: "add",
  elementwise: true,
  commutative: true,
  simplify({ inputs: [a, b] }) {
    if (isConstantOf(b, 0) && covers(a, b)) return a;
    if (isConstantOf(a, 0) && covers(b, a)) return b;
    return null;
  },
  infer: (inputs) => binary("add", inputs),
  grad: ({ inputs: [a, b], dy }) => [sumTo(dy, a.type.shape), sumTo(dy, b.type.shape)]
};
function add(a, b) {
  return node(addOp, operands("add", a, b), NO_ATTRS);
}

// packages/core/src/autodiff/vjp.ts
function vjp(y2, wrt, dy) {
  const expanded = expand(y2);
  const root = expanded.get(y2);
  const order = topologicalOrder([root]);
  const targets2 = wrt.map((x2) => expanded.get(x2) ?? x2);
  const needed = dependents(order, targets2);
  const grads = /* @__PURE__ */ new Map([[root, dy]]);
  for (const n of [...order].reverse()) {
    const g = grads.get(n);
    if (g === void 0 || !needed.has(n) || n.inputs.length === 0) continue;
    for (const [i, gx] of inputGrads(n, g).entries()) {
      const x2 = n.inputs[i];
      if (gx === null || !needed.has(x2)) continue;
      const before = grads.get(x2);
      grads.set(x2, before === void 0 ? gx : add(before, gx));
    }
  }
  return targets2.map((x2) => grads.get(x2) ?? broadcastTo(scalar(0), x2.type.shape));
}
function gradients(loss, wrt) {
  if (loss.type.shape.length !== 0 || !isFloat(loss.type.dtype)) {
    throw new NotDifferentiableError("gradients are taken of a scalar", {
      received: `${loss.type.dtype}[${loss.type.shape.join(", ")}]`,
      expected: "a float32 of rank 0",
      fix: "reduce the result with sum or mean"
    });
  }
  return vjp(loss, wrt, scalar(1));
}
function expand(y2) {
  const rebuilt = /* @__PURE__ */ new Map();
  for (const n of topologicalOrder([y2])) {
    const inputs = n.inputs.map((x2) => rebuilt.get(x2));
    const copy = inputs.every((x2, i) => x2 === n.inputs[i]) ? n : { ...n, inputs };
    rebuilt.set(n, n.op.kind === "composite" && n.op.grad === void 0 ? decomposed(n.op, copy) : copy);
  }
  return rebuilt;
}
function decomposed(op, { inputs, attrs }) {
  const root = op.decompose(inputs, attrs);
  return expand(root).get(root);
}
function dependents(order, wrt) {
  const found = new Set(wrt);
  for (const n of order) if (n.inputs.some((x2) => found.has(x2))) found.add(n);
  return found;
}
function inputGrads(n, dy) {
  const { op, inputs, attrs } = n;
  if (op.grad === "zero") return inputs.map(() => null);
  if (typeof op.grad === "function") return op.grad({ inputs, output: n, attrs, dy });
  throw new NotDifferentiableError(`${op.name} has no gradient rule`, {
    received: `a request for the gradient through ${op.name}`,
    expected: "ops whose gradient rules are themselves differentiable, on the whole way from the loss to the input",
    fix: "for second derivatives, use avgPool2d or a strided conv2d instead of maxPool2d"
  });
}

// packages/core/src/layers/layer.ts
function applyLayer(layer, x2, parameters, options) {
  return applyAt("", layer, x2, parameters, options);
}
function applyAt(path, layer, x2, parameters, options) {
  const inner = (name) => path === "" ? name : `${path}.${name}`;
  const context = {
    path,
    training: options.training,
    parameter(name) {
      const p = parameters.get(inner(name));
      if (p !== void 0) return p;
      throw new ValueError(`the layer has no parameter '${name}'`, {
        received: name,
        expected: layer.parameters.map((s) => s.name).join(", ")
      });
    },
    assign: (name, value) => options.assign?.(inner(name), value),
    applyChild: (name, child, input2) => applyAt(inner(name), child, input2, parameters, options)
  };
  try {
    const y2 = layer.apply(x2, context);
    options.observe?.(path, layer, x2, y2);
    return y2;
  } catch (error) {
    throw layer.children === void 0 ? prefixPath(error, `${path} ${layer.label}`.trim()) : error;
  }
}

// packages/core/src/model/forward.ts
function parameterInputs(model, prefix = "") {
  return new Map(model.parameters.map(({ name, shape: shape2 }) => [name, input(`${prefix}${name}`, shape2)]));
}

// packages/core/src/random/threefry.ts
var DRAW = 0;
var FOLD_NUMBER = 1073741824;
var FOLD_LABEL = 1610612736;
function threefry2x32(key2, c0, c1) {
  const block = new Uint32Array(2);
  fillBlocks(key2, c0, c1, block);
  return [block[0], block[1]];
}
function fillBlocks(key2, first, c1, out) {
  const k0 = key2[0] | 0;
  const k1 = key2[1] | 0;
  const k2 = k0 ^ k1 ^ 466688986;
  const second = c1 + k1 | 0;
  const even = out.length - out.length % 4;
  let counter = first + k0 | 0;
  for (let i = 0; i < even; i += 4) {
    let a = counter;
    let b = second;
    let c = counter + 1 | 0;
    let d = second;
    counter = counter + 2 | 0;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 13 | b >>> 19) ^ a;
    d = (d << 13 | d >>> 19) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 15 | b >>> 17) ^ a;
    d = (d << 15 | d >>> 17) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 26 | b >>> 6) ^ a;
    d = (d << 26 | d >>> 6) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 6 | b >>> 26) ^ a;
    d = (d << 6 | d >>> 26) ^ c;
    a = a + k1 | 0;
    c = c + k1 | 0;
    b = b + k2 + 1 | 0;
    d = d + k2 + 1 | 0;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 17 | b >>> 15) ^ a;
    d = (d << 17 | d >>> 15) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 29 | b >>> 3) ^ a;
    d = (d << 29 | d >>> 3) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 16 | b >>> 16) ^ a;
    d = (d << 16 | d >>> 16) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 24 | b >>> 8) ^ a;
    d = (d << 24 | d >>> 8) ^ c;
    a = a + k2 | 0;
    c = c + k2 | 0;
    b = b + k0 + 2 | 0;
    d = d + k0 + 2 | 0;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 13 | b >>> 19) ^ a;
    d = (d << 13 | d >>> 19) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 15 | b >>> 17) ^ a;
    d = (d << 15 | d >>> 17) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 26 | b >>> 6) ^ a;
    d = (d << 26 | d >>> 6) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 6 | b >>> 26) ^ a;
    d = (d << 6 | d >>> 26) ^ c;
    a = a + k0 | 0;
    c = c + k0 | 0;
    b = b + k1 + 3 | 0;
    d = d + k1 + 3 | 0;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 17 | b >>> 15) ^ a;
    d = (d << 17 | d >>> 15) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 29 | b >>> 3) ^ a;
    d = (d << 29 | d >>> 3) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 16 | b >>> 16) ^ a;
    d = (d << 16 | d >>> 16) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 24 | b >>> 8) ^ a;
    d = (d << 24 | d >>> 8) ^ c;
    a = a + k1 | 0;
    c = c + k1 | 0;
    b = b + k2 + 4 | 0;
    d = d + k2 + 4 | 0;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 13 | b >>> 19) ^ a;
    d = (d << 13 | d >>> 19) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 15 | b >>> 17) ^ a;
    d = (d << 15 | d >>> 17) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 26 | b >>> 6) ^ a;
    d = (d << 26 | d >>> 6) ^ c;
    a = a + b | 0;
    c = c + d | 0;
    b = (b << 6 | b >>> 26) ^ a;
    d = (d << 6 | d >>> 26) ^ c;
    out[i] = a + k2 | 0;
    out[i + 1] = b + k0 + 5 | 0;
    out[i + 2] = c + k2 | 0;
    out[i + 3] = d + k0 + 5 | 0;
  }
  if (even < out.length) {
    const rest = new Uint32Array(4);
    fillBlocks(key2, first + even / 2, c1, rest);
    out.set(rest.subarray(0, out.length - even), even);
  }
}

// packages/core/src/random/bernoulli.ts
function bernoulli(key2, out, p) {
  if (!(p >= 0 && p <= 1)) {
    throw new ValueError("bernoulli(key, out, p): p is a probability", {
      received: String(p),
      expected: "a number from 0 to 1"
    });
  }
  const threshold = p * 2 ** 32;
  const words = new Uint32Array(Math.min(out.length, 1024));
  for (let start = 0; start < out.length; start += words.length) {
    fillBlocks(key2, start / 2, DRAW, words);
    const n = Math.min(words.length, out.length - start);
    for (let i = 0; i < n; i++) out[start + i] = Number(words[i] < threshold);
  }
}

// packages/core/src/random/bits.ts
function bits(key2, out) {
  fillBlocks(key2, 0, DRAW, out);
}

// packages/core/src/random/key.ts
function key(seed) {
  checkSafeInteger("key(seed)", seed);
  return [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];
}
function fold(parent, data) {
  if (typeof data === "string") return foldLabel(parent, data);
  checkSafeInteger("fold(key, data)", data);
  return threefry2x32(parent, data >>> 0, FOLD_NUMBER | Math.floor(data / 2 ** 32) & 4194303);
}
function foldLabel(parent, label) {
  let state = threefry2x32(parent, label.length, FOLD_LABEL);
  for (let i = 0; i < label.length; i += 2) {
    const second = i + 1 < label.length ? label.charCodeAt(i + 1) : 0;
    state = threefry2x32(state, label.charCodeAt(i) | second << 16, FOLD_LABEL);
  }
  return state;
}
function checkSafeInteger(where2, value) {
  if (!Number.isSafeInteger(value)) {
    throw new ValueError(`${where2} takes a whole number`, {
      received: String(value),
      expected: "a safe integer (below 2^53)"
    });
  }
}

// packages/core/src/random/normal-quantile.ts
function normalQuantile(p) {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * central(0.180625 - q * q);
  const r = Math.sqrt(-log(Math.min(p, 1 - p))) - 1.6;
  return q < 0 ? -tail(r) : tail(r);
}
function central(r) {
  let above = 2509.0809287301227;
  let below = 5226.495278852854;
  above = above * r + 33430.57558358813;
  below = below * r + 28729.085735721943;
  above = above * r + 67265.7709270087;
  below = below * r + 39307.89580009271;
  above = above * r + 45921.95393154987;
  below = below * r + 21213.794301586597;
  above = above * r + 13731.69376550946;
  below = below * r + 5394.196021424751;
  above = above * r + 1971.5909503065513;
  below = below * r + 687.1870074920579;
  above = above * r + 133.14166789178438;
  below = below * r + 42.31333070160091;
  above = above * r + 3.3871328727963665;
  below = below * r + 1;
  return above / below;
}
function tail(r) {
  let above = 7745450142783414e-19;
  let below = 10507500716444169e-25;
  above = above * r + 0.022723844989269184;
  below = below * r + 5475938084995345e-19;
  above = above * r + 0.2417807251774506;
  below = below * r + 0.015198666563616457;
  above = above * r + 1.2704582524523684;
  below = below * r + 0.14810397642748008;
  above = above * r + 3.6478483247632045;
  below = below * r + 0.6897673349851;
  above = above * r + 5.769497221460691;
  below = below * r + 1.6763848301838038;
  above = above * r + 4.630337846156546;
  below = below * r + 2.053191626637759;
  above = above * r + 1.4234371107496835;
  below = below * r + 1;
  return above / below;
}
function log(x2) {
  let exponent = 0;
  let m = x2;
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent -= 1;
  }
  while (m > Math.SQRT2) {
    m /= 2;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum2 = 1 / 23;
  sum2 = sum2 * t + 1 / 21;
  sum2 = sum2 * t + 1 / 19;
  sum2 = sum2 * t + 1 / 17;
  sum2 = sum2 * t + 1 / 15;
  sum2 = sum2 * t + 1 / 13;
  sum2 = sum2 * t + 1 / 11;
  sum2 = sum2 * t + 1 / 9;
  sum2 = sum2 * t + 1 / 7;
  sum2 = sum2 * t + 1 / 5;
  sum2 = sum2 * t + 1 / 3;
  sum2 = sum2 * t + 1;
  return exponent * Math.LN2 + 2 * s * sum2;
}

// packages/core/src/random/normal.ts
function normal(key2, out, mean2 = 0, std = 1) {
  if (!Number.isFinite(mean2) || !Number.isFinite(std) || std < 0) {
    throw new ValueError("normal(key, out, mean, std) is not a Gaussian", {
      received: `mean ${mean2}, std ${std}`,
      expected: "a finite mean and a finite std >= 0"
    });
  }
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  bits(key2, words);
  for (let i = 0; i < words.length; i++) {
    out[i] = mean2 + std * normalQuantile((words[i] + 0.5) * 2 ** -32);
  }
}

// packages/core/src/random/uniform.ts
function uniform(key2, out, low = 0, high = 1) {
  const from = Math.fround(low);
  const to = Math.fround(high);
  if (!(from < to) || !Number.isFinite(from) || !Number.isFinite(to)) {
    throw new ValueError("uniform(key, out, low, high) has an empty or infinite range", {
      received: `low ${low}, high ${high}`,
      expected: "finite float32 bounds with low < high"
    });
  }
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  bits(key2, words);
  const scale = (to - from) * 2 ** -24;
  const largest = float32Below(to);
  for (let i = 0; i < words.length; i++) {
    out[i] = Math.min(from + (words[i] >>> 8) * scale, largest);
  }
}
function float32Below(value) {
  if (value === 0) return -(2 ** -149);
  const float = new Float32Array([value]);
  const word = new Int32Array(float.buffer);
  word[0] = word[0] + (value > 0 ? -1 : 1);
  return float[0];
}

// packages/core/src/model/parameters.ts
function initParameters(model, seed) {
  const root = fold(key(seed), "init");
  return Object.fromEntries(
    model.parameters.map(({ name, shape: shape2, init }) => [name, ndarray("float32", shape2, init(fold(root, name), shape2))])
  );
}
function expectParameters(model, arrays, what = "the parameters") {
  const wanted = new Map(model.parameters.map((p) => [p.name, p.shape]));
  const problems = [];
  for (const [name, shape2] of wanted) {
    const array = arrays[name];
    if (array === void 0) problems.push(`${name} is missing`);
    else if (array.dtype !== "float32") problems.push(`${name} is ${array.dtype}, not float32`);
    else if (!sameShape(array.shape, shape2))
      problems.push(`${name} is ${formatShape(array.shape)}, not ${formatShape(shape2)}`);
  }
  for (const name of Object.keys(arrays))
    if (!wanted.has(name)) problems.push(`${name} is not a parameter of this network`);
  if (problems.length === 0) return;
  throw new StateError(`${what} belong to another network`, {
    received: problems.join("; "),
    expected: [...wanted].map(([name, shape2]) => `${name} ${formatShape(shape2)}`).join(", ") || "no parameters",
    fix: "load them into a network of the same layers in the same order"
  });
}

// packages/core/src/ops/elementwise/cast.ts
var castOp = {
  kind: "primitive",
  name: "cast",
  elementwise: true,
  infer: ([x2], { to }) => ({ dtype: to, shape: x2.shape }),
  simplify: ({ inputs: [x2], type: type2 }) => x2.type.dtype === type2.dtype ? x2 : null,
  grad({ inputs: [x2], dy, attrs }) {
    const from = x2.type.dtype;
    return [isFloat(from) && isFloat(attrs.to) ? cast(dy, from) : null];
  }
};
function cast(x2, to) {
  return x2.type.dtype === to ? x2 : node(castOp, [x2], { to });
}

// packages/core/src/ops/elementwise/mul.ts
var mulOp = {
  kind: "primitive",
  name: "mul",
  elementwise: true,
  commutative: true,
  simplify({ inputs: [a, b] }) {
    if (isConstantOf(b, 1) && covers(a, b)) return a;
    if (isConstantOf(a, 1) && covers(b, a)) return b;
    return null;
  },
  infer: (inputs) => binary("mul", inputs),
  grad({ inputs, dy }) {
    const [a, b] = inputs;
    return [sumTo(mul(dy, b), a.type.shape), sumTo(mul(dy, a), b.type.shape)];
  }
};
function mul(a, b) {
  return node(mulOp, operands("mul", a, b), NO_ATTRS);
}

// packages/core/src/ops/elementwise/exp.ts
var expOp = {
  kind: "primitive",
  name: "exp",
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat("exp", inputs),
  grad: ({ output, dy }) => [mul(dy, output)]
};
function exp(x2) {
  return node(expOp, [x2], NO_ATTRS);
}

// packages/core/src/ops/elementwise/neg.ts
var negOp = {
  kind: "primitive",
  name: "neg",
  elementwise: true,
  infer: (inputs) => unaryNumber("neg", inputs),
  grad: ({ dy }) => [neg(dy)]
};
function neg(x2) {
  return node(negOp, [x2], NO_ATTRS);
}

// packages/core/src/ops/elementwise/div.ts
var divOp = {
  kind: "primitive",
  name: "div",
  elementwise: true,
  simplify: ({ inputs: [a, b] }) => isConstantOf(b, 1) && covers(a, b) ? a : null,
  infer: (inputs) => binary("div", inputs),
  grad({ inputs, output, dy }) {
    const [a, b] = inputs;
    const da = div(dy, b);
    return [sumTo(da, a.type.shape), sumTo(neg(mul(da, output)), b.type.shape)];
  }
};
function div(a, b) {
  return node(divOp, operands("div", a, b), NO_ATTRS);
}

// packages/core/src/ops/elementwise/log.ts
var logOp = {
  kind: "primitive",
  name: "log",
  elementwise: true,
  infer: (inputs) => unaryFloat("log", inputs),
  grad: ({ inputs, dy }) => [div(dy, inputs[0])]
};
function log2(x2) {
  return node(logOp, [x2], NO_ATTRS);
}

// packages/core/src/ops/elementwise/sub.ts
var subOp = {
  kind: "primitive",
  name: "sub",
  elementwise: true,
  simplify: ({ inputs: [a, b] }) => isConstantOf(b, 0) && covers(a, b) ? a : null,
  infer: (inputs) => binary("sub", inputs),
  grad: ({ inputs: [a, b], dy }) => [sumTo(dy, a.type.shape), sumTo(neg(dy), b.type.shape)]
};
function sub(a, b) {
  return node(subOp, operands("sub", a, b), NO_ATTRS);
}

// packages/core/src/ops/elementwise/equal.ts
var equalOp = {
  kind: "primitive",
  name: "equal",
  elementwise: true,
  commutative: true,
  infer: (inputs) => comparison("equal", inputs),
  grad: "zero"
};
function equal(a, b) {
  return node(equalOp, operands("equal", a, b), NO_ATTRS);
}

// packages/core/src/ops/reduce/_extreme.ts
function extremeGrad(x2, output, attrs, dy) {
  const { shape: shape2 } = x2.type;
  const mask = cast(equal(x2, unreduce(output, attrs, shape2)), "float32");
  const share2 = div(dy, sum(mask, attrs));
  return mul(mask, unreduce(share2, attrs, shape2));
}
function expectNonEmpty(op, [x2], axes) {
  const { shape: shape2 } = x2;
  if (axes.every((a) => shape2[a] !== 0)) return;
  throw new ShapeError(`${op} over an empty axis has no value`, {
    received: `shape ${formatShape(shape2)}, axes [${axes.join(", ")}]`,
    expected: "at least one element on each reduced axis"
  });
}

// packages/core/src/ops/reduce/max.ts
var maxOp = {
  kind: "primitive",
  name: "max",
  infer(inputs, attrs) {
    expectNonEmpty("max", inputs, attrs.axes);
    return reduceType("max", inputs, attrs, ["float32", "int32"]);
  },
  simplify: ({ inputs: [x2], attrs }) => attrs.axes.length === 0 ? x2 : null,
  grad: ({ inputs: [x2], output, attrs, dy }) => [extremeGrad(x2, output, attrs, dy)]
};
function max(x2, options = {}) {
  return node(maxOp, [x2], reduceAttrs("max", x2, options));
}

// packages/core/src/ops/composite/_axis.ts
function axisType(op, [x2], { axis }) {
  const type2 = x2;
  expectDType(op, "a tensor", type2.dtype, ["float32"]);
  normalizeAxis(op, axis, type2.shape.length);
  expectNonEmpty(op, [type2], [axis]);
  return type2;
}

// packages/core/src/ops/composite/log-softmax.ts
var logSoftmaxOp = {
  kind: "composite",
  name: "logSoftmax",
  infer: (inputs, attrs) => axisType("logSoftmax", inputs, attrs),
  decompose([x2], { axis }) {
    const options = { axes: [axis], keepDims: true };
    const shifted = sub(x2, max(x2, options));
    return sub(shifted, log2(sum(exp(shifted), options)));
  },
  grad({ output: y2, attrs: { axis }, dy }) {
    return [sub(dy, mul(exp(y2), sum(dy, { axes: [axis], keepDims: true })))];
  }
};
function logSoftmax(x2, { axis = -1 } = {}) {
  return node(logSoftmaxOp, [x2], { axis: normalizeAxis("logSoftmax", axis, x2.type.shape.length) });
}

// packages/core/src/ops/composite/softmax.ts
var softmaxOp = {
  kind: "composite",
  name: "softmax",
  infer: (inputs, attrs) => axisType("softmax", inputs, attrs),
  decompose([x2], { axis }) {
    const options = { axes: [axis], keepDims: true };
    const e = exp(sub(x2, max(x2, options)));
    return div(e, sum(e, options));
  },
  grad({ output: y2, attrs: { axis }, dy }) {
    return [mul(y2, sub(dy, sum(mul(dy, y2), { axes: [axis], keepDims: true })))];
  }
};
function softmax(x2, { axis = -1 } = {}) {
  return node(softmaxOp, [x2], { axis: normalizeAxis("softmax", axis, x2.type.shape.length) });
}

// packages/core/src/ops/elementwise/greater.ts
var greaterOp = {
  kind: "primitive",
  name: "greater",
  elementwise: true,
  infer: (inputs) => comparison("greater", inputs),
  grad: "zero"
};
function greater(a, b) {
  return node(greaterOp, operands("greater", a, b), NO_ATTRS);
}

// packages/core/src/ops/elementwise/relu.ts
var reluOp = {
  kind: "primitive",
  name: "relu",
  elementwise: true,
  monotone: true,
  infer: (inputs) => unaryFloat("relu", inputs),
  grad: ({ output, dy }) => [mul(dy, cast(greater(output, 0), "float32"))]
};
function relu(x2) {
  return node(reluOp, [x2], NO_ATTRS);
}

// packages/core/src/layers/_check.ts
function expectCount(layer, option, value, least = 1) {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ValueError(`${layer} was given an invalid ${option}`, {
    path: option,
    received: String(value),
    expected: `an integer of at least ${least}`
  });
}
function expectFloat(x2) {
  if (x2.type.dtype === "float32") return;
  throw new DTypeError(`the layer computes with float32, not ${x2.type.dtype}`, {
    received: x2.type.dtype,
    expected: "float32",
    fix: "put rescale(1 / 255) in front of the first layer: it turns bytes into floats from 0 to 1"
  });
}

// packages/core/src/layers/activations.ts
function relu2() {
  return activation("relu", relu);
}
function activation(label, f) {
  return {
    label,
    parameters: [],
    apply(x2) {
      expectFloat(x2);
      return f(x2);
    }
  };
}

// packages/core/src/ops/conv/_window.ts
function pair(op, option, value, least) {
  const out = typeof value === "number" ? [value, value] : value;
  if (out.length === 2 && out.every((v) => Number.isInteger(v) && v >= least)) return out;
  throw new ValueError(`${op} was given an invalid ${option}`, {
    received: JSON.stringify(value),
    expected: `an integer of at least ${least}, or [height, width] of such`
  });
}
function resolvePads(op, padding, size, kernel, strides2, dilations) {
  if (padding === "valid") return [0, 0, 0, 0];
  if (padding === "same") {
    const total = [0, 1].map((i) => {
      const reach = dilations[i] * (kernel[i] - 1) + 1;
      return Math.max(0, (Math.ceil(size[i] / strides2[i]) - 1) * strides2[i] + reach - size[i]);
    });
    const [top, left] = total.map((t) => Math.floor(t / 2));
    return [top, left, total[0] - top, total[1] - left];
  }
  const [h, w, b, r] = typeof padding === "number" ? [padding, padding] : padding;
  const pads = [h, w, b ?? h, r ?? w];
  if (pads.every((p) => Number.isInteger(p) && p >= 0)) return pads;
  throw new ValueError(`${op} was given an invalid padding`, {
    received: JSON.stringify(padding),
    expected: "'valid', 'same', an integer of at least 0, [height, width] or [top, left, bottom, right]"
  });
}
function outputSize(op, size, kernel, { strides: strides2, pads }, dilations) {
  return [0, 1].map((i) => {
    const padded3 = size[i] + pads[i] + pads[i + 2];
    const reach = dilations[i] * (kernel[i] - 1) + 1;
    if (size[i] >= 1 && padded3 >= reach) return Math.floor((padded3 - reach) / strides2[i]) + 1;
    throw new ShapeError(`${op}: the window is larger than the ${i === 0 ? "height" : "width"} of the image`, {
      received: `size ${size[i]} + padding ${pads[i]} + ${pads[i + 2]} = ${padded3}, window ${kernel[i]} dilated by ${dilations[i]} = ${reach}`,
      expected: `a padded size of at least ${reach}`,
      fix: "use a smaller kernel, more padding, or fewer pooling layers before this one"
    });
  });
}
function imageSize(op, what, { dtype, shape: shape2 }) {
  expectDType(op, what, dtype, ["float32"]);
  if (shape2.length === 4 && shape2[2] >= 0 && shape2[3] >= 0)
    return [shape2[2], shape2[3]];
  throw new ShapeError(`${op} needs ${what} [batch, channels, height, width]`, {
    received: formatShape(shape2),
    expected: "four axes, with fixed height and width",
    fix: shape2.length === 3 ? "add the batch or the channel axis with reshape" : "reshape the images to four axes"
  });
}
function expectGradientShape(op, received, expected) {
  if (sameShape(received, expected)) return;
  throw new ShapeError(`${op} was given a gradient of another shape than the result it belongs to`, {
    received: formatShape(received),
    expected: formatShape(expected)
  });
}

// packages/core/src/ops/conv/_pool.ts
var UNDILATED = [1, 1];
function poolAttrs(op, x2, kernelSize, { stride = kernelSize, padding = 0 }) {
  const kernel = pair(op, "kernel size", kernelSize, 1);
  const strides2 = pair(op, "stride", stride, 1);
  const size = imageSize(op, "an image batch", x2.type);
  const pads = resolvePads(op, padding, size, kernel, strides2, UNDILATED);
  if (pads.some((p, i) => p > kernel[i % 2] / 2)) {
    throw new ShapeError(`${op}: padding may be at most half of the kernel`, {
      received: `padding [${pads.join(", ")}], kernel [${kernel.join(", ")}]`,
      expected: "windows that each hold a pixel"
    });
  }
  return { kernel, strides: strides2, pads };
}
function poolType(op, x2, attrs) {
  const size = imageSize(op, "an image batch", x2);
  return { dtype: x2.dtype, shape: [...x2.shape.slice(0, 2), ...outputSize(op, size, attrs.kernel, attrs, UNDILATED)] };
}

// packages/core/src/ops/reduce/mean.ts
var meanOp = {
  kind: "primitive",
  name: "mean",
  infer: (inputs, attrs) => reduceType("mean", inputs, attrs, ["float32"]),
  simplify: ({ inputs: [x2], attrs }) => attrs.axes.length === 0 ? x2 : null,
  grad({ inputs: [x2], output, attrs, dy }) {
    const { shape: shape2 } = x2.type;
    const ratio = numel(shape2) / numel(output.type.shape);
    const count = ratio < 0 ? sum(broadcastTo(scalar(1), shape2), attrs) : ratio;
    return [unreduce(div(dy, count), attrs, shape2)];
  }
};
function mean(x2, options = {}) {
  return node(meanOp, [x2], reduceAttrs("mean", x2, options));
}

// packages/core/src/layers/init/initializers.ts
function uniform2({ low = 0, high = 1 } = {}) {
  return (key2, shape2) => draw(shape2, (out) => uniform(key2, out, low, high));
}
function kaimingUniform({ a = 0, mode = "fanIn" } = {}) {
  return (key2, shape2) => {
    const bound = Math.sqrt(2 / (1 + a * a)) * Math.sqrt(3 / fans(shape2)[mode]);
    return uniform2({ low: -bound, high: bound })(key2, shape2);
  };
}
function fans(shape2) {
  const [out, input2, ...window] = shape2;
  if (out === void 0 || input2 === void 0) {
    throw new ValueError("an initializer that depends on the fan needs a weight of at least two axes", {
      received: `shape [${shape2.join(", ")}]`,
      fix: "use gaussian, uniform or zeros for biases"
    });
  }
  const area = numel(window);
  return { fanIn: input2 * area, fanOut: out * area };
}
function draw(shape2, fill2) {
  const out = new Float32Array(numel(shape2));
  fill2(out);
  return out;
}

// packages/core/src/ops/conv/conv2d-input-grad.ts
var conv2dInputGradOp = {
  kind: "primitive",
  name: "conv2dInputGrad",
  infer(inputs, { inputSize, ...attrs }) {
    const [dy, w] = inputs;
    imageSize("conv2dInputGrad", "a gradient", dy);
    imageSize("conv2dInputGrad", "a weight", w);
    const x2 = {
      dtype: dy.dtype,
      shape: [dy.shape[0], w.shape[1] * attrs.groups, ...inputSize]
    };
    expectGradientShape("conv2dInputGrad", dy.shape, conv2dOp.infer([x2, w], attrs).shape);
    return x2;
  },
  grad({ inputs, attrs: { inputSize: _, ...attrs }, dy: g }) {
    const [dy, w] = inputs;
    const [, , kh, kw] = w.type.shape;
    return [node(conv2dOp, [g, w], attrs), conv2dFilterGrad(g, dy, { ...attrs, kernelSize: [kh, kw] })];
  }
};
function conv2dInputGrad(dy, weight, attrs) {
  return node(conv2dInputGradOp, [dy, weight], attrs);
}

// packages/core/src/ops/conv/conv2d-filter-grad.ts
var conv2dFilterGradOp = {
  kind: "primitive",
  name: "conv2dFilterGrad",
  infer(inputs, { kernelSize, ...attrs }) {
    const [x2, dy] = inputs;
    imageSize("conv2dFilterGrad", "an image batch", x2);
    imageSize("conv2dFilterGrad", "a gradient", dy);
    const perGroup = x2.shape[1] / attrs.groups;
    if (!Number.isInteger(perGroup)) {
      throw new ShapeError("conv2dFilterGrad: the groups do not divide the channels", {
        received: `image ${formatShape(x2.shape)}, groups ${attrs.groups}`,
        expected: "a number of channels that the groups divide"
      });
    }
    const w = { dtype: x2.dtype, shape: [dy.shape[1], perGroup, ...kernelSize] };
    expectGradientShape("conv2dFilterGrad", dy.shape, conv2dOp.infer([x2, w], attrs).shape);
    return w;
  },
  grad({ inputs, attrs: { kernelSize: _, ...attrs }, dy: g }) {
    const [x2, dy] = inputs;
    const [, , h, w] = x2.type.shape;
    return [conv2dInputGrad(dy, g, { ...attrs, inputSize: [h, w] }), node(conv2dOp, [x2, g], attrs)];
  }
};
function conv2dFilterGrad(x2, dy, attrs) {
  return node(conv2dFilterGradOp, [x2, dy], attrs);
}

// packages/core/src/ops/conv/conv2d.ts
var conv2dOp = {
  kind: "primitive",
  name: "conv2d",
  infer(inputs, attrs) {
    const [x2, w] = inputs;
    const size = imageSize("conv2d", "an image batch", x2);
    const kernel = imageSize("conv2d", "a weight", w);
    const [batch, channels] = x2.shape;
    const [filters, perGroup] = w.shape;
    if (channels !== perGroup * attrs.groups || filters % attrs.groups !== 0) {
      throw new ShapeError("conv2d: the channels of the image and of the weight do not fit", {
        received: `image ${formatShape(x2.shape)}, weight ${formatShape(w.shape)}, groups ${attrs.groups}`,
        expected: `an image of ${perGroup} \xD7 ${attrs.groups} = ${perGroup * attrs.groups} channels, and filters divisible by the groups`
      });
    }
    return { dtype: x2.dtype, shape: [batch, filters, ...outputSize("conv2d", size, kernel, attrs, attrs.dilations)] };
  },
  grad({ inputs, attrs, dy }) {
    const [x2, w] = inputs;
    const [, , h, wd] = x2.type.shape;
    const [, , kh, kw] = w.type.shape;
    return [
      conv2dInputGrad(dy, w, { ...attrs, inputSize: [h, wd] }),
      conv2dFilterGrad(x2, dy, { ...attrs, kernelSize: [kh, kw] })
    ];
  }
};
function conv2d(x2, weight, { stride = 1, padding = 0, dilation = 1, groups = 1 } = {}) {
  const strides2 = pair("conv2d", "stride", stride, 1);
  const dilations = pair("conv2d", "dilation", dilation, 1);
  const size = imageSize("conv2d", "an image batch", x2.type);
  const kernel = imageSize("conv2d", "a weight", weight.type);
  const pads = resolvePads("conv2d", padding, size, kernel, strides2, dilations);
  return node(conv2dOp, [x2, weight], { strides: strides2, pads, dilations, groups });
}

// packages/core/src/ops/linalg/matmul.ts
var matmulOp = {
  kind: "primitive",
  name: "matmul",
  infer(inputs, { transposeA, transposeB }) {
    const [a, b] = inputs;
    expectDType("matmul", "a first operand", a.dtype, ["float32"]);
    expectDType("matmul", "a second operand", b.dtype, ["float32"]);
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError("matmul needs matrices", {
        received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
        expected: "tensors with at least two axes",
        fix: "add an axis with reshape"
      });
    }
    const [m, ka] = matrix(a, transposeA);
    const [kb, n] = matrix(b, transposeB);
    if (ka !== kb) {
      throw new ShapeError(`matmul cannot multiply ${m}\xD7${ka} by ${kb}\xD7${n}`, {
        received: `${formatShape(a.shape)}${transposeA ? " transposed" : ""} and ${formatShape(b.shape)}${transposeB ? " transposed" : ""}`,
        expected: `inner sizes that agree, but ${ka} \u2260 ${kb}`
      });
    }
    return { dtype: a.dtype, shape: [...broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n] };
  },
  grad({ inputs, attrs: { transposeA: ta, transposeB: tb }, dy }) {
    const [a, b] = inputs;
    const da = ta ? matmul(b, dy, { transposeA: tb, transposeB: true }) : matmul(dy, b, { transposeB: !tb });
    const db = tb ? matmul(dy, a, { transposeA: true, transposeB: ta }) : matmul(a, dy, { transposeA: !ta });
    return [sumTo(da, a.type.shape), sumTo(db, b.type.shape)];
  }
};
function matrix({ shape: shape2 }, transposed2) {
  const [rows, cols] = shape2.slice(-2);
  return transposed2 ? [cols, rows] : [rows, cols];
}
function matmul(a, b, { transposeA = false, transposeB = false } = {}) {
  return node(matmulOp, [a, b], { transposeA, transposeB });
}

// packages/core/src/layers/linear.ts
function linear(inFeatures, outFeatures, options = {}) {
  expectCount("linear", "inFeatures", inFeatures);
  expectCount("linear", "outFeatures", outFeatures);
  const { bias = true, weightInit = kaimingUniform({ a: Math.sqrt(5) }), biasInit = biasBound(inFeatures) } = options;
  const weight = { name: "weight", shape: [outFeatures, inFeatures], init: weightInit };
  return {
    label: `linear(${inFeatures} \u2192 ${outFeatures})`,
    parameters: bias ? [weight, { name: "bias", shape: [outFeatures], init: biasInit }] : [weight],
    apply(x2, { parameter }) {
      expectFloat(x2);
      expectFeatures(x2, inFeatures, outFeatures);
      const y2 = matmul(x2, parameter("weight"), { transposeB: true });
      return bias ? add(y2, parameter("bias")) : y2;
    }
  };
}
function biasBound(fanIn) {
  const bound = 1 / Math.sqrt(fanIn);
  return uniform2({ low: -bound, high: bound });
}
function expectFeatures(x2, inFeatures, outFeatures) {
  const { shape: shape2 } = x2.type;
  if (shape2.length >= 2 && shape2.at(-1) === inFeatures) return;
  const perSample = shape2.slice(1);
  const features = numel(perSample);
  const product = `${perSample.join(" \xD7 ")}${perSample.length > 1 ? ` = ${features}` : ""}`;
  const fix = shape2.length < 2 ? "give the input a batch axis in front" : features === inFeatures ? "put flatten() in front of this layer" : shape2.length > 2 ? `each sample holds ${product} numbers, not ${inFeatures}: use flatten() and linear(${features}, ${outFeatures}), or bring the samples to ${inFeatures} numbers first` : `use linear(${features}, ${outFeatures}), or check the layer in front of this one`;
  throw new ShapeError("the input does not fit the weight", {
    received: `${formatShape(shape2)} (batch first)`,
    expected: `[batch, ${inFeatures}]`,
    fix
  });
}

// packages/core/src/layers/conv2d.ts
function conv2d2(inChannels, outChannels, kernelSize, options = {}) {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
  expectCount("conv2d", "inChannels", inChannels);
  expectCount("conv2d", "outChannels", outChannels);
  expectCount("conv2d", "groups", groups);
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ValueError("conv2d: the groups must divide the channels", {
      path: "groups",
      received: `${groups} groups for ${inChannels} \u2192 ${outChannels} channels`,
      expected: "a common divisor of both channel counts"
    });
  }
  const [kh, kw] = pair("conv2d", "kernel size", kernelSize, 1);
  const perGroup = inChannels / groups;
  const { weightInit = kaimingUniform({ a: Math.sqrt(5) }), biasInit = biasBound(perGroup * kh * kw) } = options;
  const weight = { name: "weight", shape: [outChannels, perGroup, kh, kw], init: weightInit };
  return {
    label: `conv2d(${inChannels} \u2192 ${outChannels}, ${kh}\xD7${kw}${describe(options)})`,
    parameters: bias ? [weight, { name: "bias", shape: [outChannels], init: biasInit }] : [weight],
    apply(x2, { parameter }) {
      expectFloat(x2);
      if (x2.type.shape.length !== 4 || x2.type.shape[1] !== inChannels) {
        throw new ShapeError("the images do not fit the weight", {
          received: formatShape(x2.type.shape),
          expected: `[batch, ${inChannels}, height, width]`,
          fix: x2.type.shape.length === 4 ? `use conv2d(${x2.type.shape[1]}, ${outChannels}, \u2026), or give images of ${inChannels} channels` : "put this layer in front of flatten(), or reshape to four axes"
        });
      }
      const y2 = conv2d(x2, parameter("weight"), { stride, padding, dilation, groups });
      return bias ? add(y2, reshape(parameter("bias"), [outChannels, 1, 1])) : y2;
    }
  };
}
function describe({ stride = 1, padding = 0, dilation = 1, groups = 1 }) {
  const parts = Object.entries({ stride, padding, dilation, groups }).filter(
    ([k, v]) => v !== (k === "padding" ? 0 : 1)
  );
  return parts.map(([k, v]) => `, ${k} ${Array.isArray(v) ? v.join("\xD7") : v}`).join("");
}

// packages/core/src/ops/leaf/draw.ts
var drawOp = {
  kind: "leaf",
  name: "draw",
  infer(_, { distribution, shape: shape2, stream }) {
    expectShape(`draw '${stream}'`, shape2);
    if (distribution.kind === "bernoulli" && !(distribution.p >= 0 && distribution.p <= 1)) {
      throw new ValueError("a probability is out of range", {
        path: stream,
        received: `${distribution.p}`,
        expected: "a number from 0 to 1"
      });
    }
    return { dtype: distribution.kind === "bernoulli" ? "uint8" : "float32", shape: shape2 };
  },
  grad: "zero"
};

// packages/core/src/layers/flatten.ts
function flatten() {
  return {
    label: "flatten",
    parameters: [],
    apply(x2) {
      const [batch, ...rest] = x2.type.shape;
      if (batch === void 0)
        throw new ShapeError("flatten needs a batch axis", { received: formatShape(x2.type.shape) });
      return reshape(x2, [batch, numel(rest)]);
    }
  };
}

// packages/core/src/ops/conv/max-pool2d-grad.ts
var maxPool2dGradOp = {
  kind: "primitive",
  name: "maxPool2dGrad",
  infer(inputs, attrs) {
    const [x2, y2, dy] = inputs;
    const { shape: shape2 } = poolType("maxPool2dGrad", x2, attrs);
    for (const t of [y2, dy]) {
      imageSize("maxPool2dGrad", "a result and its gradient", t);
      expectGradientShape("maxPool2dGrad", t.shape, shape2);
    }
    return x2;
  },
  grad: "undefined"
};
function maxPool2dGrad(x2, y2, dy, attrs) {
  return node(maxPool2dGradOp, [x2, y2, dy], attrs);
}

// packages/core/src/ops/conv/max-pool2d.ts
var maxPool2dOp = {
  kind: "primitive",
  name: "maxPool2d",
  infer: ([x2], attrs) => poolType("maxPool2d", x2, attrs),
  /** The maximum of a never-decreasing function is the function of the maximum, which it computes on far fewer elements. */
  simplify({ inputs: [x2], attrs }) {
    const { op, inputs, attrs: inner } = x2;
    return op.monotone === true ? node(op, [node(maxPool2dOp, inputs, attrs)], inner) : null;
  },
  grad: ({ inputs: [x2], output, attrs, dy }) => [maxPool2dGrad(x2, output, dy, attrs)]
};
function maxPool2d(x2, kernelSize, options = {}) {
  return node(maxPool2dOp, [x2], poolAttrs("maxPool2d", x2, kernelSize, options));
}

// packages/core/src/layers/max-pool2d.ts
function maxPool2d2(kernelSize, options = {}) {
  const [kh, kw] = pair("maxPool2d", "kernel size", kernelSize, 1);
  return {
    label: `maxPool2d(${kh}\xD7${kw})`,
    parameters: [],
    apply(x2) {
      expectFloat(x2);
      return maxPool2d(x2, kernelSize, options);
    }
  };
}

// packages/core/src/layers/rescale.ts
function rescale(scale, offset = 0) {
  const inverse = Math.round(1 / scale);
  const shown = inverse > 1 && Math.abs(inverse * scale - 1) < 1e-12 ? `1/${inverse}` : String(scale);
  return {
    label: `rescale(${shown}${offset === 0 ? "" : `, ${offset}`})`,
    parameters: [],
    apply(x2) {
      const scaled = mul(cast(x2, "float32"), scale);
      return offset === 0 ? scaled : add(scaled, offset);
    }
  };
}

// packages/core/src/layers/sequential.ts
function sequential(...layers) {
  const [first] = layers;
  const given = typeof first === "object" && !isLayer(first) ? Object.entries(first) : Object.entries(layers);
  const named2 = given;
  for (const [name, layer] of named2) {
    if (isLayer(layer)) continue;
    throw new ValueError(`sequential was given something that is not a layer`, {
      path: name,
      received: typeof layer,
      expected: "a layer, such as linear(784, 10) or relu()",
      fix: "call the function: relu() instead of relu"
    });
  }
  return {
    label: "sequential",
    parameters: named2.flatMap(([name, layer]) => layer.parameters.map((p) => ({ ...p, name: `${name}.${p.name}` }))),
    children: new Map(named2),
    apply: (x2, { applyChild }) => named2.reduce((value, [name, layer]) => applyChild(name, layer, value), x2)
  };
}
function isLayer(x2) {
  return typeof x2 === "object" && x2 !== null && "apply" in x2 && typeof x2.apply === "function" && "parameters" in x2;
}

// packages/core/src/ops/elementwise/where.ts
var whereOp = {
  kind: "primitive",
  name: "where",
  elementwise: true,
  infer(inputs) {
    const [condition, a, b] = inputs;
    expectDType("where", "a condition", condition.dtype, ["bool"]);
    if (a.dtype !== b.dtype) {
      throw new DTypeError("where needs both choices of one type", {
        received: `${a.dtype} and ${b.dtype}`,
        fix: "cast one of them"
      });
    }
    return {
      dtype: a.dtype,
      shape: broadcastShapes("where", condition.shape, broadcastShapes("where", a.shape, b.shape))
    };
  },
  grad({ inputs, dy }) {
    const [condition, a, b] = inputs;
    const zero = scalar(0, dy.type.dtype);
    return [null, sumTo(where(condition, dy, zero), a.type.shape), sumTo(where(condition, zero, dy), b.type.shape)];
  }
};
function where(condition, a, b) {
  return node(whereOp, [condition, a, b], NO_ATTRS);
}

// packages/core/src/ops/indexing/one-hot.ts
var oneHotOp = {
  kind: "primitive",
  name: "oneHot",
  infer([indices], { depth }) {
    const { dtype, shape: shape2 } = indices;
    expectDType("oneHot", "indices", dtype, ["int32"]);
    if (!Number.isInteger(depth) || depth < 1)
      throw new ValueError("oneHot needs a depth of at least 1", { received: `${depth}` });
    return { dtype: "float32", shape: [...shape2, depth] };
  },
  grad: "zero"
};
function oneHot(indices, depth) {
  return node(oneHotOp, [indices], { depth });
}

// packages/core/src/ops/composite/softmax-cross-entropy.ts
var softmaxCrossEntropyOp = {
  kind: "composite",
  name: "softmaxCrossEntropy",
  infer(inputs) {
    const [logits, labels] = inputs;
    expectDType("softmaxCrossEntropy", "logits", logits.dtype, ["float32"]);
    expectDType("softmaxCrossEntropy", "labels", labels.dtype, ["int32"]);
    if (logits.shape.length === 0 || !sameShape(logits.shape.slice(0, -1), labels.shape)) {
      throw new ShapeError("softmaxCrossEntropy needs one label for each row of logits", {
        received: `logits ${formatShape(logits.shape)}, labels ${formatShape(labels.shape)}`,
        expected: `labels ${formatShape(logits.shape.slice(0, -1))}`
      });
    }
    expectNonEmpty("softmaxCrossEntropy", [logits], [logits.shape.length - 1]);
    return { dtype: "float32", shape: labels.shape };
  },
  decompose(inputs) {
    const [logits, labels] = inputs;
    const last = logits.type.shape.length - 1;
    const shifted = sub(logits, max(logits, { axes: [last], keepDims: true }));
    const logSum = log2(sum(exp(shifted), { axes: [last] }));
    const ofLabel = where(greater(targets(logits, labels), 0), shifted, scalar(0));
    return sub(logSum, sum(ofLabel, { axes: [last] }));
  },
  grad({ inputs, dy }) {
    const [logits, labels] = inputs;
    const rows = reshape(dy, [...dy.type.shape, 1]);
    return [mul(sub(softmax(logits), targets(logits, labels)), rows), null];
  }
};
function targets(logits, labels) {
  return oneHot(labels, logits.type.shape.at(-1));
}
function softmaxCrossEntropy(logits, labels) {
  return node(softmaxCrossEntropyOp, [logits, labels], NO_ATTRS);
}

// packages/core/src/ops/indexing/scatter-add.ts
var scatterAddOp = {
  kind: "primitive",
  name: "scatterAdd",
  infer(inputs, { axis, size }) {
    const [indices, updates] = inputs;
    expectDType("scatterAdd", "indices", indices.dtype, ["int32"]);
    expectDType("scatterAdd", "updates", updates.dtype, ["float32"]);
    if (!Number.isInteger(size) || size < 0)
      throw new ValueError("scatterAdd needs a size", { received: `${size}`, expected: "an integer of at least 0" });
    const rank = indices.shape.length;
    const { shape: shape2 } = updates;
    if (axis < 0 || !sameShape(shape2.slice(axis, axis + rank), indices.shape) || shape2.length < axis + rank) {
      throw new ShapeError("scatterAdd: updates do not fit the indices", {
        received: `updates ${formatShape(shape2)}, indices ${formatShape(indices.shape)}, axis ${axis}`,
        expected: "updates whose axes from `axis` on begin with the shape of the indices"
      });
    }
    return { dtype: updates.dtype, shape: [...shape2.slice(0, axis), size, ...shape2.slice(axis + rank)] };
  },
  grad: ({ inputs: [indices], attrs: { axis }, dy }) => [null, gather(dy, indices, axis)]
};
function scatterAdd(indices, updates, attrs) {
  return node(scatterAddOp, [indices, updates], attrs);
}

// packages/core/src/ops/indexing/gather.ts
var gatherOp = {
  kind: "primitive",
  name: "gather",
  infer(inputs, { axis }) {
    const [x2, indices] = inputs;
    expectDType("gather", "indices", indices.dtype, ["int32"]);
    normalizeAxis("gather", axis, x2.shape.length);
    return { dtype: x2.dtype, shape: [...x2.shape.slice(0, axis), ...indices.shape, ...x2.shape.slice(axis + 1)] };
  },
  grad({ inputs, attrs: { axis }, dy }) {
    const [x2, indices] = inputs;
    if (dy.type.dtype !== "float32") return [null, null];
    return [scatterAdd(indices, dy, { axis, size: x2.type.shape[axis] }), null];
  }
};
function gather(x2, indices, axis = 0) {
  return node(gatherOp, [x2, indices], { axis: normalizeAxis("gather", axis, x2.type.shape.length) });
}

// packages/core/src/losses/cross-entropy.ts
function crossEntropy({ weight, labelSmoothing = 0 } = {}) {
  expectOptions(weight, labelSmoothing);
  return {
    label: "crossEntropy",
    apply(output, target) {
      expectFits(output, target, weight);
      const labels = cast(target, "int32");
      const perSample = softmaxCrossEntropy(output, labels);
      if (weight === void 0 && labelSmoothing === 0) return mean(perSample);
      const classes = output.type.shape.at(-1);
      const weights = constant(tensor(weight ?? Array.from({ length: classes }, () => 1)));
      const ofLabel = gather(weights, labels);
      const last = output.type.shape.length - 1;
      const spread3 = neg(sum(mul(logSoftmax(output), weights), { axes: [last] }));
      const total = add(mul(mul(perSample, ofLabel), 1 - labelSmoothing), mul(spread3, labelSmoothing / classes));
      return div(sum(total), sum(ofLabel));
    }
  };
}
function expectOptions(weight, labelSmoothing) {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError("crossEntropy was given an invalid smoothing", {
      path: "crossEntropy.labelSmoothing",
      received: String(labelSmoothing),
      expected: "a number from 0 to 1"
    });
  }
  if (weight?.some((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY)) === true) {
    throw new ValueError("crossEntropy was given invalid class weights", {
      path: "crossEntropy.weight",
      received: JSON.stringify(weight),
      expected: "finite numbers of at least 0"
    });
  }
}
function expectFits(output, target, weight) {
  const rows = output.type.shape.slice(0, -1);
  if (target.type.dtype === "float32") {
    throw new DTypeError("crossEntropy takes integer labels, not floats", {
      path: "crossEntropy",
      received: `float32${formatShape(target.type.shape)}`,
      expected: `int32 or uint8 class indices ${formatShape(rows)}`,
      fix: "give the index of the class, not a one-hot row; for regression use mse()"
    });
  }
  if (output.type.shape.length < 2 || !sameShape(rows, target.type.shape)) {
    throw new ShapeError("labels do not fit the logits", {
      path: "crossEntropy",
      received: `logits ${formatShape(output.type.shape)}, labels ${formatShape(target.type.shape)}`,
      expected: "logits [batch, classes] and labels [batch]",
      fix: output.type.shape.length === 4 ? "end the network with flatten() and linear(\u2026, classes)" : "give one label for each sample"
    });
  }
  if (weight !== void 0 && weight.length !== output.type.shape.at(-1)) {
    throw new ShapeError("the class weights do not fit the logits", {
      path: "crossEntropy.weight",
      received: `${weight.length} weights for logits ${formatShape(output.type.shape)}`,
      expected: "one weight for each class"
    });
  }
}

// packages/core/src/optimizers/optimizer.ts
function learningRate({ lr, label }, step) {
  const value = typeof lr === "number" ? lr : lr(step);
  if (Number.isFinite(value)) return value;
  throw new ValueError("the learning rate is not a finite number", {
    path: `${label}.lr`,
    received: `${value} at step ${step}`,
    expected: "a finite number"
  });
}
function expectInRange(path, value, low, high = Number.POSITIVE_INFINITY) {
  if (value >= low && value < high) return;
  throw new ValueError(`an option of the optimizer is out of range`, {
    path,
    received: String(value),
    expected: high === Number.POSITIVE_INFINITY ? `a number of at least ${low}` : `a number from ${low} up to, but not, ${high}`
  });
}
function expectRate(path, lr) {
  if (typeof lr === "function") return;
  expectInRange(path, lr, 0);
}

// packages/core/src/optimizers/transform.ts
function perParameter(update, { slots = [], scalars = () => ({}) } = {}) {
  return {
    slots,
    scalars,
    update(directions, { parameters, slot, scalar: scalar2 }) {
      const updates = new Map(
        [...directions].map(([name, direction]) => {
          const context = { parameter: parameters.get(name), slot: (s) => slot(s, name), scalar: scalar2 };
          return [name, update(direction, context)];
        })
      );
      const part = (of) => new Map([...updates].map(([name, u]) => [name, of(u)]));
      return {
        directions: part((u) => u.direction),
        slots: Object.fromEntries(slots.map((s) => [s, part((u) => u.slots?.[s])]))
      };
    }
  };
}
function chain(...transforms) {
  return {
    slots: transforms.flatMap((t) => t.slots),
    scalars: (step) => Object.assign({}, ...transforms.map((t) => t.scalars(step))),
    update(gradients2, context) {
      let directions = gradients2;
      const slots = {};
      for (const t of transforms) {
        const next = t.update(directions, context);
        directions = next.directions;
        Object.assign(slots, next.slots);
      }
      return { directions, slots };
    }
  };
}

// packages/core/src/optimizers/weight-decay.ts
function addDecayedWeights(rate) {
  if (rate === 0) return chain();
  return perParameter((g, { parameter }) => ({ direction: add(g, mul(parameter, rate)) }));
}

// packages/core/src/optimizers/momentum.ts
function momentum(mu, { nesterov = false } = {}) {
  if (mu === 0) return chain();
  return perParameter(
    (g, { slot }) => {
      const v = add(mul(slot("momentum"), mu), g);
      return { direction: nesterov ? add(g, mul(v, mu)) : v, slots: { momentum: v } };
    },
    { slots: ["momentum"] }
  );
}

// packages/core/src/optimizers/sgd.ts
function sgd({ lr, momentum: momentum2 = 0, nesterov = false, weightDecay = 0 }) {
  expectRate("sgd.lr", lr);
  expectInRange("sgd.momentum", momentum2, 0);
  expectInRange("sgd.weightDecay", weightDecay, 0);
  if (nesterov && momentum2 === 0) {
    throw new ValueError("Nesterov needs momentum", {
      path: "sgd.nesterov",
      received: "nesterov: true, momentum: 0",
      fix: "set momentum, usually 0.9"
    });
  }
  return { label: "sgd", lr, transform: chain(addDecayedWeights(weightDecay), momentum(momentum2, { nesterov })) };
}

// packages/core/src/train/metrics.ts
function metricsAt(outputs, i) {
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data[i]]));
}
var Totals = class {
  #sums;
  #samples;
  constructor({ sums, samples } = { sums: {}, samples: 0 }) {
    this.#sums = { ...sums };
    this.#samples = samples;
  }
  add(metrics, samples) {
    for (const [name, value] of Object.entries(metrics)) this.#sums[name] = (this.#sums[name] ?? 0) + value * samples;
    this.#samples += samples;
  }
  get state() {
    return { sums: { ...this.#sums }, samples: this.#samples };
  }
  mean() {
    if (this.#samples === 0) {
      throw new ValueError("there was nothing to average", { received: "no batches", expected: "at least one sample" });
    }
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum2]) => [name, sum2 / this.#samples]));
  }
};
function expectNames(metrics) {
  const all = ["loss", ...metrics.map((m) => m.name)];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice === void 0) return;
  throw new ValueError(`two metrics are called '${twice}'`, {
    path: "metrics",
    received: all.join(", "),
    expected: "distinct names; 'loss' is always there"
  });
}

// packages/core/src/backend/steps.ts
function checkSteps(steps, feeds, fed) {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ValueError("runSteps runs whole steps", { received: `${steps}`, expected: "an integer of at least 1" });
  }
  checkNoExtraFeeds(feeds, fed);
  for (const [name, n] of fed) checkFeed(name, feeds[name], n, steps);
}
function entry({ dtype, shape: shape2, data }, i) {
  const inner = shape2.slice(1);
  const size = numel(inner);
  return { dtype, shape: inner, data: data.subarray(i * size, (i + 1) * size) };
}
function stack(arrays) {
  const { dtype, shape: shape2, data } = arrays[0];
  const out = allocate(dtype, arrays.length * data.length);
  for (const [i, array] of arrays.entries()) out.set(array.data, i * data.length);
  return { dtype, shape: [arrays.length, ...shape2], data: out };
}
function mapArrays(arrays, f) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, f(array, name)]));
}

// packages/core/src/train/arrays.ts
function keyed(rename, arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, a]) => [rename(name), a]));
}
function pick(arrays, prefix) {
  return Object.fromEntries(
    Object.entries(arrays).flatMap(([name, a]) => name.startsWith(prefix) ? [[name.slice(prefix.length), a]] : [])
  );
}
function unsqueeze(a) {
  return { ...a, shape: [1, ...a.shape] };
}
function squeeze(a) {
  return { ...a, shape: a.shape.slice(1) };
}
function squeezed(feeds) {
  return mapArrays(feeds, squeeze);
}
function sliceSteps(feeds, i) {
  return mapArrays(feeds, (a) => unsqueeze(entry(a, i)));
}
function takeRows({ dtype, shape: shape2, data }, rows) {
  const size = numel(shape2.slice(1));
  const taken = zeros([rows.length, ...shape2.slice(1)], dtype);
  for (const [i, row] of rows.entries()) taken.data.set(data.subarray(row * size, (row + 1) * size), i * size);
  return taken;
}

// packages/core/src/train/batch.ts
function fedBatch(x2, y2) {
  if (x2.shape.length > 0 && y2.shape.length > 0 && x2.shape[0] === y2.shape[0] && x2.shape[0] !== 0)
    return { kind: "fed", x: typeOf(x2), y: typeOf(y2) };
  throw new ValueError("samples and targets do not belong together", {
    received: `x ${formatShape(x2.shape)}, y ${formatShape(y2.shape)}`,
    expected: "the same number of samples, at least one, on the first axis of both"
  });
}
function typeOf({ dtype, shape: shape2 }) {
  return { dtype: dtype === "float64" ? "float32" : dtype, shape: shape2 };
}
function chunks(rows, batchSize2) {
  const steps = Math.floor(rows / batchSize2);
  const rest = rows - steps * batchSize2;
  return [
    { start: 0, steps, size: batchSize2 },
    { start: steps * batchSize2, steps: 1, size: rest }
  ].filter((c) => c.steps > 0 && c.size > 0);
}

// packages/core/src/train/draws.ts
function externalizeDraws(g) {
  const draws = /* @__PURE__ */ new Map();
  const rewritten = rewrite(g, (n) => {
    if (!isOp(n, drawOp)) return null;
    const name = `draw/${n.attrs.stream}/${draws.size}`;
    draws.set(name, { name, ...n.attrs });
    return input(name, n.type.shape, n.type.dtype);
  });
  return { graph: rewritten, draws: [...draws.values()] };
}
function fill(root, { stream, distribution }, step, out) {
  const key2 = fold(fold(root, stream), step);
  if (distribution.kind === "bernoulli") bernoulli(key2, out, distribution.p);
  else if (distribution.kind === "uniform") uniform(key2, out, distribution.low, distribution.high);
  else normal(key2, out, distribution.mean, distribution.std);
}
function drawSteps(root, draw2, first, steps) {
  const array = zeros([steps, ...draw2.shape], draw2.distribution.kind === "bernoulli" ? "uint8" : "float32");
  const size = array.data.length / Math.max(1, steps);
  for (let i = 0; i < steps; i++) fill(root, draw2, first + i, array.data.subarray(i * size, (i + 1) * size));
  return array;
}

// packages/core/src/train/resident.ts
function residentData(host, name, data) {
  const { x: x2, y: y2 } = fedBatch(data.x, data.y);
  const length = x2.shape[0];
  const spec = (batchSize2) => ({ kind: "resident", name, x: x2, y: y2, batchSize: batchSize2 });
  return {
    length,
    async train(rows, batchSize2) {
      expectRows(rows, length);
      const results = [];
      for (const { start, steps, size } of chunks(rows.length, batchSize2)) {
        const part = rows.subarray(start, start + steps * size);
        const batchOf = (i) => takeRows(data.x, part.subarray(i * size, (i + 1) * size));
        results.push(...await host.update(spec(size), steps, { rows: rowFeed([steps, size], part) }, batchOf));
      }
      return results;
    },
    async evaluate(batchSize2, rows = Uint32Array.from({ length }, (_, i) => i)) {
      expectRows(rows, length);
      const total = new Totals();
      for (const { start, steps, size } of chunks(rows.length, batchSize2)) {
        const evaluator = await host.evaluator(spec(size));
        for (let i = 0; i < steps; i++) {
          const part = rows.subarray(start + i * size, start + (i + 1) * size);
          total.add(metricsAt(await evaluator.run({ rows: rowFeed([size], part) }), 0), size);
        }
      }
      return total.mean();
    }
  };
}
function rowFeed(shape2, rows) {
  return ndarray("int32", shape2, Int32Array.from(rows));
}
function expectRows(rows, length) {
  const bad = rows.find((r) => r >= length);
  if (bad === void 0) return;
  throw new ValueError("the data set has no such row", {
    received: `row ${bad}`,
    expected: `rows from 0 to ${length - 1}`
  });
}

// packages/core/src/passes/simplify.ts
function simplify(g) {
  return rewrite(g, (n) => {
    const simplified = simplifyNode(n);
    return simplified === n ? null : simplified;
  });
}
function simplifyNode(start) {
  let n = start;
  for (; ; ) {
    const next = n.op.simplify?.(n) ?? withoutBroadcasts(n);
    if (next === null) return n;
    n = next;
  }
}
function withoutBroadcasts(n) {
  if (n.op.elementwise !== true) return null;
  for (const [i, x2] of n.inputs.entries()) {
    if (!isOp(x2, broadcastToOp)) continue;
    const inputs = n.inputs.with(i, x2.inputs[0]);
    const type2 = n.op.infer(
      inputs.map((y2) => y2.type),
      n.attrs
    );
    if (sameShape(type2.shape, n.type.shape)) return { ...n, inputs };
  }
  return null;
}

// packages/core/src/train/step.ts
function trainedParameters({ model, isFrozen }) {
  return model.parameters.filter((p) => p.trainable !== false && !isFrozen(p.name));
}
var names = {
  parameter: (name) => `parameters/${name}`,
  slot: (slot, name) => `optimizer/${slot}/${name}`,
  scalar: (name) => `scalars/${name}`,
  data: (name, part) => `data/${name}/${part}`
};
function trainProgram(recipe, batch) {
  const { x: x2, y: y2, reads } = batchNodes(batch);
  const parameters = parameterInputs(recipe.model, names.parameter(""));
  const assigned = {};
  const assign = (name, value) => {
    if (!recipe.isFrozen(name)) assigned[names.parameter(name)] = value;
  };
  const output = applyLayer(recipe.model, x2, parameters, { training: true, assign });
  const forward = { ...evaluateNodes(recipe, output, y2), ...assigned };
  const { loss, ...others } = Object.fromEntries(simplify(graph(forward)).outputs);
  const trained = new Map(trainedParameters(recipe).map(({ name }) => [name, parameters.get(name)]));
  const updates = updateNodes(recipe.optimizer, trained, gradientTree(loss, trained));
  const { graph: whole, draws } = externalizeDraws(graph({ loss, ...others, ...updates }));
  const writes = [...Object.keys(assigned), ...Object.keys(updates)];
  const used = [...programInputs({ graph: whole }).keys()].filter((name) => name.startsWith(names.parameter("")));
  return { program: { graph: whole, reads: [.../* @__PURE__ */ new Set([...reads, ...writes, ...used])], writes }, draws };
}
function gradientTree(loss, parameters) {
  const wrt = [...parameters];
  const grads = gradients(
    loss,
    wrt.map(([, p]) => p)
  );
  return new Map(wrt.map(([name], i) => [name, grads[i]]));
}
function evaluateProgram(recipe, batch) {
  const { x: x2, y: y2, reads } = batchNodes(batch);
  const parameters = parameterInputs(recipe.model, names.parameter(""));
  const outputs = evaluateNodes(recipe, applyLayer(recipe.model, x2, parameters, { training: false }), y2);
  return {
    graph: graph(outputs),
    reads: [...reads, ...recipe.model.parameters.map((p) => names.parameter(p.name))],
    writes: []
  };
}
function batchNodes(batch) {
  if (batch.kind === "fed")
    return { x: input("x", batch.x.shape, batch.x.dtype), y: input("y", batch.y.shape, batch.y.dtype), reads: [] };
  const rows = input("rows", [batch.batchSize], "int32");
  const reads = [names.data(batch.name, "x"), names.data(batch.name, "y")];
  const x2 = gather(input(reads[0], batch.x.shape, batch.x.dtype), rows);
  const y2 = gather(input(reads[1], batch.y.shape, batch.y.dtype), rows);
  return { x: x2, y: y2, reads };
}
function evaluateNodes({ loss, metrics }, output, y2) {
  return { loss: loss.apply(output, y2), ...Object.fromEntries(metrics.map((m) => [m.name, m.apply(output, y2)])) };
}
function updateNodes({ transform }, parameters, gradients2) {
  const leaf = memoize((name, shape2) => input(name, shape2));
  const scalar2 = (name) => leaf(names.scalar(name), []);
  const slot = (s, name) => leaf(names.slot(s, name), parameters.get(name).type.shape);
  const { directions, slots } = transform.update(gradients2, { parameters, scalar: scalar2, slot });
  const updated = [...directions].map(([name, direction]) => {
    return [names.parameter(name), sub(parameters.get(name), mul(direction, scalar2("lr")))];
  });
  const kept = Object.entries(slots).flatMap(
    ([s, tree]) => [...tree].map(([name, value]) => [names.slot(s, name), value])
  );
  return Object.fromEntries([...updated, ...kept]);
}
function memoize(create2) {
  const known = /* @__PURE__ */ new Map();
  return (name, shape2) => {
    const n = known.get(name) ?? create2(name, shape2);
    known.set(name, n);
    return n;
  };
}

// packages/core/src/train/slots.ts
var SLOTS = names.slot("", "").slice(0, -1);
function slotShapes(recipe) {
  const { slots } = recipe.optimizer.transform;
  const trained = trainedParameters(recipe);
  return new Map(slots.flatMap((slot) => trained.map((p) => [names.slot(slot, p.name).slice(SLOTS.length), p.shape])));
}
function emptySlots(recipe) {
  return Object.fromEntries([...slotShapes(recipe)].map(([name, shape2]) => [`${SLOTS}${name}`, zeros(shape2)]));
}
function expectSlots(recipe, slots) {
  const wanted = slotShapes(recipe);
  const problems = [
    ...[...wanted.keys()].filter((name) => slots[name] === void 0).map((name) => `${name} is missing`),
    ...Object.entries(slots).flatMap(([name, { shape: shape2 }]) => {
      const expected = wanted.get(name);
      if (expected === void 0) return [`${name} is not a slot of this optimizer`];
      return sameShape(shape2, expected) ? [] : [`${name} is ${formatShape(shape2)}, not ${formatShape(expected)}`];
    })
  ];
  if (problems.length === 0) return;
  throw new StateError("the optimizer state belongs to another network or optimizer", {
    path: recipe.optimizer.label,
    received: problems.join("; "),
    expected: [...wanted.keys()].join(", ") || "no slots",
    fix: "use the same optimizer with the same options, or load the parameters alone"
  });
}

// packages/core/src/train/trace.ts
var CAUSES = "the usual causes are a learning rate that is too high, input that was never scaled, or NaN in the data";
async function nonFiniteLoss(context) {
  const where2 = await firstNonFinite(context);
  return new NumericError(`the loss became ${context.loss} at step ${context.step}`, {
    path: where2 ?? void 0,
    received: where2 === null ? `loss ${context.loss}` : `the first value that is not finite is in ${where2}`,
    expected: "finite numbers everywhere",
    fix: `${CAUSES}; try lr ${Number((context.lr / 10).toPrecision(2))} instead of ${context.lr}, and rescale(1 / 255) or normalize(\u2026) as the first layer`
  });
}
async function firstNonFinite({ backend, recipe, state, x: x2, feedDraws }) {
  if (!isFiniteArray(x2)) return "the input x";
  if (state === null) return null;
  for (const [name, array] of Object.entries(
    await state.read(recipe.model.parameters.map((p) => names.parameter(p.name)))
  )) {
    if (!isFiniteArray(array)) return `the parameter ${name.slice(names.parameter("").length)}`;
  }
  const outputs = /* @__PURE__ */ new Map();
  const labels = [];
  applyLayer(
    recipe.model,
    input("x", x2.shape, x2.dtype === "float64" ? "float32" : x2.dtype),
    parameterInputs(recipe.model, names.parameter("")),
    {
      training: true,
      observe(path, layer, _, output) {
        if (layer.children !== void 0) return;
        labels.push(`layer ${path} ${layer.label}`);
        outputs.set(`layer${outputs.size}`, cast(output, "float32"));
      }
    }
  );
  const { graph: traced, draws } = externalizeDraws(graph(outputs));
  const reads = recipe.model.parameters.map((p) => names.parameter(p.name));
  const executable = await backend.compile({ graph: traced, reads, writes: [] });
  try {
    const feeds = { x: x2, ...Object.fromEntries(draws.map((d) => [d.name, feedDraws(d.name)])) };
    const values = await executable.run(feeds, state);
    const bad = labels.findIndex((_, i) => !isFiniteArray(values[`layer${i}`]));
    return bad === -1 ? "the loss itself (every layer is finite)" : `the output of ${labels[bad]}`;
  } finally {
    executable.dispose();
  }
}
function isFiniteArray({ data }) {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

// packages/core/src/train/trainer.ts
async function createTrainer(options) {
  const { model, loss, optimizer, backend, metrics = [], seed = 0 } = options;
  expectNames(metrics);
  const isFrozen = (name) => options.freeze !== void 0 && name.search(options.freeze) !== -1;
  const recipe = { model, loss, optimizer, metrics, isFrozen };
  const parameters = options.parameters ?? initParameters(model, seed);
  expectParameters(model, parameters);
  const draws = fold(key(seed), "draws");
  const state = await backend.state({ ...keyed(names.parameter, parameters), ...emptySlots(recipe) });
  const programs = /* @__PURE__ */ new Map();
  let stepCount = 0;
  const residents = /* @__PURE__ */ new Map();
  const compile = (kind, batch) => {
    const id = `${kind} ${JSON.stringify(batch)}`;
    let compiled = programs.get(id);
    if (compiled === void 0) {
      const built = kind === "train" ? trainProgram(recipe, batch) : { program: evaluateProgram(recipe, batch), draws: [] };
      compiled = backend.compile(built.program, { purpose: "training" }).then((executable) => ({ ...built, executable }));
      programs.set(id, compiled);
    }
    return compiled;
  };
  const update = async ({ executable, draws: inputs }, steps, feeds, batchOf) => {
    const first = stepCount + 1;
    const outputs = steps === 1 ? await executable.run({ ...squeezed(feeds), ...squeezed(stepFeeds(first, 1, inputs)) }, state) : await executable.runSteps(steps, { ...feeds, ...stepFeeds(first, steps, inputs) }, state);
    const results = Array.from({ length: steps }, (_, i) => metricsAt(outputs, i));
    const bad = results.findIndex((m) => !Number.isFinite(m.loss));
    if (bad === -1) {
      stepCount += steps;
      return results;
    }
    const restored = await state.rollback();
    if (restored && steps > 1) {
      for (let i = 0; i < steps; i++)
        await update({ executable, draws: inputs }, 1, sliceSteps(feeds, i), () => batchOf(i));
    }
    throw await nonFiniteLoss({
      backend,
      recipe,
      state: restored ? state : null,
      x: batchOf(bad),
      feedDraws: (name) => squeeze(drawSteps(draws, inputs.find((d) => d.name === name), first + bad, 1)),
      step: first + bad,
      loss: results[bad]?.loss ?? Number.NaN,
      lr: learningRate(optimizer, first + bad)
    });
  };
  const stepFeeds = (first, steps, inputs) => {
    const feeds = {};
    for (const d of inputs) feeds[d.name] = drawSteps(draws, d, first, steps);
    const scalars = Array.from({ length: steps }, (_, i) => ({
      lr: learningRate(optimizer, first + i),
      ...optimizer.transform.scalars(first + i)
    }));
    for (const name of Object.keys(scalars[0] ?? {})) {
      feeds[names.scalar(name)] = ndarray(
        "float32",
        [steps],
        Float32Array.from(scalars, (s) => s[name])
      );
    }
    return feeds;
  };
  const host = {
    update: async (batch, steps, feeds, batchOf) => update(await compile("train", batch), steps, feeds, batchOf),
    async evaluator(batch) {
      const { executable } = await compile("evaluate", batch);
      return { run: (feeds) => executable.run(feeds, state) };
    }
  };
  return {
    model,
    get stepCount() {
      return stepCount;
    },
    async step(x2, y2) {
      const batch = fedBatch(x2, y2);
      const [result2] = await update(await compile("train", batch), 1, { x: unsqueeze(x2), y: unsqueeze(y2) }, () => x2);
      return result2;
    },
    async evaluate(batches) {
      const total = new Totals();
      for await (const { x: x2, y: y2 } of batches) {
        const { executable } = await compile("evaluate", fedBatch(x2, y2));
        total.add(metricsAt(await executable.run({ x: x2, y: y2 }, state), 0), x2.shape[0]);
      }
      return total.mean();
    },
    parameters: async () => pick(await state.read(model.parameters.map((p) => names.parameter(p.name))), names.parameter("")),
    async state() {
      const all = await state.read([
        ...model.parameters.map((p) => names.parameter(p.name)),
        ...[...slotShapes(recipe).keys()].map((name) => `${SLOTS}${name}`)
      ]);
      return {
        step: stepCount,
        parameters: pick(all, names.parameter("")),
        slots: pick(all, SLOTS)
      };
    },
    async load(saved) {
      expectParameters(model, saved.parameters, "the saved parameters");
      expectSlots(recipe, saved.slots);
      await state.write({
        ...keyed(names.parameter, saved.parameters),
        ...keyed((name) => `${SLOTS}${name}`, saved.slots)
      });
      stepCount = saved.step;
    },
    resident(data) {
      let resident = residents.get(data);
      if (resident === void 0) {
        const { x: x2, y: y2 } = data;
        const name = String(residents.size);
        const entries = { [names.data(name, "x")]: x2, [names.data(name, "y")]: y2 };
        resident = Promise.resolve(residentData(host, name, data)).then(async (made) => {
          await state.write(entries);
          return made;
        });
        residents.set(data, resident);
      }
      return resident;
    },
    dispose() {
      for (const compiled of programs.values()) void compiled.then(({ executable }) => executable.dispose());
      state.dispose();
    }
  };
}

// packages/core/src/backend/lifetime.ts
function lifetime(what, owner) {
  let ended = false;
  return {
    check() {
      owner?.check();
      if (!ended) return;
      throw new BackendError(`${what} was used after dispose`, {
        fix: "dispose it after its last use, or create another one"
      });
    },
    end() {
      ended = true;
    }
  };
}

// packages/core/src/passes/decompose.ts
function decompose(g, isNative) {
  return rewrite(g, (n) => {
    if (n.op.kind !== "composite" || isNative(n.op.name)) return null;
    const root = n.op.decompose(n.inputs, n.attrs);
    const inner = topologicalOrder([root]);
    const nested = inner.some((m) => m.op.kind === "composite" && !isNative(m.op.name) && !n.inputs.includes(m));
    return nested ? decompose(graph({ root }), isNative).outputs.get("root") : root;
  });
}

// packages/core/src/passes/share.ts
function share(g) {
  const ids = /* @__PURE__ */ new Map();
  const known = /* @__PURE__ */ new Map();
  const idOf = (x2) => {
    const id = ids.get(x2) ?? ids.size;
    ids.set(x2, id);
    return id;
  };
  return rewrite(g, (n) => {
    const attrs = attrsKey(n);
    if (attrs === null) return null;
    const inputs = n.inputs.map(idOf);
    if (n.op.commutative === true) inputs.sort((a, b) => a - b);
    const key2 = `${idOf(n.op)}(${inputs.join()})${attrs}`;
    const same = known.get(key2);
    if (same === void 0) known.set(key2, n);
    return same ?? null;
  });
}
function exactNumber(_, v) {
  return typeof v === "number" ? formatNumber(v) : v;
}
var LARGEST_CONSTANT = 64;
function attrsKey(n) {
  if (n.op !== constantOp) return JSON.stringify(n.attrs, exactNumber);
  const { dtype, shape: shape2, data } = n.attrs.value;
  return data.length > LARGEST_CONSTANT ? null : `${dtype}[${shape2.join()}]:${Array.from(data, formatNumber).join()}`;
}
function formatNumber(v) {
  return Object.is(v, -0) ? "-0" : String(v);
}

// packages/core/src/passes/optimize.ts
function optimize(g, isNative) {
  return share(simplify(share(decompose(g, isNative))));
}

// packages/backend-tfjs/src/engines/engine.ts
function deviceDType(dtype) {
  return dtype === "uint8" || dtype === "float64" ? "float32" : dtype;
}

// packages/backend-tfjs/src/kernel-list/layout.ts
var CHANNELS_LAST = [0, 2, 3, 1];
function rowMajor(rank) {
  return Array.from({ length: rank }, (_, i) => i);
}
function physicalShape({ shape: shape2, order }) {
  return order.map((axis) => shape2[axis]);
}
function positions(order) {
  return order.map((_, axis) => order.indexOf(axis));
}
function sameMemory(shape2, a, b) {
  const visible = (order) => order.filter((axis) => shape2[axis] !== 1);
  const rest = visible(b);
  return visible(a).every((axis, i) => axis === rest[i]);
}
function without(order, axes) {
  const kept = order.filter((axis) => !axes.includes(axis));
  return kept.map((axis) => axis - axes.filter((a) => a < axis).length);
}
function raised(x2, rank) {
  const more = rank - x2.shape.length;
  if (more === 0) return x2;
  const front = rowMajor(more);
  return { ...x2, shape: [...front.map(() => 1), ...x2.shape], order: [...front, ...x2.order.map((axis) => axis + more)] };
}
function commonOrder(operands2, rank) {
  const preferred = rank === 4 ? [CHANNELS_LAST, rowMajor(rank)] : [rowMajor(rank)];
  const known = (order) => operands2.some((x2) => sameMemory(x2.shape, x2.order, order));
  const candidates = [...preferred.filter(known), ...operands2.map((x2) => x2.order)];
  const moved = (order) => operands2.reduce((n, x2) => sameMemory(x2.shape, x2.order, order) ? n : n + numel(x2.shape), 0);
  return candidates.reduce((best, order) => moved(order) < moved(best) ? order : best);
}

// packages/backend-tfjs/src/kernel-list/values.ts
function bare(x2) {
  return { ...x2, shape: physicalShape(x2), order: rowMajor(x2.shape.length) };
}
function named(x2, shape2, order) {
  return { ...x2, shape: shape2, order };
}
function arranged(b, x2, order) {
  if (sameMemory(x2.shape, x2.order, order)) return { ...x2, order };
  const at2 = positions(x2.order);
  const perm = order.map((axis) => at2[axis]);
  const shape2 = order.map((axis) => x2.shape[axis]);
  return named(b.emit("Transpose", { x: bare(x2) }, { perm }, { dtype: x2.dtype, shape: shape2 }), x2.shape, order);
}
function inRows(b, x2) {
  return arranged(b, x2, rowMajor(x2.shape.length));
}
function reshaped(b, x2, shape2) {
  return { ...inRows(b, x2), shape: shape2, order: rowMajor(shape2.length) };
}
function transposed(x2, perm) {
  return { ...x2, shape: perm.map((p) => x2.shape[p]), order: x2.order.map((axis) => perm.indexOf(axis)) };
}
function inPlace(x2, shape2, emit) {
  const physically = (perAxis) => x2.order.map((axis) => perAxis[axis]);
  return named(emit(bare(x2), physically(shape2), physically), shape2, x2.order);
}
function converted(b, x2, dtype) {
  if (x2.dtype === dtype) return x2;
  if (dtype === "bool") {
    const zero = b.constant({
      dtype: x2.dtype,
      shape: [],
      data: x2.dtype === "int32" ? Int32Array.of(0) : Float32Array.of(0)
    });
    return inPlace(x2, x2.shape, (a, shape2) => b.emit("NotEqual", { a, b: zero }, {}, { dtype, shape: shape2 }));
  }
  const cast2 = inPlace(x2, x2.shape, (y2, shape2) => b.emit("Cast", { x: y2 }, { dtype }, { dtype, shape: shape2 }));
  if (b.traits.floatCasts === "kernel" || dtype !== "float32") return cast2;
  const one2 = b.constant({ dtype, shape: [], data: Float32Array.of(1) });
  return inPlace(cast2, x2.shape, (y2, shape2) => b.emit("Multiply", { a: y2, b: one2 }, {}, { dtype, shape: shape2 }));
}
function asNumber(b, x2, f) {
  return x2.dtype === "bool" ? converted(b, f(converted(b, x2, "float32")), "bool") : f(x2);
}
function flipped(b, x2, axes) {
  return asNumber(
    b,
    x2,
    (y2) => inPlace(y2, y2.shape, (z, shape2) => {
      const dims = axes.map((axis) => y2.order.indexOf(axis));
      return b.emit("Reverse", { x: z }, { dims }, { dtype: y2.dtype, shape: shape2 });
    })
  );
}
function padded(b, x2, before, after, value = 0) {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x2;
  const shape2 = x2.shape.map((d, i) => d + before[i] + after[i]);
  return inPlace(x2, shape2, (y2, physical, physically) => {
    const paddings = physically(before.map((n, i) => [n, after[i]]));
    return b.emit("PadV2", { x: y2 }, { paddings, constantValue: value }, { dtype: x2.dtype, shape: physical });
  });
}
function sliced(b, x2, begin, size) {
  if (sameShape(x2.shape, size)) return x2;
  return inPlace(
    x2,
    size,
    (y2, physical, physically) => b.emit(
      "Slice",
      { x: y2 },
      { begin: physically(begin), size: physically(size) },
      { dtype: x2.dtype, shape: physical }
    )
  );
}
function slicedAlong(b, x2, axis, begin, size) {
  const at2 = x2.shape.map((_, i) => i === axis ? begin : 0);
  return sliced(b, x2, at2, x2.shape.toSpliced(axis, 1, size));
}
function joined(b, parts, axis) {
  const [first] = parts;
  if (parts.length === 1) return first;
  const total = parts.reduce((n, x2) => n + x2.shape[axis], 0);
  const shape2 = first.shape.toSpliced(axis, 1, total);
  const order = commonOrder(parts, shape2.length);
  const inputs = parts.map((x2) => bare(arranged(b, x2, order)));
  const result2 = { dtype: first.dtype, shape: physicalShape({ shape: shape2, order }) };
  return named(b.emit("Concat", inputs, { axis: order.indexOf(axis) }, result2), shape2, order);
}
function spread(b, x2, axis, gap, value = 0) {
  const size = x2.shape[axis];
  if (gap === 0 || size < 2) return x2;
  const step = gap + 1;
  return alongAxis(x2, axis, (y2, [outer, n, inner]) => {
    const wide = padded(b, reshaped(b, y2, [outer, n, 1, inner]), [0, 0, 0, 0], [0, 0, gap, 0], value);
    return slicedAlong(b, reshaped(b, wide, [outer, n * step, inner]), 1, 0, (n - 1) * step + 1);
  });
}
function everyNth(b, x2, axis, start, step, count) {
  const size = x2.shape[axis];
  if (step === 1) return slicedAlong(b, x2, axis, start, count);
  const taken = Math.min(count * step, size - start);
  return alongAxis(slicedAlong(b, x2, axis, start, taken), axis, (y2, [outer, n, inner]) => {
    const whole = padded(b, y2, [0, 0, 0], [0, count * step - n, 0]);
    return slicedAlong(b, reshaped(b, whole, [outer, count, step, inner]), 2, 0, 1);
  });
}
function alongAxis(x2, axis, f) {
  const shape2 = physicalShape(x2);
  const at2 = x2.order.indexOf(axis);
  const [outer, size, inner] = [numel(shape2.slice(0, at2)), shape2[at2], numel(shape2.slice(at2 + 1))];
  const y2 = f({ ...bare(x2), shape: [outer, size, inner], order: rowMajor(3) }, [outer, size, inner]);
  const result2 = x2.shape.toSpliced(axis, 1, numel(y2.shape) / (outer * inner));
  return named({ ...y2, shape: physicalShape({ shape: result2, order: x2.order }) }, result2, x2.order);
}

// packages/backend-tfjs/src/lowerings/composite.ts
var compositeLowerings = {
  softmax([x2], { attrs: { axis } }, b) {
    const value = x2;
    const { shape: shape2 } = value;
    const order = [...value.order.filter((a) => a !== axis), axis];
    const y2 = bare(arranged(b, value, order));
    const rows = [numel(y2.shape.slice(0, -1)), y2.shape.at(-1)];
    const logits = { ...y2, shape: rows, order: rowMajor(2) };
    const result2 = b.emit("Softmax", { logits }, { dim: 1 }, { dtype: "float32", shape: rows });
    return named({ ...result2, shape: y2.shape }, shape2, order);
  }
};

// packages/backend-tfjs/src/kernel-list/builder.ts
function createBuilder(traits) {
  const instructions = [];
  const constants = /* @__PURE__ */ new Map();
  const producers = /* @__PURE__ */ new Map();
  const known = /* @__PURE__ */ new Map();
  let slots = 0;
  const newValue = (dtype, shape2) => ({
    slot: slots++,
    dtype,
    shape: shape2,
    order: rowMajor(shape2.length)
  });
  return {
    traits,
    instructions,
    constants,
    get slotCount() {
      return slots;
    },
    emit(kernel, inputs, attrs, { dtype, shape: shape2 }) {
      const names2 = Array.isArray(inputs) ? null : Object.keys(inputs);
      const views = Object.values(inputs).map(viewOf);
      const key2 = JSON.stringify([kernel, names2, views, attrs, dtype, shape2]);
      const same = known.get(key2);
      if (same !== void 0) return same;
      const value = newValue(dtype, shape2);
      const instruction = { kernel, names: names2, inputs: views, attrs, output: viewOf(value) };
      instructions.push(instruction);
      producers.set(value.slot, instruction);
      known.set(key2, value);
      return value;
    },
    constant(array) {
      const value = newValue(deviceDType(array.dtype), array.shape);
      constants.set(value.slot, array);
      return value;
    },
    placeholder: newValue,
    producer: ({ slot }) => producers.get(slot),
    scalarOf({ slot }) {
      const data = constants.get(slot)?.data;
      return data?.length === 1 ? data[0] : void 0;
    }
  };
}
function viewOf(x2) {
  return { slot: x2.slot, shape: physicalShape(x2), dtype: x2.dtype };
}
function filled(b, value, dtype, shape2 = []) {
  if (numel(shape2) === 1) return { ...b.constant(scalarArray(value, dtype)), shape: shape2, order: rowMajor(shape2.length) };
  return b.emit("Fill", {}, { shape: [...shape2], value, dtype }, { dtype, shape: shape2 });
}
function scalarArray(value, dtype) {
  const data = dtype === "float32" ? Float32Array.of(value) : dtype === "int32" ? Int32Array.of(value) : Uint8Array.of(value);
  return { dtype, shape: [], data };
}

// packages/backend-tfjs/src/lowerings/_broadcast.ts
function elementwise(b, kernel, operands2, result2, attrs = {}) {
  const { dtype, shape: shape2 } = result2;
  const names2 = Object.keys(operands2);
  const { order, views, sizes } = aligned(b, Object.values(operands2), shape2);
  const inputs = Object.fromEntries(names2.map((name, i) => [name, views[i]]));
  return unmerged(b.emit(kernel, inputs, attrs, { dtype, shape: sizes }), shape2, order);
}
function broadcasted(b, x2, shape2, order) {
  const scalar2 = b.scalarOf(x2);
  if (scalar2 !== void 0) {
    const own = order ?? rowMajor(shape2.length);
    return named(filled(b, scalar2, x2.dtype, physicalShape({ shape: shape2, order: own })), shape2, own);
  }
  const y2 = order === void 0 ? raised(x2, shape2.length) : arranged(b, raised(x2, shape2.length), order);
  if (sameShape(y2.shape, shape2)) return y2;
  const { views, sizes } = aligned(b, [y2], shape2, y2.order);
  const [view] = views;
  const reps = sizes.map((size, i) => view.shape[i] === 1 ? size : 1);
  return unmerged(b.emit("Tile", { x: view }, { reps }, { dtype: x2.dtype, shape: sizes }), shape2, y2.order);
}
function orderOf(operands2, shape2) {
  return commonOrder(
    operands2.map((x2) => raised(x2, shape2.length)),
    shape2.length
  );
}
function aligned(b, operands2, shape2, order = orderOf(operands2, shape2)) {
  const moved = operands2.map((x2) => bare(arranged(b, raised(x2, shape2.length), order)));
  const groups = mergedAxes(
    moved.map((x2) => x2.shape),
    physicalShape({ shape: shape2, order })
  );
  const views = moved.map((x2) => {
    const sizes = groups.map((axes) => numel(axes.map((axis) => x2.shape[axis])));
    const seen = sizes.every((d) => d === 1) && sizes.length > 1 ? [] : sizes;
    return { ...x2, shape: seen, order: rowMajor(seen.length) };
  });
  const physical = physicalShape({ shape: shape2, order });
  return { order, views, sizes: groups.map((axes) => numel(axes.map((axis) => physical[axis]))) };
}
function mergedAxes(operands2, shape2) {
  const groups = [];
  let last;
  for (const [axis, size] of shape2.entries()) {
    if (size === 1) continue;
    const pattern = operands2.map((sizes) => Number(sizes[axis] === 1)).join();
    if (pattern === last) groups.at(-1)?.push(axis);
    else groups.push([axis]);
    last = pattern;
  }
  return groups;
}
function unmerged(y2, shape2, order) {
  return named({ ...y2, shape: physicalShape({ shape: shape2, order }) }, shape2, order);
}

// packages/backend-tfjs/src/lowerings/_window.ts
function image(b, x2) {
  return bare(arranged(b, x2, CHANNELS_LAST));
}
function fromImage(y2) {
  const [batch, height, width, channels] = y2.shape;
  return named(y2, [batch, channels, height, width], CHANNELS_LAST);
}
function kernelPads([top, left, bottom, right]) {
  if (top + left + bottom + right === 0) return { pad: "valid" };
  const none = [0, 0];
  return { pad: [none, [top, bottom], [left, right], none] };
}
function framed(b, x2, [top, left, bottom, right]) {
  const [batch, channels, height, width] = x2.shape;
  const cut = [top, left, bottom, right].map((p) => Math.max(0, -p));
  const size = [batch, channels, height - cut[0] - cut[2], width - cut[1] - cut[3]];
  const inner = sliced(b, x2, [0, 0, cut[0], cut[1]], size);
  const positive2 = (p) => Math.max(0, p);
  return padded(b, inner, [0, 0, positive2(top), positive2(left)], [0, 0, positive2(bottom), positive2(right)]);
}
function dilated(b, x2, strides2) {
  return spread(b, spread(b, x2, 2, strides2[0] - 1), 3, strides2[1] - 1);
}
function piece(b, x2, axis, count, i) {
  const size = x2.shape[axis] / count;
  return slicedAlong(b, x2, axis, i * size, size);
}

// packages/backend-tfjs/src/lowerings/conv.ts
var HWIO = [2, 3, 1, 0];
var convLowerings = {
  conv2d: ([x2, w], { attrs }, b) => convolution(b, x2, w, attrs),
  conv2dInputGrad(operands2, { attrs, output: { shape: shape2 } }, b) {
    const [dy, w] = operands2;
    const { strides: strides2, pads, dilations, groups, inputSize } = attrs;
    const [batch, channels, height, width] = shape2;
    if (b.traits.convGradients === "kernel" && groups === 1 && isOne(dilations)) {
      const options = {
        strides: strides2,
        ...kernelPads(pads),
        dataFormat: "NHWC",
        inputShape: [batch, height, width, channels]
      };
      const inputs = { dy: image(b, dy), filter: bare(arranged(b, w, HWIO)) };
      const result2 = { dtype: "float32", shape: options.inputShape };
      return fromImage(b.emit("Conv2DBackpropInput", inputs, options, result2));
    }
    const [out, perGroup, kh, kw] = w.shape;
    const turned = flipped(b, w, [2, 3]);
    const grouped = reshaped(b, turned, [groups, out / groups, perGroup, kh, kw]);
    const back = groups === 1 ? transposed(turned, [1, 0, 2, 3]) : reshaped(b, transposed(grouped, [0, 2, 1, 3, 4]), [channels, out / groups, kh, kw]);
    const wide = dilated(b, dy, strides2);
    const frame = [0, 1].map((i) => {
      const reach = w.shape[i + 2] * dilations[i] - dilations[i];
      const before = reach - pads[i];
      return [before, inputSize[i] + reach - before - wide.shape[i + 2]];
    });
    const sides = [frame[0][0], frame[1][0], frame[0][1], frame[1][1]];
    const pads4 = sides.map((n) => Math.max(0, n));
    const cut = framed(b, wide, sides.map((n) => Math.min(0, n)));
    return convolution(b, cut, back, { strides: [1, 1], pads: pads4, dilations, groups });
  },
  conv2dFilterGrad(operands2, { attrs }, b) {
    const [x2, dy] = operands2;
    const { groups } = attrs;
    const grads = Array.from(
      { length: groups },
      (_, i) => filterGrad(b, piece(b, x2, 1, groups, i), piece(b, dy, 1, groups, i), attrs)
    );
    return joined(b, grads, 0);
  },
  maxPool2d: ([x2], { attrs, output: { shape: shape2 } }, b) => pool(b, "MaxPool", x2, attrs, shape2),
  maxPool2dGrad(operands2, { attrs }, b) {
    const [x2, y2, dy] = operands2;
    if (b.traits.poolTies === "first") return maxPoolGrad(b, x2, y2, dy, attrs);
    const { kernel, strides: strides2, pads } = attrs;
    const [batch, channels, height, width] = x2.shape;
    const reach = [0, 1].map((i) => (y2.shape[i + 2] - 1) * strides2[i] + kernel[i] - pads[i]);
    const used = [batch, channels, Math.min(height, reach[0]), Math.min(width, reach[1])];
    const mirrored = [reach[0] - used[2], reach[1] - used[3], pads[0], pads[1]];
    const [image2, ...grads] = [sliced(b, x2, [0, 0, 0, 0], used), y2, dy].map((v) => flipped(b, v, [2, 3]));
    const dx = flipped(b, maxPoolGrad(b, image2, ...grads, { kernel, strides: strides2, pads: mirrored }), [2, 3]);
    return padded(b, dx, [0, 0, 0, 0], [0, 0, height - used[2], width - used[3]]);
  },
  avgPool2d([x2], { attrs, output: { shape: shape2 } }, b) {
    return attrs.countIncludePad ? pool(b, "AvgPool", framed(b, x2, attrs.pads), { ...attrs, pads: [0, 0, 0, 0] }, shape2) : pool(b, "AvgPool", x2, attrs, shape2);
  },
  avgPool2dGrad([dy], { attrs, output: { shape: shape2 } }, b) {
    const [batch, channels, height, width] = shape2;
    const [top, left, bottom, right] = attrs.pads;
    const share2 = attrs.countIncludePad ? dy : scaledToPixels(b, dy, attrs, [height, width]);
    const framedShape = [batch, height + top + bottom, width + left + right, channels];
    const grad = image(b, share2);
    const like = { ...grad, shape: framedShape };
    const options = poolAttrs2({ ...attrs, pads: [0, 0, 0, 0] });
    const whole = b.emit("AvgPoolGrad", { dy: grad, input: like }, options, { dtype: "float32", shape: framedShape });
    return sliced(b, fromImage(whole), [0, 0, top, left], shape2);
  }
};
function isOne([a, b]) {
  return a === 1 && b === 1;
}
function convolution(b, x2, w, attrs) {
  const { strides: strides2, dilations, pads, groups } = attrs;
  const options = { strides: strides2, dilations, ...kernelPads(pads), dataFormat: "NHWC" };
  const [filters, perGroup, ...kernel] = w.shape;
  const [batch, channels] = x2.shape;
  const size = [0, 1].map((i) => {
    const whole = x2.shape[i + 2] + pads[i] + pads[i + 2];
    return Math.floor((whole - dilations[i] * (kernel[i] - 1) - 1) / strides2[i]) + 1;
  });
  const result2 = { dtype: "float32", shape: [batch, ...size, filters] };
  if (groups === 1) {
    const filter = bare(arranged(b, w, HWIO));
    return fromImage(b.emit("Conv2D", { x: image(b, x2), filter }, options, result2));
  }
  if (perGroup === 1 && (isOne(strides2) || isOne(dilations))) {
    const filter = bare(arranged(b, reshaped(b, w, [channels, filters / channels, ...kernel]), [2, 3, 0, 1]));
    return fromImage(b.emit("DepthwiseConv2dNative", { x: image(b, x2), filter }, options, result2));
  }
  const parts = Array.from(
    { length: groups },
    (_, i) => convolution(b, piece(b, x2, 1, groups, i), piece(b, w, 0, groups, i), { ...attrs, groups: 1 })
  );
  return joined(b, parts, 1);
}
function biasedConvolution(b, x2, y2, shape2) {
  const conv = b.producer(x2);
  const channels = shape2[1];
  const isBias = numel(y2.shape) === channels && y2.shape.at(-3) === channels;
  const isImage = sameShape(x2.order, CHANNELS_LAST) && sameShape(x2.shape, shape2);
  if (conv?.kernel !== "Conv2D" || !isImage || !isBias) return null;
  const [input2, filter] = conv.inputs.map((view) => ({ ...view, order: rowMajor(4) }));
  const inputs = { x: input2, filter, bias: reshaped(b, y2, [channels]) };
  return fromImage(b.emit("FusedConv2D", inputs, { ...conv.attrs, activation: "linear" }, conv.output));
}
function filterGrad(b, x2, dy, attrs) {
  const { strides: strides2, pads, dilations, kernelSize } = attrs;
  const [[, channels], [, filters]] = [x2.shape, dy.shape];
  const shape2 = [filters, channels, ...kernelSize];
  if (b.traits.convGradients === "kernel" && isOne(dilations)) {
    const filterShape = [...kernelSize, channels, filters];
    const options = { strides: strides2, ...kernelPads(pads), dataFormat: "NHWC", filterShape };
    const grad = b.emit("Conv2DBackpropFilter", { x: image(b, x2), dy: image(b, dy) }, options, {
      dtype: "float32",
      shape: filterShape
    });
    return named(grad, shape2, HWIO);
  }
  const images = transposed(x2, [1, 0, 2, 3]);
  const weights = transposed(dy, [1, 0, 2, 3]);
  const whole = transposed(
    convolution(b, images, weights, { strides: dilations, dilations: strides2, pads, groups: 1 }),
    [1, 0, 2, 3]
  );
  return sliced(b, whole, [0, 0, 0, 0], shape2);
}
function maxPoolGrad(b, x2, y2, dy, attrs) {
  const input2 = image(b, x2);
  const inputs = { dy: image(b, dy), input: input2, output: image(b, y2) };
  return fromImage(b.emit("MaxPoolGrad", inputs, poolAttrs2(attrs), { dtype: "float32", shape: input2.shape }));
}
function poolAttrs2({ kernel, strides: strides2, pads }) {
  return { filterSize: kernel, strides: strides2, ...kernelPads(pads) };
}
function pool(b, kernel, x2, attrs, shape2) {
  const [batch, channels, height, width] = shape2;
  if (isOne(attrs.kernel)) {
    const { strides: strides2 } = attrs;
    return everyNth(b, everyNth(b, x2, 2, 0, strides2[0], height), 3, 0, strides2[1], width);
  }
  const result2 = { dtype: "float32", shape: [batch, height, width, channels] };
  return fromImage(b.emit(kernel, { x: image(b, x2) }, poolAttrs2(attrs), result2));
}
function scaledToPixels(b, dy, { kernel, strides: strides2, pads }, size) {
  const [, , rows, columns] = dy.shape;
  const counts = [0, 1].map(
    (i) => Array.from({ length: i === 0 ? rows : columns }, (_, at2) => {
      const start = at2 * strides2[i] - pads[i];
      return Math.min(start + kernel[i], size[i]) - Math.max(start, 0);
    })
  );
  const window = kernel[0] * kernel[1];
  const data = Float32Array.from(counts[0].flatMap((h) => counts[1].map((w) => window / (h * w))));
  const scale = b.constant({ dtype: "float32", shape: [1, 1, rows, columns], data });
  return elementwise(b, "Multiply", { a: dy, b: scale }, { dtype: "float32", shape: dy.shape });
}

// packages/backend-tfjs/src/lowerings/elementwise.ts
var one = (kernel, operand = "x") => ([x2], { output: { dtype, shape: shape2 } }, b) => elementwise(b, kernel, { [operand]: x2 }, { dtype: deviceDType(dtype), shape: shape2 });
var two = (kernel) => (operands2, { output: { dtype, shape: shape2 } }, b) => {
  const [x2, y2] = operands2;
  return elementwise(b, kernel, { a: x2, b: y2 }, { dtype: deviceDType(dtype), shape: shape2 });
};
var comparison2 = (kernel) => (operands2, info, b) => two(kernel)(
  operands2.map((x2) => unbool(b, x2)),
  info,
  b
);
function unbool(b, x2) {
  return x2.dtype === "bool" ? converted(b, x2, "float32") : x2;
}
var elementwiseLowerings = {
  abs: one("Abs"),
  cos: one("Cos"),
  erf: one("Erf"),
  exp: one("Exp"),
  floor: one("Floor"),
  log: one("Log"),
  neg: one("Neg"),
  relu: one("Relu"),
  sigmoid: one("Sigmoid"),
  sign: one("Sign"),
  sin: one("Sin"),
  sqrt: one("Sqrt"),
  tanh: one("Tanh"),
  logicalNot: one("LogicalNot"),
  add(operands2, info, b) {
    const [x2, y2] = operands2;
    const { shape: shape2 } = info.output;
    return biasedConvolution(b, x2, y2, shape2) ?? biasedConvolution(b, y2, x2, shape2) ?? two("Add")(operands2, info, b);
  },
  sub: two("Sub"),
  mul: two("Multiply"),
  pow: two("Pow"),
  maximum: two("Maximum"),
  minimum: two("Minimum"),
  div(operands2, info, b) {
    if (info.output.dtype !== "int32" || b.traits.intDivision === "kernel") return two("RealDiv")(operands2, info, b);
    const floats = operands2.map((x2) => converted(b, x2, "float32"));
    const quotient = two("RealDiv")(floats, { ...info, output: { ...info.output, dtype: "float32" } }, b);
    return converted(b, quotient, "int32");
  },
  equal: comparison2("Equal"),
  greater: comparison2("Greater"),
  greaterEqual: comparison2("GreaterEqual"),
  less: comparison2("Less"),
  lessEqual: comparison2("LessEqual"),
  logicalAnd: two("LogicalAnd"),
  logicalOr: two("LogicalOr"),
  logicalXor: comparison2("NotEqual"),
  cast([x2], { inputs: [from], attrs: { to } }, b) {
    const value = x2;
    const test = b.producer(value);
    if (to === "float32" && test?.kernel === "Greater" && test.inputs[0]?.dtype === "float32") {
      const [positive2, zero] = test.inputs;
      if (positive2 !== void 0 && zero !== void 0 && b.scalarOf(zero) === 0) {
        const seen = { ...value, slot: positive2.slot, dtype: positive2.dtype };
        return elementwise(b, "Step", { x: seen }, { dtype: "float32", shape: value.shape }, { alpha: 0 });
      }
    }
    if (to !== "uint8" || from?.dtype === "bool") return converted(b, value, deviceDType(to));
    const { shape: shape2 } = value;
    const bytes = b.constant({ dtype: "int32", shape: [], data: Int32Array.of(256) });
    const whole = { a: converted(b, value, "int32"), b: bytes };
    return converted(b, elementwise(b, "Mod", whole, { dtype: "int32", shape: shape2 }), "float32");
  },
  where(operands2, { output }, b) {
    const { shape: shape2 } = output;
    const [condition, x2, y2] = operands2;
    const order = orderOf(operands2, shape2);
    if (x2.dtype === "bool") {
      const result2 = { dtype: "bool", shape: shape2 };
      const not = elementwise(b, "LogicalNot", { x: condition }, { dtype: "bool", shape: condition.shape });
      const left = elementwise(b, "LogicalAnd", { a: condition, b: x2 }, result2);
      return elementwise(
        b,
        "LogicalOr",
        { a: left, b: elementwise(b, "LogicalAnd", { a: not, b: y2 }, result2) },
        result2
      );
    }
    const [c, t, e] = [condition, x2, y2].map((v) => broadcasted(b, v, shape2, order));
    return elementwise(b, "Select", { condition: c, t, e }, { dtype: x2.dtype, shape: shape2 });
  }
};

// packages/backend-tfjs/src/lowerings/indexing.ts
var indexingLowerings = {
  gather(operands2, { attrs: { axis }, output: { shape: shape2 } }, b) {
    const [x2, indices] = operands2;
    const inputs = { x: inRows(b, x2), indices: inRows(b, indices) };
    return b.emit("GatherV2", inputs, { axis, batchDims: 0 }, { dtype: x2.dtype, shape: shape2 });
  },
  scatterAdd(operands2, { attrs: { axis, size }, output: { shape: shape2 } }, b) {
    const [indices, updates] = operands2;
    const rank = indices.shape.length;
    const count = numel(indices.shape);
    const [outer, inner] = [updates.shape.slice(0, axis), updates.shape.slice(axis + rank)];
    const columns = numel(outer) * numel(inner);
    const axes = rowMajor(updates.shape.length);
    const first = transposed(updates, [
      ...axes.slice(axis, axis + rank),
      ...axes.slice(0, axis),
      ...axes.slice(axis + rank)
    ]);
    const x2 = reshaped(b, first, [count, columns]);
    const result2 = { dtype: "float32", shape: [size, columns] };
    const sums = b.traits.scatter === "ScatterNd" ? b.emit(
      "ScatterNd",
      { indices: reshaped(b, indices, [count, 1]), updates: x2 },
      { shape: [size, columns] },
      result2
    ) : b.emit("UnsortedSegmentSum", { x: x2, segmentIds: reshaped(b, indices, [count]) }, { numSegments: size }, result2);
    const order = rowMajor(shape2.length);
    return named({ ...sums, shape: [size, ...outer, ...inner] }, shape2, [axis, ...order.filter((a) => a !== axis)]);
  },
  oneHot([indices], { attrs: { depth }, output: { shape: shape2 } }, b) {
    const attrs = { depth, onValue: 1, offValue: 0, dtype: "int32" };
    const ones = b.emit("OneHot", { indices: inRows(b, indices) }, attrs, { dtype: "int32", shape: shape2 });
    return converted(b, ones, "float32");
  },
  iota(_, { attrs: { size, dtype } }, b) {
    const values = Array.from({ length: size }, (_2, i) => i);
    return b.constant({
      dtype,
      shape: [size],
      data: dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values)
    });
  }
};

// packages/backend-tfjs/src/lowerings/linalg.ts
var linalgLowerings = {
  matmul(operands2, { attrs: { transposeA, transposeB }, output: { shape: shape2 } }, b) {
    const [x2, y2] = operands2;
    const left = transposeA ? swapped(x2) : x2;
    const right = transposeB ? swapped(y2) : y2;
    const batch = shape2.slice(0, -2);
    const [m, n] = shape2.slice(-2);
    if (numel(right.shape.slice(0, -2)) === 1) {
      const k = right.shape.at(-2);
      const rows = left.shape.length === 2 ? left : reshaped(b, left, [numel(batch) * m, k]);
      const columns = right.shape.length === 2 ? right : reshaped(b, right, [k, n]);
      return reshaped(b, multiply(b, rows, columns, [numel(batch) * m, n]), shape2);
    }
    return multiply(b, spreadBatch(b, left, batch), spreadBatch(b, right, batch), shape2);
  }
};
function swapped(x2) {
  return transposed(x2, swap(x2.shape.length));
}
function swap(rank) {
  return [...rowMajor(rank - 2), rank - 1, rank - 2];
}
function spreadBatch(b, x2, batch) {
  const own = x2.shape.slice(0, -2);
  const fits = numel(own) === 1 || sameShape(own, batch);
  return fits ? x2 : broadcasted(b, x2, [...batch, ...x2.shape.slice(-2)]);
}
function multiply(b, x2, y2, shape2) {
  const [left, right] = [matrix2(b, x2), matrix2(b, y2)];
  const attrs = { transposeA: left.transposed, transposeB: right.transposed };
  return b.emit("BatchMatMul", { a: left.value, b: right.value }, attrs, { dtype: "float32", shape: shape2 });
}
function matrix2(b, x2) {
  const rank = x2.shape.length;
  const mayBeTransposed = b.traits.matmulTransposes === "kernel" && !sameMemory(x2.shape, x2.order, rowMajor(rank));
  return mayBeTransposed && sameMemory(x2.shape, x2.order, swap(rank)) ? { value: bare({ ...x2, order: swap(rank) }), transposed: true } : { value: inRows(b, x2), transposed: false };
}

// packages/backend-tfjs/src/lowerings/reduce.ts
function reduced(x2, { axes, keepDims }, shape2, emit) {
  const order = keepDims ? x2.order : without(x2.order, axes);
  const merged = [];
  for (const axis of x2.order) {
    const size = x2.shape[axis];
    const away2 = axes.includes(axis);
    const last = merged.at(-1);
    if (size === 1) continue;
    if (last?.away === away2) last.size *= size;
    else merged.push({ size, away: away2 });
  }
  const sizes = merged.map((m) => m.size);
  const away = merged.flatMap((m, i) => m.away ? [i] : []);
  const rest = sizes.filter((_, i) => !away.includes(i));
  const seen = { ...bare(x2), shape: sizes, order: rowMajor(sizes.length) };
  const y2 = away.length === 0 ? seen : emit(seen, away, rest);
  return named({ ...y2, shape: physicalShape({ shape: shape2, order }) }, shape2, order);
}
var by = (kernel, axesName) => ([x2], { attrs, output }, b) => reduced(
  x2,
  attrs,
  output.shape,
  (y2, axes, shape2) => b.emit(kernel, { x: y2 }, { [axesName]: axes, keepDims: false }, { dtype: y2.dtype, shape: shape2 })
);
var reduceLowerings = {
  sum: by("Sum", "axis"),
  mean: by("Mean", "axis"),
  max: by("Max", "reductionIndices"),
  min: by("Min", "axis"),
  argMax([x2], { attrs: { axis, keepDims }, output: { shape: shape2 } }, b) {
    const value = x2;
    const dtype = "int32";
    if (value.shape[axis] === 1) return filled(b, 0, dtype, shape2);
    const reduction2 = { axes: [axis], keepDims };
    return reduced(
      value,
      reduction2,
      shape2,
      (y2, [at2], rest) => b.emit("ArgMax", { x: y2 }, { axis: at2 }, { dtype, shape: rest })
    );
  }
};

// packages/backend-tfjs/src/lowerings/shape.ts
var shapeLowerings = {
  reshape: ([x2], { output }, b) => reshaped(b, x2, output.shape),
  broadcastTo: ([x2], { output }, b) => broadcasted(b, x2, output.shape),
  transpose: ([x2], { attrs: { perm } }) => transposed(x2, perm),
  slice([x2], { attrs: { starts, steps }, output: { shape: shape2 } }, b) {
    const value = x2;
    const reach = shape2.map((n, i) => steps[i] === 1 ? n : (n - 1) * steps[i] + 1);
    const window = sliced(b, value, starts, reach);
    return steps.reduce((y2, step, axis) => everyNth(b, y2, axis, 0, step, shape2[axis]), window);
  },
  pad([x2], { attrs: { before, after, interior, value } }, b) {
    const wide = interior.reduce((y2, gap, axis) => spread(b, y2, axis, gap, value), x2);
    return padded(b, wide, before, after, value);
  },
  flip: ([x2], { attrs: { axes } }, b) => flipped(b, x2, axes),
  concat: (operands2, { attrs: { axis } }, b) => joined(
    b,
    operands2.filter((x2) => numel(x2.shape) > 0),
    axis
  )
};

// packages/backend-tfjs/src/lowerings/index.ts
var lowerings = {
  ...elementwiseLowerings,
  ...reduceLowerings,
  ...shapeLowerings,
  ...linalgLowerings,
  ...convLowerings,
  ...indexingLowerings,
  ...compositeLowerings
};

// packages/backend-tfjs/src/kernel-list/empty.ts
function whenEmpty(op, { attrs, output: { dtype, shape: shape2 } }, b) {
  const own = deviceDType(dtype);
  if (numel(shape2) === 0) return b.constant({ dtype: own, shape: shape2, data: new Float32Array(0) });
  switch (op) {
    case "concat":
      return null;
    case "mean":
      return filled(b, Number.NaN, own, shape2);
    case "pad":
      return filled(b, attrs.value, own, shape2);
    default:
      return filled(b, 0, own, shape2);
  }
}

// packages/backend-tfjs/src/kernel-list/kernel-list.ts
function listOf(b, inputs, results) {
  const outputs = new Map([...results].map(([name, { value, type: type2 }]) => [name, { slot: value.slot, type: type2 }]));
  const returned = new Set([...outputs.values()].map((o) => o.slot));
  const live = liveInstructions(b.instructions, returned);
  const fixed = new Set(b.constants.keys());
  const setup = [];
  const rest = [];
  for (const i of live) {
    if (i.inputs.every((x2) => fixed.has(x2.slot))) {
      setup.push(i);
      fixed.add(i.output.slot);
    } else rest.push(i);
  }
  const read = /* @__PURE__ */ new Set([...returned, ...rest.flatMap((i) => i.inputs.map((x2) => x2.slot))]);
  const kept = new Set([...fixed].filter((slot) => read.has(slot)));
  const needed = /* @__PURE__ */ new Set([...read, ...setup.flatMap((i) => i.inputs.map((x2) => x2.slot))]);
  const fed = [...inputs.values()].map((x2) => x2.slot);
  return {
    slotCount: b.slotCount,
    constants: new Map([...b.constants].filter(([slot]) => needed.has(slot))),
    setup,
    kept,
    steps: withFrees(rest, /* @__PURE__ */ new Set([...returned, ...kept])),
    inputs,
    unread: new Set(fed.filter((slot) => !read.has(slot))),
    outputs
  };
}
function liveInstructions(instructions, returned) {
  const needed = new Set(returned);
  const live = [];
  for (const i of [...instructions].reverse()) {
    if (!needed.has(i.output.slot)) continue;
    live.push(i);
    for (const x2 of i.inputs) needed.add(x2.slot);
  }
  return live.reverse();
}
function withFrees(instructions, keep) {
  const read = new Set(keep);
  const steps = [];
  for (const i of [...instructions].reverse()) {
    const free = [...new Set(i.inputs.map((x2) => x2.slot))].filter((slot) => !read.has(slot));
    for (const slot of free) read.add(slot);
    steps.push({ ...i, free });
  }
  return steps.reverse();
}

// packages/backend-tfjs/src/kernel-list/compile.ts
function compileGraph(graph2, traits, batch) {
  const b = createBuilder(traits);
  const values = /* @__PURE__ */ new Map();
  const inputs = /* @__PURE__ */ new Map();
  const concrete = ({ type: type2 }) => ({
    ...type2,
    shape: type2.shape.map((d) => d === DYNAMIC ? batch : d)
  });
  for (const n of graph2.nodes) {
    const output = concrete(n);
    if (isOp(n, constantOp)) values.set(n, b.constant(n.attrs.value));
    else if (isOp(n, inputOp)) {
      const value = b.placeholder(deviceDType(output.dtype), output.shape);
      inputs.set(n.attrs.name, value);
      values.set(n, value);
    } else {
      const info = { attrs: n.attrs, inputs: n.inputs.map(concrete), output };
      const operands2 = n.inputs.map((x2) => values.get(x2));
      values.set(n, lower(n, operands2, info, b));
    }
  }
  const outputs = new Map(
    [...graph2.outputs].map(([name, n]) => [name, { value: inRows(b, values.get(n)), type: concrete(n) }])
  );
  return listOf(b, inputs, outputs);
}
function lower(n, operands2, info, b) {
  const lowering = lowerings[n.op.name];
  if (lowering === void 0) {
    throw new BackendError(`the tfjs backend cannot compute ${n.op.name}`, {
      received: `the ${n.op.kind} op '${n.op.name}'`,
      expected: "input, constant, or an op of @descent/core",
      fix: "make it a composite op, with a decomposition into primitives"
    });
  }
  const isEmpty = numel(info.output.shape) === 0 || info.inputs.some((x2) => numel(x2.shape) === 0);
  return (isEmpty ? whenEmpty(n.op.name, info, b) : null) ?? lowering(operands2, info, b);
}

// packages/backend-tfjs/src/tf-graph/print.ts
function printNodes({ nodes, feeds, fetches, variables }) {
  const shown = nodes.filter(({ op }) => op !== "Const");
  return [
    ...[...feeds].map(([name, node2]) => `${node2} = input '${name}'`),
    ...[...variables].map(([name, { handle }]) => `${handle} = state '${name}'`),
    ...shown.map(({ name, op, input: input2 }) => `${name} = ${op}(${(input2 ?? []).join(", ")})`),
    ...[...fetches].map(([name, node2]) => `return ${name} = ${node2}`)
  ].join("\n");
}

// packages/backend-tfjs/src/tf-graph/session.ts
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/is-message.js
function isMessage(arg, schema) {
  const isMessage2 = arg !== null && typeof arg == "object" && "$typeName" in arg && typeof arg.$typeName == "string";
  if (!isMessage2) {
    return false;
  }
  if (schema === void 0) {
    return true;
  }
  return schema.typeName === arg.$typeName;
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/descriptors.js
var ScalarType;
(function(ScalarType2) {
  ScalarType2[ScalarType2["DOUBLE"] = 1] = "DOUBLE";
  ScalarType2[ScalarType2["FLOAT"] = 2] = "FLOAT";
  ScalarType2[ScalarType2["INT64"] = 3] = "INT64";
  ScalarType2[ScalarType2["UINT64"] = 4] = "UINT64";
  ScalarType2[ScalarType2["INT32"] = 5] = "INT32";
  ScalarType2[ScalarType2["FIXED64"] = 6] = "FIXED64";
  ScalarType2[ScalarType2["FIXED32"] = 7] = "FIXED32";
  ScalarType2[ScalarType2["BOOL"] = 8] = "BOOL";
  ScalarType2[ScalarType2["STRING"] = 9] = "STRING";
  ScalarType2[ScalarType2["BYTES"] = 12] = "BYTES";
  ScalarType2[ScalarType2["UINT32"] = 13] = "UINT32";
  ScalarType2[ScalarType2["SFIXED32"] = 15] = "SFIXED32";
  ScalarType2[ScalarType2["SFIXED64"] = 16] = "SFIXED64";
  ScalarType2[ScalarType2["SINT32"] = 17] = "SINT32";
  ScalarType2[ScalarType2["SINT64"] = 18] = "SINT64";
})(ScalarType || (ScalarType = {}));

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wire/varint.js
function varint64read() {
  const buf = this.buf;
  let pos = this.pos;
  let lo = 0;
  let hi = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const b = buf[pos++];
    lo |= (b & 127) << shift;
    if ((b & 128) == 0) {
      this.pos = pos;
      this.assertBounds();
      this.varint64Lo = lo;
      this.varint64Hi = hi;
      return;
    }
  }
  const middleByte = buf[pos++];
  lo |= (middleByte & 15) << 28;
  hi = (middleByte & 112) >> 4;
  if ((middleByte & 128) == 0) {
    this.pos = pos;
    this.assertBounds();
    this.varint64Lo = lo;
    this.varint64Hi = hi;
    return;
  }
  for (let shift = 3; shift <= 31; shift += 7) {
    const b = buf[pos++];
    hi |= (b & 127) << shift;
    if ((b & 128) == 0) {
      this.pos = pos;
      this.assertBounds();
      this.varint64Lo = lo;
      this.varint64Hi = hi;
      return;
    }
  }
  throw new Error("invalid varint");
}
var TWO_PWR_32_DBL = 4294967296;
function int64FromString(dec) {
  const minus = dec[0] === "-";
  if (minus) {
    dec = dec.slice(1);
  }
  const base = 1e6;
  let lowBits = 0;
  let highBits = 0;
  function add1e6digit(begin, end) {
    const digit1e6 = Number(dec.slice(begin, end));
    highBits *= base;
    lowBits = lowBits * base + digit1e6;
    if (lowBits >= TWO_PWR_32_DBL) {
      highBits = highBits + (lowBits / TWO_PWR_32_DBL | 0);
      lowBits = lowBits % TWO_PWR_32_DBL;
    }
  }
  add1e6digit(-24, -18);
  add1e6digit(-18, -12);
  add1e6digit(-12, -6);
  add1e6digit(-6);
  return minus ? negate(lowBits, highBits) : newBits(lowBits, highBits);
}
function int64ToString(lo, hi) {
  let bits2 = newBits(lo, hi);
  const negative = bits2.hi & 2147483648;
  if (negative) {
    bits2 = negate(bits2.lo, bits2.hi);
  }
  const result2 = uInt64ToString(bits2.lo, bits2.hi);
  return negative ? "-" + result2 : result2;
}
function uInt64ToString(lo, hi) {
  ({ lo, hi } = toUnsigned(lo, hi));
  if (hi <= 2097151) {
    return String(TWO_PWR_32_DBL * hi + lo);
  }
  const low = lo & 16777215;
  const mid = (lo >>> 24 | hi << 8) & 16777215;
  const high = hi >> 16 & 65535;
  let digitA = low + mid * 6777216 + high * 6710656;
  let digitB = mid + high * 8147497;
  let digitC = high * 2;
  const base = 1e7;
  if (digitA >= base) {
    digitB += Math.floor(digitA / base);
    digitA %= base;
  }
  if (digitB >= base) {
    digitC += Math.floor(digitB / base);
    digitB %= base;
  }
  return digitC.toString() + decimalFrom1e7WithLeadingZeros(digitB) + decimalFrom1e7WithLeadingZeros(digitA);
}
function toUnsigned(lo, hi) {
  return { lo: lo >>> 0, hi: hi >>> 0 };
}
function newBits(lo, hi) {
  return { lo: lo | 0, hi: hi | 0 };
}
function negate(lowBits, highBits) {
  highBits = ~highBits;
  if (lowBits) {
    lowBits = ~lowBits + 1;
  } else {
    highBits += 1;
  }
  return newBits(lowBits, highBits);
}
var decimalFrom1e7WithLeadingZeros = (digit1e7) => {
  const partial = String(digit1e7);
  return "0000000".slice(partial.length) + partial;
};
function varint32write(value, bytes) {
  if (value >>> 0 < 128) {
    bytes.push(value);
    return;
  }
  if (value >= 0) {
    while (value > 127) {
      bytes.push(value & 127 | 128);
      value = value >>> 7;
    }
    bytes.push(value);
  } else {
    for (let i = 0; i < 9; i++) {
      bytes.push(value & 127 | 128);
      value = value >> 7;
    }
    bytes.push(1);
  }
}
function varint32read() {
  let b = this.buf[this.pos++];
  if ((b & 128) === 0) {
    this.assertBounds();
    return b;
  }
  let result2 = b & 127;
  b = this.buf[this.pos++];
  result2 |= (b & 127) << 7;
  if ((b & 128) === 0) {
    this.assertBounds();
    return result2;
  }
  b = this.buf[this.pos++];
  result2 |= (b & 127) << 14;
  if ((b & 128) === 0) {
    this.assertBounds();
    return result2;
  }
  b = this.buf[this.pos++];
  result2 |= (b & 127) << 21;
  if ((b & 128) === 0) {
    this.assertBounds();
    return result2;
  }
  b = this.buf[this.pos++];
  result2 |= (b & 15) << 28;
  for (let readBytes = 5; (b & 128) !== 0 && readBytes < 10; readBytes++)
    b = this.buf[this.pos++];
  if ((b & 128) !== 0)
    throw new Error("invalid varint");
  this.assertBounds();
  return result2 >>> 0;
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/proto-int64.js
var protoInt64 = /* @__PURE__ */ makeInt64Support();
function makeInt64Support() {
  const dv = new DataView(new ArrayBuffer(8));
  const ok = typeof BigInt === "function" && typeof dv.getBigInt64 === "function" && typeof dv.getBigUint64 === "function" && typeof dv.setBigInt64 === "function" && typeof dv.setBigUint64 === "function" && (!!globalThis.Deno || !!globalThis.Bun || typeof process != "object" || typeof process.env != "object" || process.env.BUF_BIGINT_DISABLE !== "1");
  if (ok) {
    const MIN = BigInt("-9223372036854775808");
    const MAX = BigInt("9223372036854775807");
    const UMIN = BigInt("0");
    const UMAX = BigInt("18446744073709551615");
    return {
      zero: BigInt(0),
      supported: true,
      parse(value) {
        const bi = typeof value == "bigint" ? value : BigInt(value);
        if (bi > MAX || bi < MIN) {
          throw new Error(`invalid int64: ${value}`);
        }
        return bi;
      },
      uParse(value) {
        const bi = typeof value == "bigint" ? value : BigInt(value);
        if (bi > UMAX || bi < UMIN) {
          throw new Error(`invalid uint64: ${value}`);
        }
        return bi;
      },
      enc(value) {
        dv.setBigInt64(0, this.parse(value), true);
        return {
          lo: dv.getInt32(0, true),
          hi: dv.getInt32(4, true)
        };
      },
      uEnc(value) {
        dv.setBigInt64(0, this.uParse(value), true);
        return {
          lo: dv.getInt32(0, true),
          hi: dv.getInt32(4, true)
        };
      },
      dec(lo, hi) {
        dv.setInt32(0, lo, true);
        dv.setInt32(4, hi, true);
        return dv.getBigInt64(0, true);
      },
      uDec(lo, hi) {
        dv.setInt32(0, lo, true);
        dv.setInt32(4, hi, true);
        return dv.getBigUint64(0, true);
      }
    };
  }
  return {
    zero: "0",
    supported: false,
    parse(value) {
      if (typeof value != "string") {
        value = value.toString();
      }
      assertInt64String(value);
      return value;
    },
    uParse(value) {
      if (typeof value != "string") {
        value = value.toString();
      }
      assertUInt64String(value);
      return value;
    },
    enc(value) {
      if (typeof value != "string") {
        value = value.toString();
      }
      assertInt64String(value);
      return int64FromString(value);
    },
    uEnc(value) {
      if (typeof value != "string") {
        value = value.toString();
      }
      assertUInt64String(value);
      return int64FromString(value);
    },
    dec(lo, hi) {
      return int64ToString(lo, hi);
    },
    uDec(lo, hi) {
      return uInt64ToString(lo, hi);
    }
  };
}
function assertInt64String(value) {
  if (!/^-?[0-9]+$/.test(value)) {
    throw new Error("invalid int64: " + value);
  }
}
function assertUInt64String(value) {
  if (!/^[0-9]+$/.test(value)) {
    throw new Error("invalid uint64: " + value);
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/scalar.js
function scalarZeroValue(type2, longAsString) {
  switch (type2) {
    case ScalarType.STRING:
      return "";
    case ScalarType.BOOL:
      return false;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 0;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SFIXED64:
    case ScalarType.FIXED64:
    case ScalarType.SINT64:
      return longAsString ? "0" : protoInt64.zero;
    case ScalarType.BYTES:
      return new Uint8Array(0);
    default:
      return 0;
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/unsafe.js
function unsafeIsSetExplicit(target, localName) {
  return Object.prototype.hasOwnProperty.call(target, localName) && target[localName] !== void 0;
}
function setOwn(obj, key2, value) {
  if (key2 === "__proto__") {
    Object.defineProperty(obj, "__proto__", {
      value,
      writable: true,
      enumerable: true,
      configurable: true
    });
  } else {
    obj[key2] = value;
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/guard.js
function isObject(arg) {
  return arg !== null && typeof arg == "object" && !Array.isArray(arg);
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wkt/wrappers.js
function isWrapperDesc(messageDesc2) {
  const f = messageDesc2.fields[0];
  return isWrapperTypeName(messageDesc2.typeName) && f !== void 0 && f.fieldKind == "scalar" && f.name == "value" && f.number == 1;
}
var wrapperTypeNames = /* @__PURE__ */ new Set([
  "google.protobuf.DoubleValue",
  "google.protobuf.FloatValue",
  "google.protobuf.Int64Value",
  "google.protobuf.UInt64Value",
  "google.protobuf.Int32Value",
  "google.protobuf.UInt32Value",
  "google.protobuf.BoolValue",
  "google.protobuf.StringValue",
  "google.protobuf.BytesValue"
]);
function isWrapperTypeName(name) {
  return wrapperTypeNames.has(name);
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/create.js
var EDITION_PROTO3 = 999;
var EDITION_PROTO2 = 998;
var IMPLICIT = 2;
function create(schema, init) {
  if (isMessage(init, schema)) {
    return init;
  }
  return compiledCreate(schema)(init);
}
var compiledCreates = /* @__PURE__ */ new WeakMap();
function compiledCreate(desc) {
  let compiled = compiledCreates.get(desc);
  if (compiled === void 0) {
    compiled = compileCreate(desc);
    compiledCreates.set(desc, compiled);
  }
  return compiled;
}
var INIT_SINGULAR = 0;
var INIT_LIST = 1;
var INIT_MAP = 2;
var INIT_ONEOF = 3;
function compileCreate(desc) {
  const typeName = desc.typeName;
  const { properties, prototype } = compileInitMessage(desc);
  return (init) => {
    let message;
    if (prototype !== void 0) {
      message = Object.create(prototype);
      message.$typeName = typeName;
    } else {
      message = { $typeName: typeName };
    }
    for (let i = 0; i < properties.length; i++) {
      const property = properties[i];
      const name = property.name;
      const initValue = init === null || init === void 0 ? void 0 : init[name];
      switch (property.kind) {
        case INIT_SINGULAR:
          if (initValue != null) {
            message[name] = property.convert !== void 0 ? property.convert(initValue) : initValue;
          } else if (property.constant !== void 0) {
            message[name] = property.constant;
          }
          break;
        case INIT_LIST:
          message[name] = property.convert !== void 0 && Array.isArray(initValue) ? initValue.map(property.convert) : initValue !== null && initValue !== void 0 ? initValue : [];
          break;
        case INIT_MAP:
          if (property.convert === void 0 || !isObject(initValue)) {
            message[name] = initValue !== null && initValue !== void 0 ? initValue : {};
          } else {
            const converted2 = {};
            const keys = Object.keys(initValue);
            for (let k = 0; k < keys.length; k++) {
              setOwn(converted2, keys[k], property.convert(initValue[keys[k]]));
            }
            message[name] = converted2;
          }
          break;
        case INIT_ONEOF: {
          const oneofValue = initValue;
          if ((oneofValue === null || oneofValue === void 0 ? void 0 : oneofValue.case) != null) {
            const convert = property.convert.get(oneofValue.case);
            if (convert !== void 0) {
              message[name] = {
                case: oneofValue.case,
                value: convert(oneofValue.value)
              };
              break;
            }
          }
          message[name] = { case: void 0 };
          break;
        }
      }
    }
    return message;
  };
}
function compileInitMessage(desc) {
  var _a, _b;
  const properties = [];
  const prototype = {};
  const usePrototype = needsPrototypeChain(desc);
  for (const member of desc.members) {
    const name = member.localName;
    if (member.kind == "oneof") {
      properties.push({
        name,
        kind: INIT_ONEOF,
        constant: void 0,
        convert: compileConvertOneof(member)
      });
      continue;
    }
    switch (member.fieldKind) {
      case "message": {
        properties.push({
          name,
          kind: INIT_SINGULAR,
          constant: void 0,
          convert: compileConvertMessage(member)
        });
        break;
      }
      case "list": {
        properties.push({
          name,
          kind: INIT_LIST,
          constant: void 0,
          convert: member.listKind == "message" ? (_a = compileConvertMessage(member)) !== null && _a !== void 0 ? _a : ((value) => value) : member.scalar == ScalarType.BYTES ? toU8Arr : void 0
        });
        break;
      }
      case "map": {
        properties.push({
          name,
          kind: INIT_MAP,
          constant: void 0,
          convert: member.mapKind == "message" ? (_b = compileConvertMessage(member)) !== null && _b !== void 0 ? _b : ((value) => value) : member.scalar == ScalarType.BYTES ? toU8Arr : void 0
        });
        break;
      }
      default: {
        const zeroValue = createZeroValue(member);
        properties.push({
          name,
          kind: INIT_SINGULAR,
          constant: member.presence == IMPLICIT ? zeroValue : void 0,
          convert: member.fieldKind == "scalar" && member.scalar == ScalarType.BYTES ? toU8Arr : void 0
        });
        if (usePrototype) {
          prototype[name] = zeroValue;
        }
        break;
      }
    }
  }
  return {
    properties,
    prototype: usePrototype ? prototype : void 0
  };
}
function compileConvertOneof(oneof) {
  const converters = /* @__PURE__ */ new Map();
  for (const field of oneof.fields) {
    let convert;
    if (field.fieldKind == "message") {
      convert = compileConvertMessage(field);
    } else if (field.fieldKind == "scalar" && field.scalar == ScalarType.BYTES) {
      convert = toU8Arr;
    }
    converters.set(field.localName, convert !== null && convert !== void 0 ? convert : ((value) => value));
  }
  return converters;
}
function compileConvertMessage(field) {
  if (field.fieldKind == "message" && !field.oneof && isWrapperDesc(field.message)) {
    return field.message.fields[0].scalar == ScalarType.BYTES ? toU8Arr : void 0;
  }
  if (field.message.typeName == "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    return void 0;
  }
  const messageDesc2 = field.message;
  let compiled;
  return (value) => {
    if (!isObject(value) || isMessage(value, messageDesc2)) {
      return value;
    }
    compiled !== null && compiled !== void 0 ? compiled : compiled = compiledCreate(messageDesc2);
    return compiled(value);
  };
}
function toU8Arr(value) {
  return Array.isArray(value) ? new Uint8Array(value) : value;
}
function needsPrototypeChain(desc) {
  switch (desc.file.edition) {
    case EDITION_PROTO3:
      return false;
    case EDITION_PROTO2:
      return true;
    default:
      return desc.fields.some((f) => f.presence != IMPLICIT && f.fieldKind != "message" && !f.oneof);
  }
}
function createZeroValue(field) {
  const defaultValue = field.getDefaultValue();
  if (defaultValue !== void 0) {
    return field.fieldKind == "scalar" && field.longAsString ? defaultValue.toString() : defaultValue;
  }
  return field.fieldKind == "scalar" ? scalarZeroValue(field.scalar, field.longAsString) : field.enum.values[0].number;
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/error.js
var FieldError = class extends Error {
  constructor(fieldOrOneof, message, name = "FieldValueInvalidError") {
    super(message);
    this.name = name;
    this.field = () => fieldOrOneof;
  }
};

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wire/text-encoding.js
var te;
function configureTextEncoding(textEncoding) {
  var _a;
  te = Object.assign(Object.assign({}, textEncoding), { encodeUtf8Into: (_a = textEncoding.encodeUtf8Into) !== null && _a !== void 0 ? _a : emulateEncodeInto(textEncoding.encodeUtf8.bind(textEncoding)) });
}
function getTextEncoding() {
  if (!te) {
    const globals = globalThis;
    if (!globals.TextEncoder || !globals.TextDecoder) {
      throw new Error("encoding API missing: install TextEncoder and TextDecoder on globalThis");
    }
    const textEncoder = new globals.TextEncoder();
    const textDecoder = new globals.TextDecoder("utf-8", {
      ignoreBOM: true
    });
    let textDecoderStrict;
    const config = {
      encodeUtf8(text2) {
        return textEncoder.encode(text2);
      },
      decodeUtf8(bytes, strict) {
        if (strict) {
          if (!textDecoderStrict) {
            textDecoderStrict = new globals.TextDecoder("utf-8", {
              fatal: true,
              ignoreBOM: true
            });
          }
          return textDecoderStrict.decode(bytes);
        }
        return textDecoder.decode(bytes);
      },
      checkUtf8(text2) {
        try {
          encodeURIComponent(text2);
          return true;
        } catch (_) {
          return false;
        }
      }
    };
    if (textEncoder.encodeInto) {
      config.encodeUtf8Into = textEncoder.encodeInto.bind(textEncoder);
    }
    const nativeStringIsWellFormed = String.prototype.isWellFormed;
    if (nativeStringIsWellFormed) {
      config.checkUtf8 = (text2) => {
        return nativeStringIsWellFormed.call(text2);
      };
    }
    configureTextEncoding(config);
  }
  return te;
}
function emulateEncodeInto(encodeUtf8) {
  return (text2, dest) => {
    const bytes = encodeUtf8(text2);
    dest.set(bytes);
    return { written: bytes.byteLength };
  };
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wire/binary-encoding.js
var WireType;
(function(WireType2) {
  WireType2[WireType2["Varint"] = 0] = "Varint";
  WireType2[WireType2["Bit64"] = 1] = "Bit64";
  WireType2[WireType2["LengthDelimited"] = 2] = "LengthDelimited";
  WireType2[WireType2["StartGroup"] = 3] = "StartGroup";
  WireType2[WireType2["EndGroup"] = 4] = "EndGroup";
  WireType2[WireType2["Bit32"] = 5] = "Bit32";
})(WireType || (WireType = {}));
var UINT32_MAX = 4294967295;
var INT32_MAX = 2147483647;
var INT32_MIN = -2147483648;
var BinaryWriter = class {
  constructor(encodeUtf8) {
    this.stackPos = [];
    this.encodeUtf8Into = encodeUtf8 ? emulateEncodeInto(encodeUtf8) : getTextEncoding().encodeUtf8Into;
    this.buffer = EMPTY_BUFFER;
    this.viewCache = EMPTY_VIEW;
    this.pos = 0;
  }
  ensureCapacity(size) {
    const required = this.pos + size;
    if (required > this.buffer.length) {
      let newLen = this.buffer.length || INITIAL_SIZE;
      while (newLen < required)
        newLen *= 2;
      const newBuf = new Uint8Array(newLen);
      if (this.pos > 0)
        newBuf.set(this.buffer);
      this.buffer = newBuf;
    }
  }
  /**
   * The DataView over `buffer`, rebuilt only if the buffer has grown since it
   * was last used.
   */
  view() {
    const bytes = this.buffer;
    const view = this.viewCache;
    if (view.byteLength === bytes.byteLength)
      return view;
    const newView = new DataView(bytes.buffer);
    this.viewCache = newView;
    return newView;
  }
  /**
   * Return all bytes written and reset this writer.
   */
  finish() {
    const result2 = this.buffer.slice(0, this.pos);
    this.pos = 0;
    this.stackPos = [];
    return result2;
  }
  /**
   * Start a new fork for length-delimited data like a message
   * or a packed repeated field.
   *
   * Must be joined later with `join()`.
   */
  fork() {
    this.stackPos.push(this.pos);
    this.ensureCapacity(DEFAULT_LEN_PREFIX_SIZE);
    this.buffer[this.pos++] = 0;
    return this;
  }
  /**
   * Join the last fork. Write its length and bytes, then
   * return to the previous state.
   */
  join() {
    const forkPos = this.stackPos.pop();
    if (forkPos === void 0)
      throw new Error("invalid state, fork stack empty");
    const len = this.pos - forkPos - DEFAULT_LEN_PREFIX_SIZE;
    const lenPrefixSize = varint32Size(len);
    if (lenPrefixSize > DEFAULT_LEN_PREFIX_SIZE) {
      this.ensureCapacity(lenPrefixSize - DEFAULT_LEN_PREFIX_SIZE);
      this.buffer.copyWithin(forkPos + lenPrefixSize, forkPos + DEFAULT_LEN_PREFIX_SIZE, this.pos);
    }
    this.pos = forkPos;
    this.uint32(len);
    this.pos += len;
    return this;
  }
  /**
   * Writes a tag (field number and wire type).
   *
   * Equivalent to `uint32( (fieldNo << 3 | type) >>> 0 )`.
   *
   * Generated code should compute the tag ahead of time and call `uint32()`.
   */
  tag(fieldNo, type2) {
    return this.uint32((fieldNo << 3 | type2) >>> 0);
  }
  /**
   * Write a chunk of raw bytes.
   */
  raw(chunk) {
    this.ensureCapacity(chunk.length);
    this.buffer.set(chunk, this.pos);
    this.pos += chunk.length;
    return this;
  }
  /**
   * Write a `uint32` value, an unsigned 32 bit varint.
   */
  uint32(value) {
    assertUInt32(value);
    this.ensureCapacity(5);
    if (value < 128) {
      this.buffer[this.pos++] = value;
      return this;
    }
    while (value > 127) {
      this.buffer[this.pos++] = value & 127 | 128;
      value >>>= 7;
    }
    this.buffer[this.pos++] = value;
    return this;
  }
  /**
   * Write a `int32` value, a signed 32 bit varint.
   */
  int32(value) {
    assertInt32(value);
    if (value >= 0) {
      return this.uint32(value);
    }
    this.ensureCapacity(10);
    for (let i = 0; i < 9; i++) {
      this.buffer[this.pos++] = value & 127 | 128;
      value >>= 7;
    }
    this.buffer[this.pos++] = 1;
    return this;
  }
  /**
   * Write a `bool` value, a varint.
   */
  bool(value) {
    this.ensureCapacity(1);
    this.buffer[this.pos++] = value ? 1 : 0;
    return this;
  }
  /**
   * Write a `bytes` value, length-delimited arbitrary data.
   */
  bytes(value) {
    this.uint32(value.byteLength);
    return this.raw(value);
  }
  /**
   * Write a `string` value, length-delimited data converted to UTF-8 text.
   */
  string(value) {
    if (typeof value !== "string") {
      value = String(value);
    }
    const len = value.length;
    if (len <= ASCII_MAX_LENGTH) {
      this.ensureCapacity(len + 1);
      const ascii = this.buffer;
      let pos = this.pos;
      ascii[pos++] = len;
      let i = 0;
      for (; i < len; i++) {
        const code = value.charCodeAt(i);
        if (code > 127)
          break;
        ascii[pos++] = code;
      }
      if (i == len) {
        this.pos = pos;
        return this;
      }
    }
    this.ensureCapacity(len * 3 + 5);
    const lenPrefixSizeGuess = varint32Size(len);
    const buf = this.buffer;
    const start = this.pos;
    const { written } = this.encodeUtf8Into(value, buf.subarray(start + lenPrefixSizeGuess));
    const lenPrefixSize = varint32Size(written);
    if (lenPrefixSize != lenPrefixSizeGuess) {
      buf.copyWithin(start + lenPrefixSize, start + lenPrefixSizeGuess, start + lenPrefixSizeGuess + written);
    }
    this.uint32(written);
    this.pos += written;
    return this;
  }
  /**
   * Write a `float` value, 32-bit floating point number.
   */
  float(value) {
    assertFloat32(value);
    this.ensureCapacity(4);
    this.view().setFloat32(this.pos, value, true);
    this.pos += 4;
    return this;
  }
  /**
   * Write a `double` value, a 64-bit floating point number.
   */
  double(value) {
    this.ensureCapacity(8);
    this.view().setFloat64(this.pos, value, true);
    this.pos += 8;
    return this;
  }
  /**
   * Write a `fixed32` value, an unsigned, fixed-length 32-bit integer.
   */
  fixed32(value) {
    assertUInt32(value);
    this.ensureCapacity(4);
    this.view().setUint32(this.pos, value, true);
    this.pos += 4;
    return this;
  }
  /**
   * Write a `sfixed32` value, a signed, fixed-length 32-bit integer.
   */
  sfixed32(value) {
    assertInt32(value);
    this.ensureCapacity(4);
    this.view().setInt32(this.pos, value, true);
    this.pos += 4;
    return this;
  }
  /**
   * Write a `sint32` value, a signed, zigzag-encoded 32-bit varint.
   */
  sint32(value) {
    assertInt32(value);
    return this.uint32((value << 1 ^ value >> 31) >>> 0);
  }
  /**
   * Write a `sfixed64` value, a signed, fixed-length 64-bit integer.
   */
  sfixed64(value) {
    const tc = protoInt64.enc(value);
    this.ensureCapacity(8);
    const view = this.view();
    view.setInt32(this.pos, tc.lo, true);
    view.setInt32(this.pos + 4, tc.hi, true);
    this.pos += 8;
    return this;
  }
  /**
   * Write a `fixed64` value, an unsigned, fixed-length 64 bit integer.
   */
  fixed64(value) {
    const tc = protoInt64.uEnc(value);
    this.ensureCapacity(8);
    const view = this.view();
    view.setInt32(this.pos, tc.lo, true);
    view.setInt32(this.pos + 4, tc.hi, true);
    this.pos += 8;
    return this;
  }
  /**
   * Write a `int64` value, a signed 64-bit varint.
   */
  int64(value) {
    const tc = protoInt64.enc(value);
    return this.writeVarint64(tc.lo, tc.hi);
  }
  /**
   * Write a `sint64` value, a signed, zig-zag-encoded 64-bit varint.
   */
  sint64(value) {
    const tc = protoInt64.enc(value), sign = tc.hi >> 31, lo = tc.lo << 1 ^ sign, hi = (tc.hi << 1 | tc.lo >>> 31) ^ sign;
    return this.writeVarint64(lo, hi);
  }
  /**
   * Write a `uint64` value, an unsigned 64-bit varint.
   */
  uint64(value) {
    const tc = protoInt64.uEnc(value);
    return this.writeVarint64(tc.lo, tc.hi);
  }
  /**
   * Write a 64-bit varint directly into the buffer. Accepts the value as
   * split low/high 32-bit words.
   *
   * Ported from varint64write() to avoid the intermediate number[] buffer.
   * See https://github.com/protocolbuffers/protobuf/blob/8a71927d74a4ce34efe2d8769fda198f52d20d12/js/experimental/runtime/kernel/writer.js#L344
   */
  writeVarint64(lo, hi) {
    this.ensureCapacity(10);
    const buf = this.buffer;
    let pos = this.pos;
    for (let i = 0; i < 28; i = i + 7) {
      const shift = lo >>> i;
      const hasNext = !(shift >>> 7 == 0 && hi == 0);
      buf[pos++] = (hasNext ? shift | 128 : shift) & 255;
      if (!hasNext) {
        this.pos = pos;
        return this;
      }
    }
    const splitBits = lo >>> 28 & 15 | (hi & 7) << 4;
    const hasMoreBits = !(hi >> 3 == 0);
    buf[pos++] = (hasMoreBits ? splitBits | 128 : splitBits) & 255;
    if (!hasMoreBits) {
      this.pos = pos;
      return this;
    }
    for (let i = 3; i < 31; i = i + 7) {
      const shift = hi >>> i;
      const hasNext = !(shift >>> 7 == 0);
      buf[pos++] = (hasNext ? shift | 128 : shift) & 255;
      if (!hasNext) {
        this.pos = pos;
        return this;
      }
    }
    buf[pos++] = hi >>> 31 & 1;
    this.pos = pos;
    return this;
  }
};
var INITIAL_SIZE = 128;
var DEFAULT_LEN_PREFIX_SIZE = 1;
var EMPTY_BUFFER = new Uint8Array(0);
var EMPTY_VIEW = new DataView(EMPTY_BUFFER.buffer);
var ASCII_MAX_LENGTH = 32;
function varint32Size(value) {
  if (value < 128)
    return 1;
  if (value < 16384)
    return 2;
  if (value < 2097152)
    return 3;
  if (value < 268435456)
    return 4;
  return 5;
}
var BinaryReader = class {
  constructor(buf, decodeUtf8 = getTextEncoding().decodeUtf8) {
    this.decodeUtf8 = decodeUtf8;
    this.varint64Lo = 0;
    this.varint64Hi = 0;
    this.varint64 = varint64read;
    this.uint32 = varint32read;
    this.buf = buf;
    this.len = buf.length;
    this.pos = 0;
    this.view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  }
  /**
   * Reads a tag - field number and wire type. Tags are uint32 varints; values
   * that do not fit in uint32 are rejected.
   */
  tag() {
    const start = this.pos;
    const tag = this.uint32();
    const bytesRead = this.pos - start;
    if (bytesRead > 5 || bytesRead == 5 && this.buf[this.pos - 1] > 15) {
      throw new Error("illegal tag: varint overflows uint32");
    }
    const fieldNo = tag >>> 3;
    const wireType = tag & 7;
    if (fieldNo <= 0 || wireType > 5) {
      throw new Error("illegal tag: field no " + fieldNo + " wire type " + wireType);
    }
    return [fieldNo, wireType];
  }
  /**
   * Skip one element and return the skipped data.
   *
   * When skipping StartGroup, provide the tags field number to check for
   * matching field number in the EndGroup tag. Recursion into nested groups
   * is guarded by the `recursionLimit` argument: When the limit is reached,
   * this method throws.
   */
  skip(wireType, fieldNo, recursionLimit = 100) {
    let start = this.pos;
    switch (wireType) {
      case WireType.Varint:
        while (this.buf[this.pos++] & 128) {
        }
        break;
      // @ts-ignore TS7029: Fallthrough case in switch -- ignore instead of expect-error for compiler settings without noFallthroughCasesInSwitch: true
      case WireType.Bit64:
        this.pos += 4;
      case WireType.Bit32:
        this.pos += 4;
        break;
      case WireType.LengthDelimited:
        let len = this.uint32();
        this.pos += len;
        break;
      case WireType.StartGroup:
        if (recursionLimit <= 0) {
          throw new Error("maximum recursion depth reached");
        }
        for (; ; ) {
          const [fn, wt] = this.tag();
          if (wt === WireType.EndGroup) {
            if (fieldNo !== void 0 && fn !== fieldNo) {
              throw new Error("invalid end group tag");
            }
            break;
          }
          this.skip(wt, fn, recursionLimit - 1);
        }
        break;
      default:
        throw new Error("cant skip wire type " + wireType);
    }
    this.assertBounds();
    return this.buf.subarray(start, this.pos);
  }
  /**
   * Throws error if position in byte array is out of range.
   */
  assertBounds() {
    if (this.pos > this.len)
      throw new RangeError("premature EOF");
  }
  /**
   * Read a `int32` field, a signed 32 bit varint.
   */
  int32() {
    return this.uint32() | 0;
  }
  /**
   * Read a `sint32` field, a signed, zigzag-encoded 32-bit varint.
   */
  sint32() {
    let zze = this.uint32();
    return zze >>> 1 ^ -(zze & 1);
  }
  /**
   * Read a `int64` field, a signed 64-bit varint.
   */
  int64() {
    this.varint64();
    return protoInt64.dec(this.varint64Lo, this.varint64Hi);
  }
  /**
   * Read a `uint64` field, an unsigned 64-bit varint.
   */
  uint64() {
    this.varint64();
    return protoInt64.uDec(this.varint64Lo, this.varint64Hi);
  }
  /**
   * Read a `sint64` field, a signed, zig-zag-encoded 64-bit varint.
   */
  sint64() {
    this.varint64();
    let lo = this.varint64Lo;
    let hi = this.varint64Hi;
    let s = -(lo & 1);
    lo = (lo >>> 1 | (hi & 1) << 31) ^ s;
    hi = hi >>> 1 ^ s;
    return protoInt64.dec(lo, hi);
  }
  /**
   * Read a `bool` field, a variant.
   */
  bool() {
    const b = this.buf[this.pos];
    if (b < 128) {
      this.pos++;
      return b !== 0;
    }
    this.varint64();
    return this.varint64Lo !== 0 || this.varint64Hi !== 0;
  }
  /**
   * Read a `fixed32` field, an unsigned, fixed-length 32-bit integer.
   */
  fixed32() {
    return this.view.getUint32((this.pos += 4) - 4, true);
  }
  /**
   * Read a `sfixed32` field, a signed, fixed-length 32-bit integer.
   */
  sfixed32() {
    return this.view.getInt32((this.pos += 4) - 4, true);
  }
  /**
   * Read a `fixed64` field, an unsigned, fixed-length 64 bit integer.
   */
  fixed64() {
    return protoInt64.uDec(this.sfixed32(), this.sfixed32());
  }
  /**
   * Read a `fixed64` field, a signed, fixed-length 64-bit integer.
   */
  sfixed64() {
    return protoInt64.dec(this.sfixed32(), this.sfixed32());
  }
  /**
   * Read a `float` field, 32-bit floating point number.
   */
  float() {
    return this.view.getFloat32((this.pos += 4) - 4, true);
  }
  /**
   * Read a `double` field, a 64-bit floating point number.
   */
  double() {
    return this.view.getFloat64((this.pos += 8) - 8, true);
  }
  /**
   * Read a `bytes` field, length-delimited arbitrary data.
   */
  bytes() {
    let len = this.uint32(), start = this.pos;
    this.pos += len;
    this.assertBounds();
    return this.buf.subarray(start, start + len);
  }
  /**
   * Read a `string` field, length-delimited data converted to UTF-8 text. If
   * `strict` is true, throw on invalid UTF-8 instead of substituting U+FFFD.
   */
  string(strict) {
    const len = this.uint32();
    const start = this.pos;
    this.pos += len;
    this.assertBounds();
    const buf = this.buf;
    if (len <= ASCII_MAX_LENGTH) {
      const codes = new Array(len);
      for (let i = 0; i < len; i++) {
        const byte = buf[start + i];
        if (byte > 127) {
          return this.decodeUtf8(buf.subarray(start, this.pos), strict);
        }
        codes[i] = byte;
      }
      return String.fromCharCode.apply(String, codes);
    }
    return this.decodeUtf8(buf.subarray(start, this.pos), strict);
  }
};
function assertInt32(arg) {
  if (typeof arg == "string") {
    arg = Number(arg);
  } else if (typeof arg != "number") {
    throw new Error("invalid int32: " + typeof arg);
  }
  if (!Number.isInteger(arg) || arg > INT32_MAX || arg < INT32_MIN)
    throw new Error("invalid int32: " + arg);
}
function assertUInt32(arg) {
  if (typeof arg == "string") {
    arg = Number(arg);
  } else if (typeof arg != "number") {
    throw new Error("invalid uint32: " + typeof arg);
  }
  if (!Number.isInteger(arg) || arg > UINT32_MAX || arg < 0)
    throw new Error("invalid uint32: " + arg);
}
function assertFloat32(arg) {
  if (typeof arg == "string") {
    const o = arg;
    arg = Number(arg);
    if (Number.isNaN(arg) && o !== "NaN") {
      throw new Error("invalid float32: " + o);
    }
  } else if (typeof arg != "number") {
    throw new Error("invalid float32: " + typeof arg);
  }
  if (!Number.isFinite(Math.fround(arg)) && Number.isFinite(arg)) {
    throw new Error("invalid float32: " + arg);
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/message.js
var NULL_VALUE = 0;
function localMessageMapper(field) {
  if (usesJsonRepresentation(field)) {
    return {
      toMessage: (local) => wktStructToReflect(local),
      toLocal: (message) => wktStructToLocal(message)
    };
  }
  if (field.fieldKind == "message" && !field.oneof && isWrapperDesc(field.message)) {
    const wrapperDesc = field.message;
    const valueLocalName = wrapperDesc.fields[0].localName;
    return {
      toMessage: (local) => {
        const message = create(wrapperDesc);
        if (local !== void 0) {
          message[valueLocalName] = local;
        }
        return message;
      },
      toLocal: (message) => message[valueLocalName]
    };
  }
  const childDesc = field.message;
  return {
    toMessage: (local) => local === void 0 ? create(childDesc) : local,
    toLocal: (message) => message
  };
}
function usesJsonRepresentation(field) {
  return field.message.typeName == "google.protobuf.Struct" && field.parent.typeName != "google.protobuf.Value";
}
function wktStructToReflect(json) {
  const struct = {
    $typeName: "google.protobuf.Struct",
    fields: {}
  };
  if (isObject(json)) {
    for (const k of Object.keys(json)) {
      setOwn(struct.fields, k, wktValueToReflect(json[k]));
    }
  }
  return struct;
}
function wktStructToLocal(val) {
  const json = {};
  for (const k of Object.keys(val.fields)) {
    setOwn(json, k, wktValueToLocal(val.fields[k]));
  }
  return json;
}
function wktValueToLocal(val) {
  switch (val.kind.case) {
    case "structValue":
      return wktStructToLocal(val.kind.value);
    case "listValue":
      return val.kind.value.values.map(wktValueToLocal);
    case "nullValue":
    case void 0:
      return null;
    default:
      return val.kind.value;
  }
}
function wktValueToReflect(json) {
  const value = {
    $typeName: "google.protobuf.Value",
    kind: { case: void 0 }
  };
  switch (typeof json) {
    case "number":
      value.kind = { case: "numberValue", value: json };
      break;
    case "string":
      value.kind = { case: "stringValue", value: json };
      break;
    case "boolean":
      value.kind = { case: "boolValue", value: json };
      break;
    case "object":
      if (json === null) {
        value.kind = { case: "nullValue", value: NULL_VALUE };
      } else if (Array.isArray(json)) {
        const listValue = {
          $typeName: "google.protobuf.ListValue",
          values: []
        };
        if (Array.isArray(json)) {
          for (const e of json) {
            listValue.values.push(wktValueToReflect(e));
          }
        }
        value.kind = {
          case: "listValue",
          value: listValue
        };
      } else {
        value.kind = {
          case: "structValue",
          value: wktStructToReflect(json)
        };
      }
      break;
  }
  return value;
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wire/base64-encoding.js
var nativeSetFromBase64 = Uint8Array.prototype.setFromBase64;
function base64Decode(base64Str) {
  const len = base64Str.length;
  let size = len - (len + 3 >> 2);
  if ((len & 3) == 0 && base64Str[len - 1] == "=") {
    size -= base64Str[len - 2] == "=" ? 2 : 1;
  }
  const bytes = new Uint8Array(size);
  let written = -1;
  if (nativeSetFromBase64) {
    try {
      const result2 = nativeSetFromBase64.call(bytes, base64Str);
      if (result2.read == len) {
        written = result2.written;
      }
    } catch (_a) {
    }
  }
  if (written < 0) {
    written = setFromBase64(bytes, base64Str);
  }
  return written == size ? bytes : bytes.subarray(0, written);
}
function setFromBase64(bytes, base64Str) {
  const table = getDecodeTable();
  let bytePos = 0, groupPos = 0, b, p = 0;
  for (let i = 0; i < base64Str.length; i++) {
    b = table[base64Str.charCodeAt(i)];
    if (b === void 0) {
      switch (base64Str[i]) {
        // @ts-ignore TS7029: Fallthrough case in switch -- ignore instead of expect-error for compiler settings without noFallthroughCasesInSwitch: true
        case "=":
          groupPos = 0;
        // reset state when padding found
        case "\n":
        case "\r":
        case "	":
        case " ":
          continue;
        // skip white-space, and padding
        default:
          throw Error("invalid base64 string");
      }
    }
    switch (groupPos) {
      case 0:
        p = b;
        groupPos = 1;
        break;
      case 1:
        bytes[bytePos++] = p << 2 | (b & 48) >> 4;
        p = b;
        groupPos = 2;
        break;
      case 2:
        bytes[bytePos++] = (p & 15) << 4 | (b & 60) >> 2;
        p = b;
        groupPos = 3;
        break;
      case 3:
        bytes[bytePos++] = (p & 3) << 6 | b;
        groupPos = 0;
        break;
    }
  }
  if (groupPos == 1)
    throw Error("invalid base64 string");
  return bytePos;
}
var nativeToBase64 = Uint8Array.prototype.toBase64;
var encodeTableStd;
var encodeTableUrl;
var decodeTable;
function getEncodeTable(encoding) {
  if (!encodeTableStd) {
    encodeTableStd = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".split("");
    encodeTableUrl = encodeTableStd.slice(0, -2).concat("-", "_");
  }
  return encoding == "url" ? (
    // biome-ignore lint/style/noNonNullAssertion: TS fails to narrow down
    encodeTableUrl
  ) : encodeTableStd;
}
function getDecodeTable() {
  if (!decodeTable) {
    decodeTable = [];
    const encodeTable = getEncodeTable("std");
    for (let i = 0; i < encodeTable.length; i++)
      decodeTable[encodeTable[i].charCodeAt(0)] = i;
    decodeTable["-".charCodeAt(0)] = encodeTable.indexOf("+");
    decodeTable["_".charCodeAt(0)] = encodeTable.indexOf("/");
  }
  return decodeTable;
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/names.js
function protoCamelCase(snakeCase) {
  let capNext = false;
  const b = [];
  for (let i = 0; i < snakeCase.length; i++) {
    let c = snakeCase.charAt(i);
    switch (c) {
      case "_":
        capNext = true;
        break;
      case "0":
      case "1":
      case "2":
      case "3":
      case "4":
      case "5":
      case "6":
      case "7":
      case "8":
      case "9":
        b.push(c);
        capNext = false;
        break;
      default:
        if (capNext) {
          capNext = false;
          c = c.toUpperCase();
        }
        b.push(c);
        break;
    }
  }
  return b.join("");
}
var reservedObjectProperties = /* @__PURE__ */ new Set([
  // names reserved by JavaScript
  "constructor",
  "toString",
  "toJSON",
  "valueOf"
]);
function safeObjectProperty(name) {
  return reservedObjectProperties.has(name) ? name + "$" : name;
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/codegenv2/restore-json-names.js
function restoreJsonNames(message) {
  for (const f of message.field) {
    if (!unsafeIsSetExplicit(f, "jsonName")) {
      f.jsonName = protoCamelCase(f.name);
    }
  }
  message.nestedType.forEach(restoreJsonNames);
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wire/text-format.js
function parseTextFormatEnumValue(descEnum, value) {
  const enumValue = descEnum.values.find((v) => v.name === value);
  if (!enumValue) {
    throw new Error(`cannot parse ${descEnum} default value: ${value}`);
  }
  return enumValue.number;
}
function parseTextFormatScalarValue(type2, value) {
  switch (type2) {
    case ScalarType.STRING:
      return value;
    case ScalarType.BYTES: {
      const u = unescapeBytesDefaultValue(value);
      if (u === false) {
        throw new Error(`cannot parse ${ScalarType[type2]} default value: ${value}`);
      }
      return u;
    }
    case ScalarType.INT64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return protoInt64.parse(value);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return protoInt64.uParse(value);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      switch (value) {
        case "inf":
          return Number.POSITIVE_INFINITY;
        case "-inf":
          return Number.NEGATIVE_INFINITY;
        case "nan":
          return Number.NaN;
        default:
          return parseFloat(value);
      }
    case ScalarType.BOOL:
      return value === "true";
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return parseInt(value, 10);
  }
}
function unescapeBytesDefaultValue(str) {
  const b = [];
  const input2 = {
    tail: str,
    c: "",
    next() {
      if (this.tail.length == 0) {
        return false;
      }
      this.c = this.tail[0];
      this.tail = this.tail.substring(1);
      return true;
    },
    take(n) {
      if (this.tail.length >= n) {
        const r = this.tail.substring(0, n);
        this.tail = this.tail.substring(n);
        return r;
      }
      return false;
    }
  };
  while (input2.next()) {
    switch (input2.c) {
      case "\\":
        if (input2.next()) {
          switch (input2.c) {
            case "\\":
              b.push(input2.c.charCodeAt(0));
              break;
            case "b":
              b.push(8);
              break;
            case "f":
              b.push(12);
              break;
            case "n":
              b.push(10);
              break;
            case "r":
              b.push(13);
              break;
            case "t":
              b.push(9);
              break;
            case "v":
              b.push(11);
              break;
            case "0":
            case "1":
            case "2":
            case "3":
            case "4":
            case "5":
            case "6":
            case "7": {
              const s = input2.c;
              const t = input2.take(2);
              if (t === false) {
                return false;
              }
              const n = parseInt(s + t, 8);
              if (Number.isNaN(n)) {
                return false;
              }
              b.push(n);
              break;
            }
            case "x": {
              const s = input2.c;
              const t = input2.take(2);
              if (t === false) {
                return false;
              }
              const n = parseInt(s + t, 16);
              if (Number.isNaN(n)) {
                return false;
              }
              b.push(n);
              break;
            }
            case "u": {
              const s = input2.c;
              const t = input2.take(4);
              if (t === false) {
                return false;
              }
              const n = parseInt(s + t, 16);
              if (Number.isNaN(n)) {
                return false;
              }
              const chunk = new Uint8Array(4);
              const view = new DataView(chunk.buffer);
              view.setInt32(0, n, true);
              b.push(chunk[0], chunk[1], chunk[2], chunk[3]);
              break;
            }
            case "U": {
              const s = input2.c;
              const t = input2.take(8);
              if (t === false) {
                return false;
              }
              const tc = protoInt64.uEnc(s + t);
              const chunk = new Uint8Array(8);
              const view = new DataView(chunk.buffer);
              view.setInt32(0, tc.lo, true);
              view.setInt32(4, tc.hi, true);
              b.push(chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]);
              break;
            }
          }
        }
        break;
      default:
        b.push(input2.c.charCodeAt(0));
    }
  }
  return new Uint8Array(b);
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/reflect/nested-types.js
function* nestedTypes(desc) {
  switch (desc.kind) {
    case "file":
      for (const message of desc.messages) {
        yield message;
        yield* nestedTypes(message);
      }
      yield* desc.enums;
      yield* desc.services;
      yield* desc.extensions;
      break;
    case "message":
      for (const message of desc.nestedMessages) {
        yield message;
        yield* nestedTypes(message);
      }
      yield* desc.nestedEnums;
      yield* desc.nestedExtensions;
      break;
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/registry.js
function createEmbeddedFileRegistry(fileDescriptorProto, resolve) {
  return buildFileRegistry([fileDescriptorProto, resolve]);
}
function buildFileRegistry(args, check) {
  const registry = createBaseRegistry();
  if (!args.length) {
    return registry;
  }
  if ("$typeName" in args[0] && args[0].$typeName == "google.protobuf.FileDescriptorSet") {
    for (const file of args[0].file) {
      check === null || check === void 0 ? void 0 : check(file);
      addFile(file, registry);
    }
    return registry;
  }
  if ("$typeName" in args[0]) {
    let recurseDeps = function(file) {
      const deps = [];
      for (const protoFileName of file.dependency) {
        if (registry.getFile(protoFileName) != void 0) {
          continue;
        }
        if (seen.has(protoFileName)) {
          continue;
        }
        const dep = resolve(protoFileName);
        if (!dep) {
          throw new Error(`Unable to resolve ${protoFileName}, imported by ${file.name}`);
        }
        if ("kind" in dep) {
          registry.addFile(dep, false, true);
        } else {
          seen.add(dep.name);
          deps.push(dep);
        }
      }
      return deps.concat(...deps.map(recurseDeps));
    };
    const input2 = args[0];
    const resolve = args[1];
    const seen = /* @__PURE__ */ new Set();
    for (const file of [input2, ...recurseDeps(input2)].reverse()) {
      check === null || check === void 0 ? void 0 : check(file);
      addFile(file, registry);
    }
  } else {
    for (const fileReg of args) {
      for (const file of fileReg.files) {
        registry.addFile(file);
      }
    }
  }
  return registry;
}
function createBaseRegistry() {
  const types = /* @__PURE__ */ new Map();
  const extendees = /* @__PURE__ */ new Map();
  const files = /* @__PURE__ */ new Map();
  return {
    kind: "registry",
    types,
    extendees,
    [Symbol.iterator]() {
      return types.values();
    },
    get files() {
      return files.values();
    },
    addFile(file, skipTypes, withDeps) {
      files.set(file.proto.name, file);
      if (!skipTypes) {
        for (const type2 of nestedTypes(file)) {
          this.add(type2);
        }
      }
      if (withDeps) {
        for (const f of file.dependencies) {
          this.addFile(f, skipTypes, withDeps);
        }
      }
    },
    add(desc) {
      if (desc.kind == "extension") {
        let numberToExt = extendees.get(desc.extendee.typeName);
        if (!numberToExt) {
          extendees.set(
            desc.extendee.typeName,
            // biome-ignore lint/suspicious/noAssignInExpressions: no
            numberToExt = /* @__PURE__ */ new Map()
          );
        }
        numberToExt.set(desc.number, desc);
      }
      types.set(desc.typeName, desc);
    },
    get(typeName) {
      return types.get(typeName);
    },
    getFile(fileName) {
      return files.get(fileName);
    },
    getMessage(typeName) {
      const t = types.get(typeName);
      return (t === null || t === void 0 ? void 0 : t.kind) == "message" ? t : void 0;
    },
    getEnum(typeName) {
      const t = types.get(typeName);
      return (t === null || t === void 0 ? void 0 : t.kind) == "enum" ? t : void 0;
    },
    getExtension(typeName) {
      const t = types.get(typeName);
      return (t === null || t === void 0 ? void 0 : t.kind) == "extension" ? t : void 0;
    },
    getExtensionFor(extendee, no) {
      var _a;
      return (_a = extendees.get(extendee.typeName)) === null || _a === void 0 ? void 0 : _a.get(no);
    },
    getService(typeName) {
      const t = types.get(typeName);
      return (t === null || t === void 0 ? void 0 : t.kind) == "service" ? t : void 0;
    }
  };
}
var EDITION_PROTO22 = 998;
var EDITION_PROTO32 = 999;
var EDITION_UNSTABLE = 9999;
var TYPE_STRING = 9;
var TYPE_GROUP = 10;
var TYPE_MESSAGE = 11;
var TYPE_BYTES = 12;
var TYPE_ENUM = 14;
var LABEL_REPEATED = 3;
var LABEL_REQUIRED = 2;
var JS_STRING = 1;
var IDEMPOTENCY_UNKNOWN = 0;
var EXPLICIT = 1;
var IMPLICIT2 = 2;
var LEGACY_REQUIRED = 3;
var PACKED = 1;
var DELIMITED = 2;
var OPEN = 1;
var VERIFY = 2;
var maximumEdition = 1002;
var featureDefaults = {
  // EDITION_PROTO2
  998: {
    fieldPresence: 1,
    // EXPLICIT,
    enumType: 2,
    // CLOSED,
    repeatedFieldEncoding: 2,
    // EXPANDED,
    utf8Validation: 3,
    // NONE,
    messageEncoding: 1,
    // LENGTH_PREFIXED,
    jsonFormat: 2,
    // LEGACY_BEST_EFFORT,
    enforceNamingStyle: 2,
    // STYLE_LEGACY,
    defaultSymbolVisibility: 1,
    // EXPORT_ALL,
    enforceProtoLimits: 1
    // LEGACY_NO_EXPLICIT_LIMITS,
  },
  // EDITION_PROTO3
  999: {
    fieldPresence: 2,
    // IMPLICIT,
    enumType: 1,
    // OPEN,
    repeatedFieldEncoding: 1,
    // PACKED,
    utf8Validation: 2,
    // VERIFY,
    messageEncoding: 1,
    // LENGTH_PREFIXED,
    jsonFormat: 1,
    // ALLOW,
    enforceNamingStyle: 2,
    // STYLE_LEGACY,
    defaultSymbolVisibility: 1,
    // EXPORT_ALL,
    enforceProtoLimits: 1
    // LEGACY_NO_EXPLICIT_LIMITS,
  },
  // EDITION_2023
  1e3: {
    fieldPresence: 1,
    // EXPLICIT,
    enumType: 1,
    // OPEN,
    repeatedFieldEncoding: 1,
    // PACKED,
    utf8Validation: 2,
    // VERIFY,
    messageEncoding: 1,
    // LENGTH_PREFIXED,
    jsonFormat: 1,
    // ALLOW,
    enforceNamingStyle: 2,
    // STYLE_LEGACY,
    defaultSymbolVisibility: 1,
    // EXPORT_ALL,
    enforceProtoLimits: 1
    // LEGACY_NO_EXPLICIT_LIMITS,
  },
  // EDITION_2024
  1001: {
    fieldPresence: 1,
    // EXPLICIT,
    enumType: 1,
    // OPEN,
    repeatedFieldEncoding: 1,
    // PACKED,
    utf8Validation: 2,
    // VERIFY,
    messageEncoding: 1,
    // LENGTH_PREFIXED,
    jsonFormat: 1,
    // ALLOW,
    enforceNamingStyle: 1,
    // STYLE2024,
    defaultSymbolVisibility: 2,
    // EXPORT_TOP_LEVEL,
    enforceProtoLimits: 1
    // LEGACY_NO_EXPLICIT_LIMITS,
  },
  // EDITION_2026
  1002: {
    fieldPresence: 1,
    // EXPLICIT,
    enumType: 1,
    // OPEN,
    repeatedFieldEncoding: 1,
    // PACKED,
    utf8Validation: 2,
    // VERIFY,
    messageEncoding: 1,
    // LENGTH_PREFIXED,
    jsonFormat: 1,
    // ALLOW,
    enforceNamingStyle: 3,
    // STYLE2026,
    defaultSymbolVisibility: 4,
    // STRICT,
    enforceProtoLimits: 2
    // PROTO_LIMITS2026,
  }
};
function addFile(proto, reg) {
  var _a, _b;
  const file = {
    kind: "file",
    proto,
    deprecated: (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.deprecated) !== null && _b !== void 0 ? _b : false,
    edition: getFileEdition(proto),
    name: proto.name.replace(/\.proto$/, ""),
    dependencies: findFileDependencies(proto, reg),
    enums: [],
    messages: [],
    extensions: [],
    services: [],
    toString() {
      return `file ${proto.name}`;
    }
  };
  const mapEntriesStore = /* @__PURE__ */ new Map();
  const mapEntries = {
    get(typeName) {
      return mapEntriesStore.get(typeName);
    },
    add(desc) {
      var _a2;
      assert(((_a2 = desc.proto.options) === null || _a2 === void 0 ? void 0 : _a2.mapEntry) === true);
      mapEntriesStore.set(desc.typeName, desc);
    }
  };
  for (const enumProto of proto.enumType) {
    addEnum(enumProto, file, void 0, reg);
  }
  for (const messageProto of proto.messageType) {
    addMessage(messageProto, file, void 0, reg, mapEntries);
  }
  for (const serviceProto of proto.service) {
    addService(serviceProto, file, reg);
  }
  addExtensions(file, reg);
  for (const mapEntry of mapEntriesStore.values()) {
    addFields(mapEntry, reg, mapEntries);
  }
  for (const message of file.messages) {
    addFields(message, reg, mapEntries);
    addExtensions(message, reg);
  }
  reg.addFile(file, true);
}
function addExtensions(desc, reg) {
  switch (desc.kind) {
    case "file":
      for (const proto of desc.proto.extension) {
        const ext = newField(proto, desc, reg);
        desc.extensions.push(ext);
        reg.add(ext);
      }
      break;
    case "message":
      for (const proto of desc.proto.extension) {
        const ext = newField(proto, desc, reg);
        desc.nestedExtensions.push(ext);
        reg.add(ext);
      }
      for (const message of desc.nestedMessages) {
        addExtensions(message, reg);
      }
      break;
  }
}
function addFields(message, reg, mapEntries) {
  const allOneofs = message.proto.oneofDecl.map((proto) => newOneof(proto, message));
  const oneofsSeen = /* @__PURE__ */ new Set();
  for (const proto of message.proto.field) {
    const oneof = findOneof(proto, allOneofs);
    const field = newField(proto, message, reg, oneof, mapEntries);
    message.fields.push(field);
    message.field[field.localName] = field;
    if (oneof === void 0) {
      message.members.push(field);
    } else {
      oneof.fields.push(field);
      if (!oneofsSeen.has(oneof)) {
        oneofsSeen.add(oneof);
        message.members.push(oneof);
      }
    }
  }
  for (const oneof of allOneofs.filter((o) => oneofsSeen.has(o))) {
    message.oneofs.push(oneof);
  }
  for (const child of message.nestedMessages) {
    addFields(child, reg, mapEntries);
  }
}
function addEnum(proto, file, parent, reg) {
  var _a, _b, _c, _d, _e, _f, _g;
  var _h, _j;
  const sharedPrefix = findEnumSharedPrefix(proto.name, proto.value);
  const desc = {
    kind: "enum",
    proto,
    deprecated: (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.deprecated) !== null && _b !== void 0 ? _b : false,
    file,
    parent,
    open: true,
    name: proto.name,
    typeName: makeTypeName(proto, parent, file),
    value: {},
    values: [],
    sharedPrefix,
    toString() {
      return `enum ${this.typeName}`;
    }
  };
  desc.open = isEnumOpen(desc);
  reg.add(desc);
  for (const p of proto.value) {
    const name = p.name;
    const value = {
      kind: "enum_value",
      proto: p,
      deprecated: (_d = (_c = p.options) === null || _c === void 0 ? void 0 : _c.deprecated) !== null && _d !== void 0 ? _d : false,
      parent: desc,
      name,
      localName: safeObjectProperty(sharedPrefix == void 0 ? name : name.substring(sharedPrefix.length)),
      number: p.number,
      jsonName: (_e = findEnumValueJsonName(p)) !== null && _e !== void 0 ? _e : name,
      toString() {
        return `enum value ${desc.typeName}.${name}`;
      }
    };
    desc.values.push(value);
    (_f = (_h = desc.value)[_j = p.number]) !== null && _f !== void 0 ? _f : _h[_j] = value;
  }
  ((_g = parent === null || parent === void 0 ? void 0 : parent.nestedEnums) !== null && _g !== void 0 ? _g : file.enums).push(desc);
}
function addMessage(proto, file, parent, reg, mapEntries) {
  var _a, _b, _c, _d;
  const desc = {
    kind: "message",
    proto,
    deprecated: (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.deprecated) !== null && _b !== void 0 ? _b : false,
    file,
    parent,
    name: proto.name,
    typeName: makeTypeName(proto, parent, file),
    fields: [],
    field: {},
    oneofs: [],
    members: [],
    nestedEnums: [],
    nestedMessages: [],
    nestedExtensions: [],
    toString() {
      return `message ${this.typeName}`;
    }
  };
  if (((_c = proto.options) === null || _c === void 0 ? void 0 : _c.mapEntry) === true) {
    mapEntries.add(desc);
  } else {
    ((_d = parent === null || parent === void 0 ? void 0 : parent.nestedMessages) !== null && _d !== void 0 ? _d : file.messages).push(desc);
    reg.add(desc);
  }
  for (const enumProto of proto.enumType) {
    addEnum(enumProto, file, desc, reg);
  }
  for (const messageProto of proto.nestedType) {
    addMessage(messageProto, file, desc, reg, mapEntries);
  }
}
function addService(proto, file, reg) {
  var _a, _b;
  const desc = {
    kind: "service",
    proto,
    deprecated: (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.deprecated) !== null && _b !== void 0 ? _b : false,
    file,
    name: proto.name,
    typeName: makeTypeName(proto, void 0, file),
    methods: [],
    method: {},
    toString() {
      return `service ${this.typeName}`;
    }
  };
  file.services.push(desc);
  reg.add(desc);
  for (const methodProto of proto.method) {
    const method = newMethod(methodProto, desc, reg);
    desc.methods.push(method);
    desc.method[method.localName] = method;
  }
}
function newMethod(proto, parent, reg) {
  var _a, _b, _c, _d;
  let methodKind;
  if (proto.clientStreaming && proto.serverStreaming) {
    methodKind = "bidi_streaming";
  } else if (proto.clientStreaming) {
    methodKind = "client_streaming";
  } else if (proto.serverStreaming) {
    methodKind = "server_streaming";
  } else {
    methodKind = "unary";
  }
  const input2 = reg.getMessage(trimLeadingDot(proto.inputType));
  const output = reg.getMessage(trimLeadingDot(proto.outputType));
  assert(input2, `invalid MethodDescriptorProto: input_type ${proto.inputType} not found`);
  assert(output, `invalid MethodDescriptorProto: output_type ${proto.inputType} not found`);
  const name = proto.name;
  return {
    kind: "rpc",
    proto,
    deprecated: (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.deprecated) !== null && _b !== void 0 ? _b : false,
    parent,
    name,
    localName: safeObjectProperty(name.length ? safeObjectProperty(name[0].toLowerCase() + name.substring(1)) : name),
    methodKind,
    input: input2,
    output,
    idempotency: (_d = (_c = proto.options) === null || _c === void 0 ? void 0 : _c.idempotencyLevel) !== null && _d !== void 0 ? _d : IDEMPOTENCY_UNKNOWN,
    toString() {
      return `rpc ${parent.typeName}.${name}`;
    }
  };
}
function newOneof(proto, parent) {
  return {
    kind: "oneof",
    proto,
    deprecated: false,
    parent,
    fields: [],
    name: proto.name,
    localName: safeObjectProperty(protoCamelCase(proto.name)),
    toString() {
      return `oneof ${parent.typeName}.${this.name}`;
    }
  };
}
function newField(proto, parentOrFile, reg, oneof, mapEntries) {
  var _a, _b, _c;
  const isExtension = mapEntries === void 0;
  const field = {
    kind: "field",
    proto,
    deprecated: (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.deprecated) !== null && _b !== void 0 ? _b : false,
    name: proto.name,
    number: proto.number,
    scalar: void 0,
    message: void 0,
    enum: void 0,
    presence: getFieldPresence(proto, oneof, isExtension, parentOrFile),
    utf8Validation: isUtf8Validated(proto, parentOrFile),
    listKind: void 0,
    mapKind: void 0,
    mapKey: void 0,
    delimitedEncoding: void 0,
    packed: void 0,
    longAsString: false,
    getDefaultValue: void 0
  };
  let toStr;
  if (isExtension) {
    const file = parentOrFile.kind == "file" ? parentOrFile : parentOrFile.file;
    const parent = parentOrFile.kind == "file" ? void 0 : parentOrFile;
    const typeName = makeTypeName(proto, parent, file);
    field.kind = "extension";
    field.file = file;
    field.parent = parent;
    field.oneof = void 0;
    field.typeName = typeName;
    field.jsonName = `[${typeName}]`;
    toStr = () => `extension ${typeName}`;
    const extendee = reg.getMessage(trimLeadingDot(proto.extendee));
    assert(extendee, `invalid FieldDescriptorProto: extendee ${proto.extendee} not found`);
    field.extendee = extendee;
  } else {
    const parent = parentOrFile;
    assert(parent.kind == "message");
    field.parent = parent;
    field.oneof = oneof;
    field.localName = oneof ? protoCamelCase(proto.name) : safeObjectProperty(protoCamelCase(proto.name));
    field.jsonName = proto.jsonName;
    toStr = () => `field ${parent.typeName}.${proto.name}`;
  }
  Object.defineProperty(field, "toString", {
    value: toStr,
    writable: true,
    enumerable: true,
    configurable: true
  });
  const label = proto.label;
  const type2 = proto.type;
  const jstype = (_c = proto.options) === null || _c === void 0 ? void 0 : _c.jstype;
  if (label === LABEL_REPEATED) {
    const mapEntry = type2 == TYPE_MESSAGE ? mapEntries === null || mapEntries === void 0 ? void 0 : mapEntries.get(trimLeadingDot(proto.typeName)) : void 0;
    if (mapEntry) {
      field.fieldKind = "map";
      const { key: key2, value } = findMapEntryFields(mapEntry);
      field.mapKey = key2.scalar;
      field.mapKind = value.fieldKind;
      field.message = value.message;
      field.delimitedEncoding = false;
      field.enum = value.enum;
      field.scalar = value.scalar;
      return field;
    }
    field.fieldKind = "list";
    switch (type2) {
      case TYPE_MESSAGE:
      case TYPE_GROUP:
        field.listKind = "message";
        field.message = reg.getMessage(trimLeadingDot(proto.typeName));
        assert(field.message);
        field.delimitedEncoding = isDelimitedEncoding(proto, parentOrFile);
        break;
      case TYPE_ENUM:
        field.listKind = "enum";
        field.enum = reg.getEnum(trimLeadingDot(proto.typeName));
        assert(field.enum);
        break;
      default:
        field.listKind = "scalar";
        field.scalar = type2;
        field.longAsString = jstype == JS_STRING;
        break;
    }
    field.packed = isPackedField(proto, parentOrFile);
    return field;
  }
  switch (type2) {
    case TYPE_MESSAGE:
    case TYPE_GROUP:
      field.fieldKind = "message";
      field.message = reg.getMessage(trimLeadingDot(proto.typeName));
      assert(field.message, `invalid FieldDescriptorProto: type_name ${proto.typeName} not found`);
      field.delimitedEncoding = isDelimitedEncoding(proto, parentOrFile);
      field.getDefaultValue = () => void 0;
      break;
    case TYPE_ENUM: {
      const enumeration = reg.getEnum(trimLeadingDot(proto.typeName));
      assert(enumeration !== void 0, `invalid FieldDescriptorProto: type_name ${proto.typeName} not found`);
      field.fieldKind = "enum";
      field.enum = reg.getEnum(trimLeadingDot(proto.typeName));
      field.getDefaultValue = () => {
        return unsafeIsSetExplicit(proto, "defaultValue") ? parseTextFormatEnumValue(enumeration, proto.defaultValue) : void 0;
      };
      break;
    }
    default: {
      field.fieldKind = "scalar";
      field.scalar = type2;
      field.longAsString = jstype == JS_STRING;
      field.getDefaultValue = () => {
        return unsafeIsSetExplicit(proto, "defaultValue") ? parseTextFormatScalarValue(type2, proto.defaultValue) : void 0;
      };
      break;
    }
  }
  return field;
}
function getFileEdition(proto) {
  switch (proto.syntax) {
    case "":
    case "proto2":
      return EDITION_PROTO22;
    case "proto3":
      return EDITION_PROTO32;
    case "editions":
      if (proto.edition === EDITION_UNSTABLE) {
        return maximumEdition;
      }
      if (proto.edition in featureDefaults) {
        return proto.edition;
      }
      throw new Error(`${proto.name}: unsupported edition`);
    default:
      throw new Error(`${proto.name}: unsupported syntax "${proto.syntax}"`);
  }
}
function findFileDependencies(proto, reg) {
  return proto.dependency.map((wantName) => {
    const dep = reg.getFile(wantName);
    if (!dep) {
      throw new Error(`Cannot find ${wantName}, imported by ${proto.name}`);
    }
    return dep;
  });
}
function findEnumSharedPrefix(enumName, values) {
  const prefix = camelToSnakeCase(enumName) + "_";
  for (const value of values) {
    if (!value.name.toLowerCase().startsWith(prefix)) {
      return void 0;
    }
    const shortName = value.name.substring(prefix.length);
    if (shortName.length == 0) {
      return void 0;
    }
    if (/^\d/.test(shortName)) {
      return void 0;
    }
  }
  return prefix;
}
function findEnumValueJsonName(proto) {
  var _a, _b;
  const extensionNumber = 998;
  const fieldNumber = 1;
  let jsonName;
  for (const uf of (_b = (_a = proto.options) === null || _a === void 0 ? void 0 : _a.$unknown) !== null && _b !== void 0 ? _b : []) {
    if (uf.no !== extensionNumber || uf.wireType !== WireType.LengthDelimited) {
      continue;
    }
    const reader = new BinaryReader(new BinaryReader(uf.data).bytes());
    while (reader.pos < reader.len) {
      const [no, wireType] = reader.tag();
      if (no === fieldNumber && wireType === WireType.LengthDelimited) {
        jsonName = reader.string();
      } else {
        reader.skip(wireType, no);
      }
    }
  }
  return jsonName;
}
function camelToSnakeCase(camel) {
  return (camel.substring(0, 1) + camel.substring(1).replace(/[A-Z]/g, (c) => "_" + c)).toLowerCase();
}
function makeTypeName(proto, parent, file) {
  let typeName;
  if (parent) {
    typeName = `${parent.typeName}.${proto.name}`;
  } else if (file.proto.package.length > 0) {
    typeName = `${file.proto.package}.${proto.name}`;
  } else {
    typeName = `${proto.name}`;
  }
  return typeName;
}
function trimLeadingDot(typeName) {
  return typeName.startsWith(".") ? typeName.substring(1) : typeName;
}
function findOneof(proto, allOneofs) {
  if (!unsafeIsSetExplicit(proto, "oneofIndex")) {
    return void 0;
  }
  if (proto.proto3Optional) {
    return void 0;
  }
  const oneof = allOneofs[proto.oneofIndex];
  assert(oneof, `invalid FieldDescriptorProto: oneof #${proto.oneofIndex} for field #${proto.number} not found`);
  return oneof;
}
function getFieldPresence(proto, oneof, isExtension, parent) {
  if (proto.label == LABEL_REQUIRED) {
    return LEGACY_REQUIRED;
  }
  if (proto.label == LABEL_REPEATED) {
    return IMPLICIT2;
  }
  if (!!oneof || proto.proto3Optional) {
    return EXPLICIT;
  }
  if (isExtension) {
    return EXPLICIT;
  }
  const resolved = resolveFeature("fieldPresence", { proto, parent });
  if (resolved == IMPLICIT2 && (proto.type == TYPE_MESSAGE || proto.type == TYPE_GROUP)) {
    return EXPLICIT;
  }
  return resolved;
}
function isPackedField(proto, parent) {
  if (proto.label != LABEL_REPEATED) {
    return false;
  }
  switch (proto.type) {
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_GROUP:
    case TYPE_MESSAGE:
      return false;
  }
  const o = proto.options;
  if (o && unsafeIsSetExplicit(o, "packed")) {
    return o.packed;
  }
  return PACKED == resolveFeature("repeatedFieldEncoding", {
    proto,
    parent
  });
}
function findMapEntryFields(mapEntry) {
  const key2 = mapEntry.fields.find((f) => f.number === 1);
  const value = mapEntry.fields.find((f) => f.number === 2);
  assert(key2 && key2.fieldKind == "scalar" && key2.scalar != ScalarType.BYTES && key2.scalar != ScalarType.FLOAT && key2.scalar != ScalarType.DOUBLE && value && value.fieldKind != "list" && value.fieldKind != "map");
  return { key: key2, value };
}
function isEnumOpen(desc) {
  var _a;
  return OPEN == resolveFeature("enumType", {
    proto: desc.proto,
    parent: (_a = desc.parent) !== null && _a !== void 0 ? _a : desc.file
  });
}
function isDelimitedEncoding(proto, parent) {
  if (proto.type == TYPE_GROUP) {
    return true;
  }
  return DELIMITED == resolveFeature("messageEncoding", {
    proto,
    parent
  });
}
function isUtf8Validated(proto, parent) {
  return VERIFY == resolveFeature("utf8Validation", {
    proto,
    parent
  });
}
function resolveFeature(name, ref) {
  var _a, _b;
  const featureSet = (_a = ref.proto.options) === null || _a === void 0 ? void 0 : _a.features;
  if (featureSet) {
    const val = featureSet[name];
    if (val != 0) {
      return val;
    }
  }
  if ("kind" in ref) {
    if (ref.kind == "message") {
      return resolveFeature(name, (_b = ref.parent) !== null && _b !== void 0 ? _b : ref.file);
    }
    const editionDefaults = featureDefaults[ref.edition];
    if (!editionDefaults) {
      throw new Error(`feature default for edition ${ref.edition} not found`);
    }
    return editionDefaults[name];
  }
  return resolveFeature(name, ref.parent);
}
function assert(condition, msg) {
  if (!condition) {
    throw new Error(msg);
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/codegenv2/boot.js
function boot(boot2) {
  const root = bootFileDescriptorProto(boot2);
  root.messageType.forEach(restoreJsonNames);
  const reg = createEmbeddedFileRegistry(root, () => void 0);
  return reg.getFile(root.name);
}
function bootFileDescriptorProto(init) {
  const proto = /* @__PURE__ */ Object.create({
    syntax: "",
    edition: 0
  });
  return Object.assign(proto, Object.assign(Object.assign({ $typeName: "google.protobuf.FileDescriptorProto", dependency: [], publicDependency: [], weakDependency: [], optionDependency: [], service: [], extension: [] }, init), { messageType: init.messageType.map(bootDescriptorProto), enumType: init.enumType.map(bootEnumDescriptorProto) }));
}
function bootDescriptorProto(init) {
  var _a, _b, _c, _d, _e, _f, _g, _h;
  const proto = /* @__PURE__ */ Object.create({
    visibility: 0
  });
  return Object.assign(proto, {
    $typeName: "google.protobuf.DescriptorProto",
    name: init.name,
    field: (_b = (_a = init.field) === null || _a === void 0 ? void 0 : _a.map(bootFieldDescriptorProto)) !== null && _b !== void 0 ? _b : [],
    extension: [],
    nestedType: (_d = (_c = init.nestedType) === null || _c === void 0 ? void 0 : _c.map(bootDescriptorProto)) !== null && _d !== void 0 ? _d : [],
    enumType: (_f = (_e = init.enumType) === null || _e === void 0 ? void 0 : _e.map(bootEnumDescriptorProto)) !== null && _f !== void 0 ? _f : [],
    extensionRange: (_h = (_g = init.extensionRange) === null || _g === void 0 ? void 0 : _g.map((e) => Object.assign({ $typeName: "google.protobuf.DescriptorProto.ExtensionRange" }, e))) !== null && _h !== void 0 ? _h : [],
    oneofDecl: [],
    reservedRange: [],
    reservedName: []
  });
}
function bootFieldDescriptorProto(init) {
  const proto = /* @__PURE__ */ Object.create({
    label: 1,
    typeName: "",
    extendee: "",
    defaultValue: "",
    oneofIndex: 0,
    jsonName: "",
    proto3Optional: false
  });
  return Object.assign(proto, Object.assign(Object.assign({ $typeName: "google.protobuf.FieldDescriptorProto" }, init), { options: init.options ? bootFieldOptions(init.options) : void 0 }));
}
function bootFieldOptions(init) {
  var _a, _b, _c;
  const proto = /* @__PURE__ */ Object.create({
    ctype: 0,
    packed: false,
    jstype: 0,
    lazy: false,
    unverifiedLazy: false,
    deprecated: false,
    weak: false,
    debugRedact: false,
    retention: 0
  });
  return Object.assign(proto, Object.assign(Object.assign({ $typeName: "google.protobuf.FieldOptions" }, init), { targets: (_a = init.targets) !== null && _a !== void 0 ? _a : [], editionDefaults: (_c = (_b = init.editionDefaults) === null || _b === void 0 ? void 0 : _b.map((e) => Object.assign({ $typeName: "google.protobuf.FieldOptions.EditionDefault" }, e))) !== null && _c !== void 0 ? _c : [], uninterpretedOption: [] }));
}
function bootEnumDescriptorProto(init) {
  const proto = /* @__PURE__ */ Object.create({
    visibility: 0
  });
  return Object.assign(proto, {
    $typeName: "google.protobuf.EnumDescriptorProto",
    name: init.name,
    reservedName: [],
    reservedRange: [],
    value: init.value.map((e) => Object.assign({ $typeName: "google.protobuf.EnumValueDescriptorProto" }, e))
  });
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/codegenv2/message.js
function messageDesc(file, path, ...paths) {
  return paths.reduce((acc, cur) => acc.nestedMessages[cur], file.messages[path]);
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/wkt/google/protobuf/descriptor_pb.js
var file_google_protobuf_descriptor = /* @__PURE__ */ boot({ "name": "google/protobuf/descriptor.proto", "package": "google.protobuf", "messageType": [{ "name": "FileDescriptorSet", "field": [{ "name": "file", "number": 1, "type": 11, "label": 3, "typeName": ".google.protobuf.FileDescriptorProto" }], "extensionRange": [{ "start": 536e6, "end": 536000001 }] }, { "name": "FileDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "package", "number": 2, "type": 9, "label": 1 }, { "name": "dependency", "number": 3, "type": 9, "label": 3 }, { "name": "public_dependency", "number": 10, "type": 5, "label": 3 }, { "name": "weak_dependency", "number": 11, "type": 5, "label": 3 }, { "name": "option_dependency", "number": 15, "type": 9, "label": 3 }, { "name": "message_type", "number": 4, "type": 11, "label": 3, "typeName": ".google.protobuf.DescriptorProto" }, { "name": "enum_type", "number": 5, "type": 11, "label": 3, "typeName": ".google.protobuf.EnumDescriptorProto" }, { "name": "service", "number": 6, "type": 11, "label": 3, "typeName": ".google.protobuf.ServiceDescriptorProto" }, { "name": "extension", "number": 7, "type": 11, "label": 3, "typeName": ".google.protobuf.FieldDescriptorProto" }, { "name": "options", "number": 8, "type": 11, "label": 1, "typeName": ".google.protobuf.FileOptions" }, { "name": "source_code_info", "number": 9, "type": 11, "label": 1, "typeName": ".google.protobuf.SourceCodeInfo" }, { "name": "syntax", "number": 12, "type": 9, "label": 1 }, { "name": "edition", "number": 14, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }] }, { "name": "DescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "field", "number": 2, "type": 11, "label": 3, "typeName": ".google.protobuf.FieldDescriptorProto" }, { "name": "extension", "number": 6, "type": 11, "label": 3, "typeName": ".google.protobuf.FieldDescriptorProto" }, { "name": "nested_type", "number": 3, "type": 11, "label": 3, "typeName": ".google.protobuf.DescriptorProto" }, { "name": "enum_type", "number": 4, "type": 11, "label": 3, "typeName": ".google.protobuf.EnumDescriptorProto" }, { "name": "extension_range", "number": 5, "type": 11, "label": 3, "typeName": ".google.protobuf.DescriptorProto.ExtensionRange" }, { "name": "oneof_decl", "number": 8, "type": 11, "label": 3, "typeName": ".google.protobuf.OneofDescriptorProto" }, { "name": "options", "number": 7, "type": 11, "label": 1, "typeName": ".google.protobuf.MessageOptions" }, { "name": "reserved_range", "number": 9, "type": 11, "label": 3, "typeName": ".google.protobuf.DescriptorProto.ReservedRange" }, { "name": "reserved_name", "number": 10, "type": 9, "label": 3 }, { "name": "visibility", "number": 11, "type": 14, "label": 1, "typeName": ".google.protobuf.SymbolVisibility" }], "nestedType": [{ "name": "ExtensionRange", "field": [{ "name": "start", "number": 1, "type": 5, "label": 1 }, { "name": "end", "number": 2, "type": 5, "label": 1 }, { "name": "options", "number": 3, "type": 11, "label": 1, "typeName": ".google.protobuf.ExtensionRangeOptions" }] }, { "name": "ReservedRange", "field": [{ "name": "start", "number": 1, "type": 5, "label": 1 }, { "name": "end", "number": 2, "type": 5, "label": 1 }] }] }, { "name": "ExtensionRangeOptions", "field": [{ "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }, { "name": "declaration", "number": 2, "type": 11, "label": 3, "typeName": ".google.protobuf.ExtensionRangeOptions.Declaration", "options": { "retention": 2 } }, { "name": "features", "number": 50, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "verification", "number": 3, "type": 14, "label": 1, "typeName": ".google.protobuf.ExtensionRangeOptions.VerificationState", "defaultValue": "UNVERIFIED", "options": { "retention": 2 } }], "nestedType": [{ "name": "Declaration", "field": [{ "name": "number", "number": 1, "type": 5, "label": 1 }, { "name": "full_name", "number": 2, "type": 9, "label": 1 }, { "name": "type", "number": 3, "type": 9, "label": 1 }, { "name": "reserved", "number": 5, "type": 8, "label": 1 }, { "name": "repeated", "number": 6, "type": 8, "label": 1 }] }], "enumType": [{ "name": "VerificationState", "value": [{ "name": "DECLARATION", "number": 0 }, { "name": "UNVERIFIED", "number": 1 }] }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "FieldDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "number", "number": 3, "type": 5, "label": 1 }, { "name": "label", "number": 4, "type": 14, "label": 1, "typeName": ".google.protobuf.FieldDescriptorProto.Label" }, { "name": "type", "number": 5, "type": 14, "label": 1, "typeName": ".google.protobuf.FieldDescriptorProto.Type" }, { "name": "type_name", "number": 6, "type": 9, "label": 1 }, { "name": "extendee", "number": 2, "type": 9, "label": 1 }, { "name": "default_value", "number": 7, "type": 9, "label": 1 }, { "name": "oneof_index", "number": 9, "type": 5, "label": 1 }, { "name": "json_name", "number": 10, "type": 9, "label": 1 }, { "name": "options", "number": 8, "type": 11, "label": 1, "typeName": ".google.protobuf.FieldOptions" }, { "name": "proto3_optional", "number": 17, "type": 8, "label": 1 }], "enumType": [{ "name": "Type", "value": [{ "name": "TYPE_DOUBLE", "number": 1 }, { "name": "TYPE_FLOAT", "number": 2 }, { "name": "TYPE_INT64", "number": 3 }, { "name": "TYPE_UINT64", "number": 4 }, { "name": "TYPE_INT32", "number": 5 }, { "name": "TYPE_FIXED64", "number": 6 }, { "name": "TYPE_FIXED32", "number": 7 }, { "name": "TYPE_BOOL", "number": 8 }, { "name": "TYPE_STRING", "number": 9 }, { "name": "TYPE_GROUP", "number": 10 }, { "name": "TYPE_MESSAGE", "number": 11 }, { "name": "TYPE_BYTES", "number": 12 }, { "name": "TYPE_UINT32", "number": 13 }, { "name": "TYPE_ENUM", "number": 14 }, { "name": "TYPE_SFIXED32", "number": 15 }, { "name": "TYPE_SFIXED64", "number": 16 }, { "name": "TYPE_SINT32", "number": 17 }, { "name": "TYPE_SINT64", "number": 18 }] }, { "name": "Label", "value": [{ "name": "LABEL_OPTIONAL", "number": 1 }, { "name": "LABEL_REPEATED", "number": 3 }, { "name": "LABEL_REQUIRED", "number": 2 }] }] }, { "name": "OneofDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "options", "number": 2, "type": 11, "label": 1, "typeName": ".google.protobuf.OneofOptions" }] }, { "name": "EnumDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "value", "number": 2, "type": 11, "label": 3, "typeName": ".google.protobuf.EnumValueDescriptorProto" }, { "name": "options", "number": 3, "type": 11, "label": 1, "typeName": ".google.protobuf.EnumOptions" }, { "name": "reserved_range", "number": 4, "type": 11, "label": 3, "typeName": ".google.protobuf.EnumDescriptorProto.EnumReservedRange" }, { "name": "reserved_name", "number": 5, "type": 9, "label": 3 }, { "name": "visibility", "number": 6, "type": 14, "label": 1, "typeName": ".google.protobuf.SymbolVisibility" }], "nestedType": [{ "name": "EnumReservedRange", "field": [{ "name": "start", "number": 1, "type": 5, "label": 1 }, { "name": "end", "number": 2, "type": 5, "label": 1 }] }] }, { "name": "EnumValueDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "number", "number": 2, "type": 5, "label": 1 }, { "name": "options", "number": 3, "type": 11, "label": 1, "typeName": ".google.protobuf.EnumValueOptions" }] }, { "name": "ServiceDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "method", "number": 2, "type": 11, "label": 3, "typeName": ".google.protobuf.MethodDescriptorProto" }, { "name": "options", "number": 3, "type": 11, "label": 1, "typeName": ".google.protobuf.ServiceOptions" }] }, { "name": "MethodDescriptorProto", "field": [{ "name": "name", "number": 1, "type": 9, "label": 1 }, { "name": "input_type", "number": 2, "type": 9, "label": 1 }, { "name": "output_type", "number": 3, "type": 9, "label": 1 }, { "name": "options", "number": 4, "type": 11, "label": 1, "typeName": ".google.protobuf.MethodOptions" }, { "name": "client_streaming", "number": 5, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "server_streaming", "number": 6, "type": 8, "label": 1, "defaultValue": "false" }] }, { "name": "FileOptions", "field": [{ "name": "java_package", "number": 1, "type": 9, "label": 1 }, { "name": "java_outer_classname", "number": 8, "type": 9, "label": 1 }, { "name": "java_multiple_files", "number": 10, "type": 8, "label": 1, "defaultValue": "false", "options": {} }, { "name": "java_generate_equals_and_hash", "number": 20, "type": 8, "label": 1, "options": { "deprecated": true } }, { "name": "java_string_check_utf8", "number": 27, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "optimize_for", "number": 9, "type": 14, "label": 1, "typeName": ".google.protobuf.FileOptions.OptimizeMode", "defaultValue": "SPEED" }, { "name": "go_package", "number": 11, "type": 9, "label": 1 }, { "name": "cc_generic_services", "number": 16, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "java_generic_services", "number": 17, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "py_generic_services", "number": 18, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "deprecated", "number": 23, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "cc_enable_arenas", "number": 31, "type": 8, "label": 1, "defaultValue": "true", "options": {} }, { "name": "objc_class_prefix", "number": 36, "type": 9, "label": 1 }, { "name": "csharp_namespace", "number": 37, "type": 9, "label": 1 }, { "name": "swift_prefix", "number": 39, "type": 9, "label": 1 }, { "name": "php_class_prefix", "number": 40, "type": 9, "label": 1 }, { "name": "php_namespace", "number": 41, "type": 9, "label": 1 }, { "name": "php_metadata_namespace", "number": 44, "type": 9, "label": 1 }, { "name": "ruby_package", "number": 45, "type": 9, "label": 1 }, { "name": "features", "number": 50, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "enumType": [{ "name": "OptimizeMode", "value": [{ "name": "SPEED", "number": 1 }, { "name": "CODE_SIZE", "number": 2 }, { "name": "LITE_RUNTIME", "number": 3 }] }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "MessageOptions", "field": [{ "name": "message_set_wire_format", "number": 1, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "no_standard_descriptor_accessor", "number": 2, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "deprecated", "number": 3, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "map_entry", "number": 7, "type": 8, "label": 1 }, { "name": "deprecated_legacy_json_field_conflicts", "number": 11, "type": 8, "label": 1, "options": { "deprecated": true } }, { "name": "features", "number": 12, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "FieldOptions", "field": [{ "name": "ctype", "number": 1, "type": 14, "label": 1, "typeName": ".google.protobuf.FieldOptions.CType", "defaultValue": "STRING" }, { "name": "packed", "number": 2, "type": 8, "label": 1 }, { "name": "jstype", "number": 6, "type": 14, "label": 1, "typeName": ".google.protobuf.FieldOptions.JSType", "defaultValue": "JS_NORMAL" }, { "name": "lazy", "number": 5, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "unverified_lazy", "number": 15, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "deprecated", "number": 3, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "weak", "number": 10, "type": 8, "label": 1, "defaultValue": "false", "options": { "deprecated": true } }, { "name": "debug_redact", "number": 16, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "retention", "number": 17, "type": 14, "label": 1, "typeName": ".google.protobuf.FieldOptions.OptionRetention" }, { "name": "targets", "number": 19, "type": 14, "label": 3, "typeName": ".google.protobuf.FieldOptions.OptionTargetType" }, { "name": "edition_defaults", "number": 20, "type": 11, "label": 3, "typeName": ".google.protobuf.FieldOptions.EditionDefault" }, { "name": "features", "number": 21, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "feature_support", "number": 22, "type": 11, "label": 1, "typeName": ".google.protobuf.FieldOptions.FeatureSupport" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "nestedType": [{ "name": "EditionDefault", "field": [{ "name": "edition", "number": 3, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }, { "name": "value", "number": 2, "type": 9, "label": 1 }] }, { "name": "FeatureSupport", "field": [{ "name": "edition_introduced", "number": 1, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }, { "name": "edition_deprecated", "number": 2, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }, { "name": "deprecation_warning", "number": 3, "type": 9, "label": 1 }, { "name": "edition_removed", "number": 4, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }, { "name": "removal_error", "number": 5, "type": 9, "label": 1 }] }], "enumType": [{ "name": "CType", "value": [{ "name": "STRING", "number": 0 }, { "name": "CORD", "number": 1 }, { "name": "STRING_PIECE", "number": 2 }] }, { "name": "JSType", "value": [{ "name": "JS_NORMAL", "number": 0 }, { "name": "JS_STRING", "number": 1 }, { "name": "JS_NUMBER", "number": 2 }] }, { "name": "OptionRetention", "value": [{ "name": "RETENTION_UNKNOWN", "number": 0 }, { "name": "RETENTION_RUNTIME", "number": 1 }, { "name": "RETENTION_SOURCE", "number": 2 }] }, { "name": "OptionTargetType", "value": [{ "name": "TARGET_TYPE_UNKNOWN", "number": 0 }, { "name": "TARGET_TYPE_FILE", "number": 1 }, { "name": "TARGET_TYPE_EXTENSION_RANGE", "number": 2 }, { "name": "TARGET_TYPE_MESSAGE", "number": 3 }, { "name": "TARGET_TYPE_FIELD", "number": 4 }, { "name": "TARGET_TYPE_ONEOF", "number": 5 }, { "name": "TARGET_TYPE_ENUM", "number": 6 }, { "name": "TARGET_TYPE_ENUM_ENTRY", "number": 7 }, { "name": "TARGET_TYPE_SERVICE", "number": 8 }, { "name": "TARGET_TYPE_METHOD", "number": 9 }] }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "OneofOptions", "field": [{ "name": "features", "number": 1, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "EnumOptions", "field": [{ "name": "allow_alias", "number": 2, "type": 8, "label": 1 }, { "name": "deprecated", "number": 3, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "deprecated_legacy_json_field_conflicts", "number": 6, "type": 8, "label": 1, "options": { "deprecated": true } }, { "name": "features", "number": 7, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "EnumValueOptions", "field": [{ "name": "deprecated", "number": 1, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "features", "number": 2, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "debug_redact", "number": 3, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "feature_support", "number": 4, "type": 11, "label": 1, "typeName": ".google.protobuf.FieldOptions.FeatureSupport" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "ServiceOptions", "field": [{ "name": "features", "number": 34, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "deprecated", "number": 33, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "MethodOptions", "field": [{ "name": "deprecated", "number": 33, "type": 8, "label": 1, "defaultValue": "false" }, { "name": "idempotency_level", "number": 34, "type": 14, "label": 1, "typeName": ".google.protobuf.MethodOptions.IdempotencyLevel", "defaultValue": "IDEMPOTENCY_UNKNOWN" }, { "name": "features", "number": 35, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "uninterpreted_option", "number": 999, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption" }], "enumType": [{ "name": "IdempotencyLevel", "value": [{ "name": "IDEMPOTENCY_UNKNOWN", "number": 0 }, { "name": "NO_SIDE_EFFECTS", "number": 1 }, { "name": "IDEMPOTENT", "number": 2 }] }], "extensionRange": [{ "start": 990, "end": 999 }, { "start": 1e3, "end": 536870912 }] }, { "name": "UninterpretedOption", "field": [{ "name": "name", "number": 2, "type": 11, "label": 3, "typeName": ".google.protobuf.UninterpretedOption.NamePart" }, { "name": "identifier_value", "number": 3, "type": 9, "label": 1 }, { "name": "positive_int_value", "number": 4, "type": 4, "label": 1 }, { "name": "negative_int_value", "number": 5, "type": 3, "label": 1 }, { "name": "double_value", "number": 6, "type": 1, "label": 1 }, { "name": "string_value", "number": 7, "type": 12, "label": 1 }, { "name": "aggregate_value", "number": 8, "type": 9, "label": 1 }], "nestedType": [{ "name": "NamePart", "field": [{ "name": "name_part", "number": 1, "type": 9, "label": 2 }, { "name": "is_extension", "number": 2, "type": 8, "label": 2 }] }] }, { "name": "FeatureSet", "field": [{ "name": "field_presence", "number": 1, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.FieldPresence", "options": { "retention": 1, "targets": [4, 1], "editionDefaults": [{ "value": "EXPLICIT", "edition": 900 }, { "value": "IMPLICIT", "edition": 999 }, { "value": "EXPLICIT", "edition": 1e3 }] } }, { "name": "enum_type", "number": 2, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.EnumType", "options": { "retention": 1, "targets": [6, 1], "editionDefaults": [{ "value": "CLOSED", "edition": 900 }, { "value": "OPEN", "edition": 999 }] } }, { "name": "repeated_field_encoding", "number": 3, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.RepeatedFieldEncoding", "options": { "retention": 1, "targets": [4, 1], "editionDefaults": [{ "value": "EXPANDED", "edition": 900 }, { "value": "PACKED", "edition": 999 }] } }, { "name": "utf8_validation", "number": 4, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.Utf8Validation", "options": { "retention": 1, "targets": [4, 1], "editionDefaults": [{ "value": "NONE", "edition": 900 }, { "value": "VERIFY", "edition": 999 }] } }, { "name": "message_encoding", "number": 5, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.MessageEncoding", "options": { "retention": 1, "targets": [4, 1], "editionDefaults": [{ "value": "LENGTH_PREFIXED", "edition": 900 }] } }, { "name": "json_format", "number": 6, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.JsonFormat", "options": { "retention": 1, "targets": [3, 6, 1], "editionDefaults": [{ "value": "LEGACY_BEST_EFFORT", "edition": 900 }, { "value": "ALLOW", "edition": 999 }] } }, { "name": "enforce_naming_style", "number": 7, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.EnforceNamingStyle", "options": { "retention": 2, "targets": [1, 2, 3, 4, 5, 6, 7, 8, 9], "editionDefaults": [{ "value": "STYLE_LEGACY", "edition": 900 }, { "value": "STYLE2024", "edition": 1001 }, { "value": "STYLE2026", "edition": 1002 }] } }, { "name": "default_symbol_visibility", "number": 8, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.VisibilityFeature.DefaultSymbolVisibility", "options": { "retention": 2, "targets": [1], "editionDefaults": [{ "value": "EXPORT_ALL", "edition": 900 }, { "value": "EXPORT_TOP_LEVEL", "edition": 1001 }, { "value": "STRICT", "edition": 1002 }] } }, { "name": "enforce_proto_limits", "number": 9, "type": 14, "label": 1, "typeName": ".google.protobuf.FeatureSet.ProtoLimitsFeature.EnforceProtoLimits", "options": { "retention": 2, "targets": [6, 3, 4, 5], "editionDefaults": [{ "value": "LEGACY_NO_EXPLICIT_LIMITS", "edition": 900 }, { "value": "PROTO_LIMITS2026", "edition": 1002 }] } }], "nestedType": [{ "name": "VisibilityFeature", "enumType": [{ "name": "DefaultSymbolVisibility", "value": [{ "name": "DEFAULT_SYMBOL_VISIBILITY_UNKNOWN", "number": 0 }, { "name": "EXPORT_ALL", "number": 1 }, { "name": "EXPORT_TOP_LEVEL", "number": 2 }, { "name": "LOCAL_ALL", "number": 3 }, { "name": "STRICT", "number": 4 }] }] }, { "name": "ProtoLimitsFeature", "enumType": [{ "name": "EnforceProtoLimits", "value": [{ "name": "PROTO_LIMITS_UNKNOWN", "number": 0 }, { "name": "LEGACY_NO_EXPLICIT_LIMITS", "number": 1 }, { "name": "PROTO_LIMITS2026", "number": 2 }] }] }], "enumType": [{ "name": "FieldPresence", "value": [{ "name": "FIELD_PRESENCE_UNKNOWN", "number": 0 }, { "name": "EXPLICIT", "number": 1 }, { "name": "IMPLICIT", "number": 2 }, { "name": "LEGACY_REQUIRED", "number": 3 }] }, { "name": "EnumType", "value": [{ "name": "ENUM_TYPE_UNKNOWN", "number": 0 }, { "name": "OPEN", "number": 1 }, { "name": "CLOSED", "number": 2 }] }, { "name": "RepeatedFieldEncoding", "value": [{ "name": "REPEATED_FIELD_ENCODING_UNKNOWN", "number": 0 }, { "name": "PACKED", "number": 1 }, { "name": "EXPANDED", "number": 2 }] }, { "name": "Utf8Validation", "value": [{ "name": "UTF8_VALIDATION_UNKNOWN", "number": 0 }, { "name": "VERIFY", "number": 2 }, { "name": "NONE", "number": 3 }] }, { "name": "MessageEncoding", "value": [{ "name": "MESSAGE_ENCODING_UNKNOWN", "number": 0 }, { "name": "LENGTH_PREFIXED", "number": 1 }, { "name": "DELIMITED", "number": 2 }] }, { "name": "JsonFormat", "value": [{ "name": "JSON_FORMAT_UNKNOWN", "number": 0 }, { "name": "ALLOW", "number": 1 }, { "name": "LEGACY_BEST_EFFORT", "number": 2 }] }, { "name": "EnforceNamingStyle", "value": [{ "name": "ENFORCE_NAMING_STYLE_UNKNOWN", "number": 0 }, { "name": "STYLE2024", "number": 1 }, { "name": "STYLE_LEGACY", "number": 2 }, { "name": "STYLE2026", "number": 3 }] }], "extensionRange": [{ "start": 1e3, "end": 9995 }, { "start": 9995, "end": 1e4 }, { "start": 1e4, "end": 10001 }] }, { "name": "FeatureSetDefaults", "field": [{ "name": "defaults", "number": 1, "type": 11, "label": 3, "typeName": ".google.protobuf.FeatureSetDefaults.FeatureSetEditionDefault" }, { "name": "minimum_edition", "number": 4, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }, { "name": "maximum_edition", "number": 5, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }], "nestedType": [{ "name": "FeatureSetEditionDefault", "field": [{ "name": "edition", "number": 3, "type": 14, "label": 1, "typeName": ".google.protobuf.Edition" }, { "name": "overridable_features", "number": 4, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }, { "name": "fixed_features", "number": 5, "type": 11, "label": 1, "typeName": ".google.protobuf.FeatureSet" }] }] }, { "name": "SourceCodeInfo", "field": [{ "name": "location", "number": 1, "type": 11, "label": 3, "typeName": ".google.protobuf.SourceCodeInfo.Location" }], "nestedType": [{ "name": "Location", "field": [{ "name": "path", "number": 1, "type": 5, "label": 3, "options": { "packed": true } }, { "name": "span", "number": 2, "type": 5, "label": 3, "options": { "packed": true } }, { "name": "leading_comments", "number": 3, "type": 9, "label": 1 }, { "name": "trailing_comments", "number": 4, "type": 9, "label": 1 }, { "name": "leading_detached_comments", "number": 6, "type": 9, "label": 3 }] }], "extensionRange": [{ "start": 536e6, "end": 536000001 }] }, { "name": "GeneratedCodeInfo", "field": [{ "name": "annotation", "number": 1, "type": 11, "label": 3, "typeName": ".google.protobuf.GeneratedCodeInfo.Annotation" }], "nestedType": [{ "name": "Annotation", "field": [{ "name": "path", "number": 1, "type": 5, "label": 3, "options": { "packed": true } }, { "name": "source_file", "number": 2, "type": 9, "label": 1 }, { "name": "begin", "number": 3, "type": 5, "label": 1 }, { "name": "end", "number": 4, "type": 5, "label": 1 }, { "name": "semantic", "number": 5, "type": 14, "label": 1, "typeName": ".google.protobuf.GeneratedCodeInfo.Annotation.Semantic" }], "enumType": [{ "name": "Semantic", "value": [{ "name": "NONE", "number": 0 }, { "name": "SET", "number": 1 }, { "name": "ALIAS", "number": 2 }] }] }] }], "enumType": [{ "name": "Edition", "value": [{ "name": "EDITION_UNKNOWN", "number": 0 }, { "name": "EDITION_LEGACY", "number": 900 }, { "name": "EDITION_PROTO2", "number": 998 }, { "name": "EDITION_PROTO3", "number": 999 }, { "name": "EDITION_2023", "number": 1e3 }, { "name": "EDITION_2024", "number": 1001 }, { "name": "EDITION_2026", "number": 1002 }, { "name": "EDITION_UNSTABLE", "number": 9999 }, { "name": "EDITION_1_TEST_ONLY", "number": 1 }, { "name": "EDITION_2_TEST_ONLY", "number": 2 }, { "name": "EDITION_99997_TEST_ONLY", "number": 99997 }, { "name": "EDITION_99998_TEST_ONLY", "number": 99998 }, { "name": "EDITION_99999_TEST_ONLY", "number": 99999 }, { "name": "EDITION_MAX", "number": 2147483647 }] }, { "name": "SymbolVisibility", "value": [{ "name": "VISIBILITY_UNSET", "number": 0 }, { "name": "VISIBILITY_LOCAL", "number": 1 }, { "name": "VISIBILITY_EXPORT", "number": 2 }] }] });
var FileDescriptorProtoSchema = /* @__PURE__ */ messageDesc(file_google_protobuf_descriptor, 1);
var ExtensionRangeOptions_VerificationState;
(function(ExtensionRangeOptions_VerificationState2) {
  ExtensionRangeOptions_VerificationState2[ExtensionRangeOptions_VerificationState2["DECLARATION"] = 0] = "DECLARATION";
  ExtensionRangeOptions_VerificationState2[ExtensionRangeOptions_VerificationState2["UNVERIFIED"] = 1] = "UNVERIFIED";
})(ExtensionRangeOptions_VerificationState || (ExtensionRangeOptions_VerificationState = {}));
var FieldDescriptorProto_Type;
(function(FieldDescriptorProto_Type2) {
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["DOUBLE"] = 1] = "DOUBLE";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["FLOAT"] = 2] = "FLOAT";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["INT64"] = 3] = "INT64";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["UINT64"] = 4] = "UINT64";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["INT32"] = 5] = "INT32";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["FIXED64"] = 6] = "FIXED64";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["FIXED32"] = 7] = "FIXED32";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["BOOL"] = 8] = "BOOL";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["STRING"] = 9] = "STRING";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["GROUP"] = 10] = "GROUP";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["MESSAGE"] = 11] = "MESSAGE";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["BYTES"] = 12] = "BYTES";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["UINT32"] = 13] = "UINT32";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["ENUM"] = 14] = "ENUM";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["SFIXED32"] = 15] = "SFIXED32";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["SFIXED64"] = 16] = "SFIXED64";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["SINT32"] = 17] = "SINT32";
  FieldDescriptorProto_Type2[FieldDescriptorProto_Type2["SINT64"] = 18] = "SINT64";
})(FieldDescriptorProto_Type || (FieldDescriptorProto_Type = {}));
var FieldDescriptorProto_Label;
(function(FieldDescriptorProto_Label2) {
  FieldDescriptorProto_Label2[FieldDescriptorProto_Label2["OPTIONAL"] = 1] = "OPTIONAL";
  FieldDescriptorProto_Label2[FieldDescriptorProto_Label2["REPEATED"] = 3] = "REPEATED";
  FieldDescriptorProto_Label2[FieldDescriptorProto_Label2["REQUIRED"] = 2] = "REQUIRED";
})(FieldDescriptorProto_Label || (FieldDescriptorProto_Label = {}));
var FileOptions_OptimizeMode;
(function(FileOptions_OptimizeMode2) {
  FileOptions_OptimizeMode2[FileOptions_OptimizeMode2["SPEED"] = 1] = "SPEED";
  FileOptions_OptimizeMode2[FileOptions_OptimizeMode2["CODE_SIZE"] = 2] = "CODE_SIZE";
  FileOptions_OptimizeMode2[FileOptions_OptimizeMode2["LITE_RUNTIME"] = 3] = "LITE_RUNTIME";
})(FileOptions_OptimizeMode || (FileOptions_OptimizeMode = {}));
var FieldOptions_CType;
(function(FieldOptions_CType2) {
  FieldOptions_CType2[FieldOptions_CType2["STRING"] = 0] = "STRING";
  FieldOptions_CType2[FieldOptions_CType2["CORD"] = 1] = "CORD";
  FieldOptions_CType2[FieldOptions_CType2["STRING_PIECE"] = 2] = "STRING_PIECE";
})(FieldOptions_CType || (FieldOptions_CType = {}));
var FieldOptions_JSType;
(function(FieldOptions_JSType2) {
  FieldOptions_JSType2[FieldOptions_JSType2["JS_NORMAL"] = 0] = "JS_NORMAL";
  FieldOptions_JSType2[FieldOptions_JSType2["JS_STRING"] = 1] = "JS_STRING";
  FieldOptions_JSType2[FieldOptions_JSType2["JS_NUMBER"] = 2] = "JS_NUMBER";
})(FieldOptions_JSType || (FieldOptions_JSType = {}));
var FieldOptions_OptionRetention;
(function(FieldOptions_OptionRetention2) {
  FieldOptions_OptionRetention2[FieldOptions_OptionRetention2["RETENTION_UNKNOWN"] = 0] = "RETENTION_UNKNOWN";
  FieldOptions_OptionRetention2[FieldOptions_OptionRetention2["RETENTION_RUNTIME"] = 1] = "RETENTION_RUNTIME";
  FieldOptions_OptionRetention2[FieldOptions_OptionRetention2["RETENTION_SOURCE"] = 2] = "RETENTION_SOURCE";
})(FieldOptions_OptionRetention || (FieldOptions_OptionRetention = {}));
var FieldOptions_OptionTargetType;
(function(FieldOptions_OptionTargetType2) {
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_UNKNOWN"] = 0] = "TARGET_TYPE_UNKNOWN";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_FILE"] = 1] = "TARGET_TYPE_FILE";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_EXTENSION_RANGE"] = 2] = "TARGET_TYPE_EXTENSION_RANGE";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_MESSAGE"] = 3] = "TARGET_TYPE_MESSAGE";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_FIELD"] = 4] = "TARGET_TYPE_FIELD";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_ONEOF"] = 5] = "TARGET_TYPE_ONEOF";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_ENUM"] = 6] = "TARGET_TYPE_ENUM";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_ENUM_ENTRY"] = 7] = "TARGET_TYPE_ENUM_ENTRY";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_SERVICE"] = 8] = "TARGET_TYPE_SERVICE";
  FieldOptions_OptionTargetType2[FieldOptions_OptionTargetType2["TARGET_TYPE_METHOD"] = 9] = "TARGET_TYPE_METHOD";
})(FieldOptions_OptionTargetType || (FieldOptions_OptionTargetType = {}));
var MethodOptions_IdempotencyLevel;
(function(MethodOptions_IdempotencyLevel2) {
  MethodOptions_IdempotencyLevel2[MethodOptions_IdempotencyLevel2["IDEMPOTENCY_UNKNOWN"] = 0] = "IDEMPOTENCY_UNKNOWN";
  MethodOptions_IdempotencyLevel2[MethodOptions_IdempotencyLevel2["NO_SIDE_EFFECTS"] = 1] = "NO_SIDE_EFFECTS";
  MethodOptions_IdempotencyLevel2[MethodOptions_IdempotencyLevel2["IDEMPOTENT"] = 2] = "IDEMPOTENT";
})(MethodOptions_IdempotencyLevel || (MethodOptions_IdempotencyLevel = {}));
var FeatureSet_VisibilityFeature_DefaultSymbolVisibility;
(function(FeatureSet_VisibilityFeature_DefaultSymbolVisibility2) {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility2[FeatureSet_VisibilityFeature_DefaultSymbolVisibility2["DEFAULT_SYMBOL_VISIBILITY_UNKNOWN"] = 0] = "DEFAULT_SYMBOL_VISIBILITY_UNKNOWN";
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility2[FeatureSet_VisibilityFeature_DefaultSymbolVisibility2["EXPORT_ALL"] = 1] = "EXPORT_ALL";
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility2[FeatureSet_VisibilityFeature_DefaultSymbolVisibility2["EXPORT_TOP_LEVEL"] = 2] = "EXPORT_TOP_LEVEL";
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility2[FeatureSet_VisibilityFeature_DefaultSymbolVisibility2["LOCAL_ALL"] = 3] = "LOCAL_ALL";
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility2[FeatureSet_VisibilityFeature_DefaultSymbolVisibility2["STRICT"] = 4] = "STRICT";
})(FeatureSet_VisibilityFeature_DefaultSymbolVisibility || (FeatureSet_VisibilityFeature_DefaultSymbolVisibility = {}));
var FeatureSet_ProtoLimitsFeature_EnforceProtoLimits;
(function(FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2) {
  FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2[FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2["PROTO_LIMITS_UNKNOWN"] = 0] = "PROTO_LIMITS_UNKNOWN";
  FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2[FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2["LEGACY_NO_EXPLICIT_LIMITS"] = 1] = "LEGACY_NO_EXPLICIT_LIMITS";
  FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2[FeatureSet_ProtoLimitsFeature_EnforceProtoLimits2["PROTO_LIMITS2026"] = 2] = "PROTO_LIMITS2026";
})(FeatureSet_ProtoLimitsFeature_EnforceProtoLimits || (FeatureSet_ProtoLimitsFeature_EnforceProtoLimits = {}));
var FeatureSet_FieldPresence;
(function(FeatureSet_FieldPresence2) {
  FeatureSet_FieldPresence2[FeatureSet_FieldPresence2["FIELD_PRESENCE_UNKNOWN"] = 0] = "FIELD_PRESENCE_UNKNOWN";
  FeatureSet_FieldPresence2[FeatureSet_FieldPresence2["EXPLICIT"] = 1] = "EXPLICIT";
  FeatureSet_FieldPresence2[FeatureSet_FieldPresence2["IMPLICIT"] = 2] = "IMPLICIT";
  FeatureSet_FieldPresence2[FeatureSet_FieldPresence2["LEGACY_REQUIRED"] = 3] = "LEGACY_REQUIRED";
})(FeatureSet_FieldPresence || (FeatureSet_FieldPresence = {}));
var FeatureSet_EnumType;
(function(FeatureSet_EnumType2) {
  FeatureSet_EnumType2[FeatureSet_EnumType2["ENUM_TYPE_UNKNOWN"] = 0] = "ENUM_TYPE_UNKNOWN";
  FeatureSet_EnumType2[FeatureSet_EnumType2["OPEN"] = 1] = "OPEN";
  FeatureSet_EnumType2[FeatureSet_EnumType2["CLOSED"] = 2] = "CLOSED";
})(FeatureSet_EnumType || (FeatureSet_EnumType = {}));
var FeatureSet_RepeatedFieldEncoding;
(function(FeatureSet_RepeatedFieldEncoding2) {
  FeatureSet_RepeatedFieldEncoding2[FeatureSet_RepeatedFieldEncoding2["REPEATED_FIELD_ENCODING_UNKNOWN"] = 0] = "REPEATED_FIELD_ENCODING_UNKNOWN";
  FeatureSet_RepeatedFieldEncoding2[FeatureSet_RepeatedFieldEncoding2["PACKED"] = 1] = "PACKED";
  FeatureSet_RepeatedFieldEncoding2[FeatureSet_RepeatedFieldEncoding2["EXPANDED"] = 2] = "EXPANDED";
})(FeatureSet_RepeatedFieldEncoding || (FeatureSet_RepeatedFieldEncoding = {}));
var FeatureSet_Utf8Validation;
(function(FeatureSet_Utf8Validation2) {
  FeatureSet_Utf8Validation2[FeatureSet_Utf8Validation2["UTF8_VALIDATION_UNKNOWN"] = 0] = "UTF8_VALIDATION_UNKNOWN";
  FeatureSet_Utf8Validation2[FeatureSet_Utf8Validation2["VERIFY"] = 2] = "VERIFY";
  FeatureSet_Utf8Validation2[FeatureSet_Utf8Validation2["NONE"] = 3] = "NONE";
})(FeatureSet_Utf8Validation || (FeatureSet_Utf8Validation = {}));
var FeatureSet_MessageEncoding;
(function(FeatureSet_MessageEncoding2) {
  FeatureSet_MessageEncoding2[FeatureSet_MessageEncoding2["MESSAGE_ENCODING_UNKNOWN"] = 0] = "MESSAGE_ENCODING_UNKNOWN";
  FeatureSet_MessageEncoding2[FeatureSet_MessageEncoding2["LENGTH_PREFIXED"] = 1] = "LENGTH_PREFIXED";
  FeatureSet_MessageEncoding2[FeatureSet_MessageEncoding2["DELIMITED"] = 2] = "DELIMITED";
})(FeatureSet_MessageEncoding || (FeatureSet_MessageEncoding = {}));
var FeatureSet_JsonFormat;
(function(FeatureSet_JsonFormat2) {
  FeatureSet_JsonFormat2[FeatureSet_JsonFormat2["JSON_FORMAT_UNKNOWN"] = 0] = "JSON_FORMAT_UNKNOWN";
  FeatureSet_JsonFormat2[FeatureSet_JsonFormat2["ALLOW"] = 1] = "ALLOW";
  FeatureSet_JsonFormat2[FeatureSet_JsonFormat2["LEGACY_BEST_EFFORT"] = 2] = "LEGACY_BEST_EFFORT";
})(FeatureSet_JsonFormat || (FeatureSet_JsonFormat = {}));
var FeatureSet_EnforceNamingStyle;
(function(FeatureSet_EnforceNamingStyle2) {
  FeatureSet_EnforceNamingStyle2[FeatureSet_EnforceNamingStyle2["ENFORCE_NAMING_STYLE_UNKNOWN"] = 0] = "ENFORCE_NAMING_STYLE_UNKNOWN";
  FeatureSet_EnforceNamingStyle2[FeatureSet_EnforceNamingStyle2["STYLE2024"] = 1] = "STYLE2024";
  FeatureSet_EnforceNamingStyle2[FeatureSet_EnforceNamingStyle2["STYLE_LEGACY"] = 2] = "STYLE_LEGACY";
  FeatureSet_EnforceNamingStyle2[FeatureSet_EnforceNamingStyle2["STYLE2026"] = 3] = "STYLE2026";
})(FeatureSet_EnforceNamingStyle || (FeatureSet_EnforceNamingStyle = {}));
var GeneratedCodeInfo_Annotation_Semantic;
(function(GeneratedCodeInfo_Annotation_Semantic2) {
  GeneratedCodeInfo_Annotation_Semantic2[GeneratedCodeInfo_Annotation_Semantic2["NONE"] = 0] = "NONE";
  GeneratedCodeInfo_Annotation_Semantic2[GeneratedCodeInfo_Annotation_Semantic2["SET"] = 1] = "SET";
  GeneratedCodeInfo_Annotation_Semantic2[GeneratedCodeInfo_Annotation_Semantic2["ALIAS"] = 2] = "ALIAS";
})(GeneratedCodeInfo_Annotation_Semantic || (GeneratedCodeInfo_Annotation_Semantic = {}));
var Edition;
(function(Edition2) {
  Edition2[Edition2["EDITION_UNKNOWN"] = 0] = "EDITION_UNKNOWN";
  Edition2[Edition2["EDITION_LEGACY"] = 900] = "EDITION_LEGACY";
  Edition2[Edition2["EDITION_PROTO2"] = 998] = "EDITION_PROTO2";
  Edition2[Edition2["EDITION_PROTO3"] = 999] = "EDITION_PROTO3";
  Edition2[Edition2["EDITION_2023"] = 1e3] = "EDITION_2023";
  Edition2[Edition2["EDITION_2024"] = 1001] = "EDITION_2024";
  Edition2[Edition2["EDITION_2026"] = 1002] = "EDITION_2026";
  Edition2[Edition2["EDITION_UNSTABLE"] = 9999] = "EDITION_UNSTABLE";
  Edition2[Edition2["EDITION_1_TEST_ONLY"] = 1] = "EDITION_1_TEST_ONLY";
  Edition2[Edition2["EDITION_2_TEST_ONLY"] = 2] = "EDITION_2_TEST_ONLY";
  Edition2[Edition2["EDITION_99997_TEST_ONLY"] = 99997] = "EDITION_99997_TEST_ONLY";
  Edition2[Edition2["EDITION_99998_TEST_ONLY"] = 99998] = "EDITION_99998_TEST_ONLY";
  Edition2[Edition2["EDITION_99999_TEST_ONLY"] = 99999] = "EDITION_99999_TEST_ONLY";
  Edition2[Edition2["EDITION_MAX"] = 2147483647] = "EDITION_MAX";
})(Edition || (Edition = {}));
var SymbolVisibility;
(function(SymbolVisibility2) {
  SymbolVisibility2[SymbolVisibility2["VISIBILITY_UNSET"] = 0] = "VISIBILITY_UNSET";
  SymbolVisibility2[SymbolVisibility2["VISIBILITY_LOCAL"] = 1] = "VISIBILITY_LOCAL";
  SymbolVisibility2[SymbolVisibility2["VISIBILITY_EXPORT"] = 2] = "VISIBILITY_EXPORT";
})(SymbolVisibility || (SymbolVisibility = {}));

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/from-binary.js
function makeReadContext(options) {
  return Object.assign(Object.assign({ readUnknownFields: true, recursionLimit: 100 }, options), { depth: 0 });
}
function fromBinary(schema, bytes, options) {
  const message = create(schema);
  compiledReader(schema).read(message, new BinaryReader(bytes), makeReadContext(options), bytes.byteLength);
  return message;
}
var compiledReaders = /* @__PURE__ */ new WeakMap();
function compiledReader(desc) {
  let compiled = compiledReaders.get(desc);
  if (compiled === void 0) {
    compiled = compileMessage(desc);
  }
  return compiled;
}
function compileMessage(desc) {
  const descString = String(desc);
  const fieldReaders = /* @__PURE__ */ new Map();
  const compiled = {
    read: compileMessageReader(descString, fieldReaders),
    readGroup: compileGroupReader(descString, fieldReaders)
  };
  compiledReaders.set(desc, compiled);
  for (const field of desc.fields) {
    fieldReaders.set(field.number, compileFieldReader(field));
  }
  return compiled;
}
function compileMessageReader(descString, fieldReaders) {
  return (message, reader, ctx, length) => {
    var _a;
    if (++ctx.depth > ctx.recursionLimit) {
      throw new Error(`cannot decode ${descString} from binary: maximum recursion depth of ${ctx.recursionLimit} reached`);
    }
    const end = reader.pos + length;
    const unknownFields = (_a = message.$unknown) !== null && _a !== void 0 ? _a : [];
    while (reader.pos < end) {
      const [fieldNo, wireType] = reader.tag();
      const fieldReader = fieldReaders.get(fieldNo);
      if (fieldReader === void 0) {
        const data = reader.skip(wireType, fieldNo, ctx.recursionLimit - ctx.depth);
        if (ctx.readUnknownFields) {
          unknownFields.push({ no: fieldNo, wireType, data });
        }
        continue;
      }
      fieldReader(message, reader, ctx, wireType);
    }
    if (unknownFields.length > 0) {
      message.$unknown = unknownFields;
    }
    ctx.depth--;
  };
}
function compileGroupReader(descString, fieldReaders) {
  return (message, reader, ctx, fieldNo) => {
    var _a;
    if (++ctx.depth > ctx.recursionLimit) {
      throw new Error(`cannot decode ${descString} from binary: maximum recursion depth of ${ctx.recursionLimit} reached`);
    }
    let recordFieldNo;
    let wireType;
    const unknownFields = (_a = message.$unknown) !== null && _a !== void 0 ? _a : [];
    while (reader.pos < reader.len) {
      [recordFieldNo, wireType] = reader.tag();
      if (wireType == WireType.EndGroup) {
        break;
      }
      const fieldReader = fieldReaders.get(recordFieldNo);
      if (fieldReader === void 0) {
        const data = reader.skip(wireType, recordFieldNo, ctx.recursionLimit - ctx.depth);
        if (ctx.readUnknownFields) {
          unknownFields.push({ no: recordFieldNo, wireType, data });
        }
        continue;
      }
      fieldReader(message, reader, ctx, wireType);
    }
    if (wireType != WireType.EndGroup || recordFieldNo !== fieldNo) {
      throw new Error("invalid end group tag");
    }
    if (unknownFields.length > 0) {
      message.$unknown = unknownFields;
    }
    ctx.depth--;
  };
}
function compileFieldReader(field) {
  switch (field.fieldKind) {
    case "scalar":
      return compileScalarFieldReader(field);
    case "enum":
      return compileEnumFieldReader(field);
    case "message":
      return compileMessageFieldReader(field);
    case "list":
      return compileListFieldReader(field);
    case "map":
      return compileMapFieldReader(field);
  }
}
function compileScalarFieldReader(field) {
  const readScalar = compileScalarReader(field.scalar, field.utf8Validation, field.longAsString);
  const localName = field.localName;
  if (field.oneof) {
    const oneofLocalName = field.oneof.localName;
    return (message, reader) => {
      message[oneofLocalName] = {
        case: localName,
        value: readScalar(reader)
      };
    };
  }
  return (message, reader) => {
    message[localName] = readScalar(reader);
  };
}
function compileEnumFieldReader(field) {
  var _a;
  const localName = field.localName;
  const oneofLocalName = (_a = field.oneof) === null || _a === void 0 ? void 0 : _a.localName;
  if (field.enum.open) {
    if (oneofLocalName !== void 0) {
      return (message, reader) => {
        message[oneofLocalName] = { case: localName, value: reader.int32() };
      };
    }
    return (message, reader) => {
      message[localName] = reader.int32();
    };
  }
  const values = field.enum.values;
  const fieldNo = field.number;
  return (message, reader, ctx, wireType) => {
    var _a2;
    const val = reader.int32();
    if (values.some((v) => v.number === val)) {
      if (oneofLocalName !== void 0) {
        message[oneofLocalName] = { case: localName, value: val };
      } else {
        message[localName] = val;
      }
    } else if (ctx.readUnknownFields) {
      const bytes = [];
      varint32write(val, bytes);
      const unknownFields = (_a2 = message.$unknown) !== null && _a2 !== void 0 ? _a2 : [];
      unknownFields.push({
        no: fieldNo,
        wireType,
        data: new Uint8Array(bytes)
      });
      message.$unknown = unknownFields;
    }
  };
}
function compileMessageFieldReader(field) {
  const localName = field.localName;
  const { toMessage, toLocal } = localMessageMapper(field);
  const readChild = compileChildReader(field);
  if (field.oneof) {
    const oneofLocalName = field.oneof.localName;
    return (message, reader, ctx) => {
      const oneof = message[oneofLocalName];
      const child = toMessage(oneof.case === localName ? oneof.value : void 0);
      readChild(child, reader, ctx);
      message[oneofLocalName] = { case: localName, value: toLocal(child) };
    };
  }
  return (message, reader, ctx) => {
    const child = toMessage(message[localName]);
    readChild(child, reader, ctx);
    message[localName] = toLocal(child);
  };
}
function compileChildReader(field) {
  const compiledChild = compiledReader(field.message);
  if (field.delimitedEncoding) {
    const fieldNo = field.number;
    return (child, reader, ctx) => compiledChild.readGroup(child, reader, ctx, fieldNo);
  }
  return (child, reader, ctx) => compiledChild.read(child, reader, ctx, reader.uint32());
}
function compileListFieldReader(field) {
  const localName = field.localName;
  if (field.listKind == "message") {
    const { toMessage, toLocal } = localMessageMapper(field);
    const readChild = compileChildReader(field);
    return (message, reader, ctx) => {
      const child = toMessage(void 0);
      readChild(child, reader, ctx);
      message[localName].push(toLocal(child));
    };
  }
  const scalarType = field.listKind == "enum" ? ScalarType.INT32 : field.scalar;
  const longAsString = field.listKind == "scalar" ? field.longAsString : false;
  const readScalar = compileScalarReader(scalarType, field.utf8Validation, longAsString);
  const packedPossible = scalarType != ScalarType.STRING && scalarType != ScalarType.BYTES;
  return (message, reader, ctx, wireType) => {
    const items = message[localName];
    if (wireType == WireType.LengthDelimited && packedPossible) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        items.push(readScalar(reader));
      }
    } else {
      items.push(readScalar(reader));
    }
  };
}
function compileMapFieldReader(field) {
  const localName = field.localName;
  const readKey = compileScalarReader(field.mapKey, field.utf8Validation, false);
  const keyZero = scalarZeroValue(field.mapKey, false);
  let readValue;
  let valueDefault;
  switch (field.mapKind) {
    case "scalar": {
      const scalar2 = field.scalar;
      const readScalar = compileScalarReader(scalar2, field.utf8Validation, false);
      readValue = (reader) => readScalar(reader);
      if (scalar2 == ScalarType.BYTES) {
        valueDefault = () => new Uint8Array(0);
      } else {
        const zero = scalarZeroValue(scalar2, false);
        valueDefault = () => zero;
      }
      break;
    }
    case "enum": {
      const zero = field.enum.values[0].number;
      readValue = (reader) => reader.int32();
      valueDefault = () => zero;
      break;
    }
    case "message": {
      const { toMessage, toLocal } = localMessageMapper(field);
      const readChild = compiledReader(field.message).read;
      readValue = (reader, ctx, existing) => {
        const child = toMessage(existing);
        readChild(child, reader, ctx, reader.uint32());
        return toLocal(child);
      };
      valueDefault = () => toLocal(toMessage(void 0));
      break;
    }
  }
  return (message, reader, ctx) => {
    const record = message[localName];
    let key2;
    let val;
    const len = reader.uint32();
    const end = reader.pos + len;
    while (reader.pos < end) {
      const [fieldNo, wireType] = reader.tag();
      switch (fieldNo) {
        case 1:
          key2 = readKey(reader);
          break;
        case 2:
          val = readValue(reader, ctx, val);
          break;
        default:
          reader.skip(wireType, fieldNo, ctx.recursionLimit - ctx.depth);
      }
    }
    if (key2 === void 0) {
      key2 = keyZero;
    }
    if (val === void 0) {
      val = valueDefault();
    }
    setOwn(record, key2, val);
  };
}
function compileScalarReader(type2, utf8Validation, longAsString) {
  switch (type2) {
    case ScalarType.STRING:
      return (reader) => reader.string(utf8Validation);
    case ScalarType.BOOL:
      return (reader) => reader.bool();
    case ScalarType.DOUBLE:
      return (reader) => reader.double();
    case ScalarType.FLOAT:
      return (reader) => reader.float();
    case ScalarType.INT32:
      return (reader) => reader.int32();
    case ScalarType.INT64:
      if (longAsString) {
        return (reader) => String(reader.int64());
      }
      return (reader) => reader.int64();
    case ScalarType.UINT64:
      if (longAsString) {
        return (reader) => String(reader.uint64());
      }
      return (reader) => reader.uint64();
    case ScalarType.FIXED64:
      if (longAsString) {
        return (reader) => String(reader.fixed64());
      }
      return (reader) => reader.fixed64();
    case ScalarType.BYTES:
      return (reader) => reader.bytes();
    case ScalarType.FIXED32:
      return (reader) => reader.fixed32();
    case ScalarType.SFIXED32:
      return (reader) => reader.sfixed32();
    case ScalarType.SFIXED64:
      if (longAsString) {
        return (reader) => String(reader.sfixed64());
      }
      return (reader) => reader.sfixed64();
    case ScalarType.SINT64:
      if (longAsString) {
        return (reader) => String(reader.sint64());
      }
      return (reader) => reader.sint64();
    case ScalarType.UINT32:
      return (reader) => reader.uint32();
    case ScalarType.SINT32:
      return (reader) => reader.sint32();
  }
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/codegenv2/file.js
function fileDesc(b64, imports) {
  var _a;
  const root = fromBinary(FileDescriptorProtoSchema, base64Decode(b64));
  root.messageType.forEach(restoreJsonNames);
  root.dependency = (_a = imports === null || imports === void 0 ? void 0 : imports.map((f) => f.proto.name)) !== null && _a !== void 0 ? _a : [];
  const reg = createEmbeddedFileRegistry(root, (protoFileName) => imports === null || imports === void 0 ? void 0 : imports.find((f) => f.proto.name === protoFileName));
  return reg.getFile(root.name);
}

// node_modules/.pnpm/@bufbuild+protobuf@2.17.0/node_modules/@bufbuild/protobuf/dist/esm/to-binary.js
var IMPLICIT3 = 2;
var LEGACY_REQUIRED2 = 3;
var writeDefaults = {
  writeUnknownFields: true
};
function makeWriteOptions(options) {
  return options ? Object.assign(Object.assign({}, writeDefaults), options) : writeDefaults;
}
function toBinary(schema, message, options) {
  const writer = new BinaryWriter();
  compiledWriter(schema)(writer, makeWriteOptions(options), message);
  return writer.finish();
}
var compiledWriters = /* @__PURE__ */ new WeakMap();
function compiledWriter(desc) {
  let compiled = compiledWriters.get(desc);
  if (compiled === void 0) {
    compiled = compileMessage2(desc);
  }
  return compiled;
}
function compileMessage2(desc) {
  const typeName = desc.typeName;
  const sortedFields = desc.fields.concat().sort((a, b) => a.number - b.number);
  const foreignField = sortedFields[0];
  const fieldWriters = [];
  const compiled = (writer, opts, message) => {
    if (message.$typeName !== typeName && foreignField !== void 0) {
      throw new FieldError(foreignField, `cannot use ${foreignField} with message ${message.$typeName}`, "ForeignFieldError");
    }
    for (let i = 0; i < fieldWriters.length; i++) {
      fieldWriters[i](writer, opts, message);
    }
    const unknown = message.$unknown;
    if (unknown !== void 0 && opts.writeUnknownFields) {
      for (let i = 0; i < unknown.length; i++) {
        const { no, wireType, data } = unknown[i];
        writer.tag(no, wireType).raw(data);
      }
    }
  };
  compiledWriters.set(desc, compiled);
  for (const field of sortedFields) {
    fieldWriters.push(compileField(field));
  }
  return compiled;
}
function compileField(field) {
  switch (field.fieldKind) {
    case "message":
    case "scalar":
    case "enum":
      return compileSingularField(field);
    case "list":
      return compileListField(field);
    case "map":
      return compileMapField(field);
  }
}
function compileSingularField(field) {
  const writeValue = compileSingularValue(field);
  const localName = field.localName;
  if (field.oneof) {
    const oneofLocalName = field.oneof.localName;
    return (writer, opts, message) => {
      const oneof = message[oneofLocalName];
      if (oneof.case === localName) {
        writeValue(writer, opts, oneof.value);
      }
    };
  }
  if (field.presence != IMPLICIT3) {
    const requiredError = field.presence == LEGACY_REQUIRED2 ? `cannot encode ${field} to binary: required field not set` : void 0;
    return (writer, opts, message) => {
      const value = message[localName];
      if (value !== void 0 && Object.prototype.hasOwnProperty.call(message, localName)) {
        writeValue(writer, opts, value);
      } else if (requiredError !== void 0) {
        throw new Error(requiredError);
      }
    };
  }
  if (field.fieldKind == "enum") {
    const zero = field.enum.values[0].number;
    return (writer, opts, message) => {
      const value = message[localName];
      if (value !== zero) {
        writeValue(writer, opts, value);
      }
    };
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      return (writer, opts, message) => {
        const value = message[localName];
        if (value !== false) {
          writeValue(writer, opts, value);
        }
      };
    case ScalarType.STRING:
      return (writer, opts, message) => {
        const value = message[localName];
        if (value !== "") {
          writeValue(writer, opts, value);
        }
      };
    case ScalarType.BYTES:
      return (writer, opts, message) => {
        const value = message[localName];
        if (!(value instanceof Uint8Array) || value.byteLength > 0) {
          writeValue(writer, opts, value);
        }
      };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (writer, opts, message) => {
        const value = message[localName];
        if (!Object.is(value, 0)) {
          writeValue(writer, opts, value);
        }
      };
    default:
      return (writer, opts, message) => {
        const value = message[localName];
        if (value != 0) {
          writeValue(writer, opts, value);
        }
      };
  }
}
function compileSingularValue(field) {
  switch (field.fieldKind) {
    case "message": {
      const { toMessage } = localMessageMapper(field);
      const writeChild = compileChildWriter(field);
      return (writer, opts, value) => {
        writeChild(writer, opts, toMessage(value));
      };
    }
    case "scalar":
    case "enum": {
      const scalarType = field.fieldKind == "enum" ? ScalarType.INT32 : field.scalar;
      const fieldNo = field.number;
      const wireType = writeTypeOfScalar(scalarType);
      const writeScalar = compileScalarValue(scalarType, field.parent.typeName, field.name);
      return (writer, opts, value) => {
        writer.tag(fieldNo, wireType);
        writeScalar(writer, value);
      };
    }
  }
}
function compileListField(field) {
  const localName = field.localName;
  const fieldNo = field.number;
  switch (field.listKind) {
    case "message": {
      const { toMessage } = localMessageMapper(field);
      const writeChild = compileChildWriter(field);
      return (writer, opts, message) => {
        const items = message[localName];
        for (let i = 0; i < items.length; i++) {
          writeChild(writer, opts, toMessage(items[i]));
        }
      };
    }
    case "scalar":
    case "enum": {
      const scalarType = field.listKind == "enum" ? ScalarType.INT32 : field.scalar;
      const writeScalar = compileScalarValue(scalarType, field.parent.typeName, field.name);
      if (field.packed) {
        return (writer, opts, message) => {
          const items = message[localName];
          if (items.length == 0) {
            return;
          }
          writer.tag(fieldNo, WireType.LengthDelimited).fork();
          for (let i = 0; i < items.length; i++) {
            writeScalar(writer, items[i]);
          }
          writer.join();
        };
      }
      const wireType = writeTypeOfScalar(scalarType);
      return (writer, opts, message) => {
        const items = message[localName];
        for (let i = 0; i < items.length; i++) {
          writer.tag(fieldNo, wireType);
          writeScalar(writer, items[i]);
        }
      };
    }
  }
}
function compileMapField(field) {
  const localName = field.localName;
  const fieldNo = field.number;
  const writeKey = compileMapKey(field);
  if (field.mapKind == "message") {
    const { toMessage } = localMessageMapper(field);
    const writeMessage = compiledWriter(field.message);
    return (writer, opts, message) => {
      const record = message[localName];
      const keys = Object.keys(record);
      for (let i = 0; i < keys.length; i++) {
        const key2 = keys[i];
        writer.tag(fieldNo, WireType.LengthDelimited).fork();
        writeKey(writer, key2);
        writer.tag(2, WireType.LengthDelimited).fork();
        writeMessage(writer, opts, toMessage(record[key2]));
        writer.join();
        writer.join();
      }
    };
  }
  const scalarType = field.mapKind == "enum" ? ScalarType.INT32 : field.scalar;
  const valueWireType = writeTypeOfScalar(scalarType);
  const writeScalar = compileScalarValue(scalarType, field.parent.typeName, field.name);
  return (writer, opts, message) => {
    const record = message[localName];
    const keys = Object.keys(record);
    for (let i = 0; i < keys.length; i++) {
      const key2 = keys[i];
      writer.tag(fieldNo, WireType.LengthDelimited).fork();
      writeKey(writer, key2);
      writer.tag(2, valueWireType);
      writeScalar(writer, record[key2]);
      writer.join();
    }
  };
}
function compileMapKey(field) {
  const wireType = writeTypeOfScalar(field.mapKey);
  const writeScalar = compileScalarValue(field.mapKey, field.parent.typeName, field.name);
  const convertKey = compileMapKeyConverter(field.mapKey);
  return (writer, key2) => {
    writer.tag(1, wireType);
    writeScalar(writer, convertKey(key2));
  };
}
function compileMapKeyConverter(type2) {
  switch (type2) {
    case ScalarType.STRING:
      return (key2) => key2;
    case ScalarType.BOOL:
      return (key2) => key2 === "true" ? true : key2 === "false" ? false : key2;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return (key2) => {
        try {
          return protoInt64.uParse(key2);
        } catch (_a) {
          return key2;
        }
      };
    case ScalarType.INT64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return (key2) => {
        try {
          return protoInt64.parse(key2);
        } catch (_a) {
          return key2;
        }
      };
    default:
      return (key2) => {
        const n = Number.parseInt(key2);
        return Number.isFinite(n) ? n : key2;
      };
  }
}
function compileScalarValue(type2, messageName, fieldName) {
  const writeScalar = compileScalarWrite(type2);
  return (writer, value) => {
    try {
      writeScalar(writer, value);
    } catch (e) {
      if (e instanceof Error) {
        throw new Error(`cannot encode field ${messageName}.${fieldName} to binary: ${e.message}`);
      }
      throw e;
    }
  };
}
function compileScalarWrite(type2) {
  switch (type2) {
    case ScalarType.STRING:
      return (writer, value) => writer.string(value);
    case ScalarType.BOOL:
      return (writer, value) => writer.bool(value);
    case ScalarType.DOUBLE:
      return (writer, value) => writer.double(value);
    case ScalarType.FLOAT:
      return (writer, value) => writer.float(value);
    case ScalarType.INT32:
      return (writer, value) => writer.int32(value);
    case ScalarType.INT64:
      return (writer, value) => writer.int64(value);
    case ScalarType.UINT64:
      return (writer, value) => writer.uint64(value);
    case ScalarType.FIXED64:
      return (writer, value) => writer.fixed64(value);
    case ScalarType.BYTES:
      return (writer, value) => writer.bytes(value);
    case ScalarType.FIXED32:
      return (writer, value) => writer.fixed32(value);
    case ScalarType.SFIXED32:
      return (writer, value) => writer.sfixed32(value);
    case ScalarType.SFIXED64:
      return (writer, value) => writer.sfixed64(value);
    case ScalarType.SINT64:
      return (writer, value) => writer.sint64(value);
    case ScalarType.UINT32:
      return (writer, value) => writer.uint32(value);
    case ScalarType.SINT32:
      return (writer, value) => writer.sint32(value);
  }
}
function compileChildWriter(field) {
  const fieldNo = field.number;
  const writeMessage = compiledWriter(field.message);
  if (field.delimitedEncoding) {
    return (writer, opts, child) => {
      writer.tag(fieldNo, WireType.StartGroup);
      writeMessage(writer, opts, child);
      writer.tag(fieldNo, WireType.EndGroup);
    };
  }
  return (writer, opts, child) => {
    writer.tag(fieldNo, WireType.LengthDelimited).fork();
    writeMessage(writer, opts, child);
    writer.join();
  };
}
function writeTypeOfScalar(type2) {
  switch (type2) {
    case ScalarType.BYTES:
    case ScalarType.STRING:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
    case ScalarType.FLOAT:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

// packages/backend-tfjs/src/tf-graph/proto/tensorflow-pb.ts
var file_tensorflow = /* @__PURE__ */ fileDesc("ChB0ZW5zb3JmbG93LnByb3RvEgp0ZW5zb3JmbG93Il8KClNhdmVkTW9kZWwSIgoac2F2ZWRfbW9kZWxfc2NoZW1hX3ZlcnNpb24YASABKAMSLQoLbWV0YV9ncmFwaHMYAiADKAsyGC50ZW5zb3JmbG93Lk1ldGFHcmFwaERlZiKRAQoMTWV0YUdyYXBoRGVmEjsKDW1ldGFfaW5mb19kZWYYASABKAsyJC50ZW5zb3JmbG93Lk1ldGFHcmFwaERlZi5NZXRhSW5mb0RlZhInCglncmFwaF9kZWYYAiABKAsyFC50ZW5zb3JmbG93LkdyYXBoRGVmGhsKC01ldGFJbmZvRGVmEgwKBHRhZ3MYBCADKAkiVwoIR3JhcGhEZWYSIQoEbm9kZRgBIAMoCzITLnRlbnNvcmZsb3cuTm9kZURlZhIoCgh2ZXJzaW9ucxgEIAEoCzIWLnRlbnNvcmZsb3cuVmVyc2lvbkRlZiI0CgpWZXJzaW9uRGVmEhAKCHByb2R1Y2VyGAEgASgFEhQKDG1pbl9jb25zdW1lchgCIAEoBSKzAQoHTm9kZURlZhIMCgRuYW1lGAEgASgJEgoKAm9wGAIgASgJEg0KBWlucHV0GAMgAygJEg4KBmRldmljZRgEIAEoCRIrCgRhdHRyGAUgAygLMh0udGVuc29yZmxvdy5Ob2RlRGVmLkF0dHJFbnRyeRpCCglBdHRyRW50cnkSCwoDa2V5GAEgASgJEiQKBXZhbHVlGAIgASgLMhUudGVuc29yZmxvdy5BdHRyVmFsdWU6AjgBIsgCCglBdHRyVmFsdWUSLwoEbGlzdBgBIAEoCzIfLnRlbnNvcmZsb3cuQXR0clZhbHVlLkxpc3RWYWx1ZUgAEgsKAXMYAiABKAxIABILCgFpGAMgASgDSAASCwoBZhgEIAEoAkgAEgsKAWIYBSABKAhIABIkCgR0eXBlGAYgASgOMhQudGVuc29yZmxvdy5EYXRhVHlwZUgAEi0KBXNoYXBlGAcgASgLMhwudGVuc29yZmxvdy5UZW5zb3JTaGFwZVByb3RvSAASKQoGdGVuc29yGAggASgLMhcudGVuc29yZmxvdy5UZW5zb3JQcm90b0gAGk0KCUxpc3RWYWx1ZRIJCgFzGAIgAygMEg0KAWkYAyADKANCAhABEiYKBHR5cGUYBiADKA4yFC50ZW5zb3JmbG93LkRhdGFUeXBlQgIQAUIHCgV2YWx1ZSJWChBUZW5zb3JTaGFwZVByb3RvEi0KA2RpbRgCIAMoCzIgLnRlbnNvcmZsb3cuVGVuc29yU2hhcGVQcm90by5EaW0aEwoDRGltEgwKBHNpemUYASABKAMifgoLVGVuc29yUHJvdG8SIwoFZHR5cGUYASABKA4yFC50ZW5zb3JmbG93LkRhdGFUeXBlEjIKDHRlbnNvcl9zaGFwZRgCIAEoCzIcLnRlbnNvcmZsb3cuVGVuc29yU2hhcGVQcm90bxIWCg50ZW5zb3JfY29udGVudBgEIAEoDCpiCghEYXRhVHlwZRIOCgpEVF9JTlZBTElEEAASDAoIRFRfRkxPQVQQARIMCghEVF9JTlQzMhADEgwKCERUX1VJTlQ4EAQSCwoHRFRfQk9PTBAKEg8KC0RUX1JFU09VUkNFEBRiBnByb3RvMw");
var SavedModelSchema = /* @__PURE__ */ messageDesc(file_tensorflow, 0);
var DataType = {
  /**
   * @generated from enum value: DT_INVALID = 0;
   */
  DT_INVALID: 0,
  /**
   * @generated from enum value: DT_FLOAT = 1;
   */
  DT_FLOAT: 1,
  /**
   * @generated from enum value: DT_INT32 = 3;
   */
  DT_INT32: 3,
  /**
   * @generated from enum value: DT_UINT8 = 4;
   */
  DT_UINT8: 4,
  /**
   * @generated from enum value: DT_BOOL = 10;
   */
  DT_BOOL: 10,
  /**
   * @generated from enum value: DT_RESOURCE = 20;
   */
  DT_RESOURCE: 20
};

// packages/backend-tfjs/src/tf-graph/attrs.ts
var TYPES = {
  float32: DataType.DT_FLOAT,
  int32: DataType.DT_INT32,
  uint8: DataType.DT_UINT8,
  bool: DataType.DT_BOOL
};
function dataType(dtype) {
  return TYPES[dtype];
}
function type(dtype) {
  return { value: { case: "type", value: TYPES[dtype] } };
}
function int(n) {
  return { value: { case: "i", value: BigInt(n) } };
}
function ints(numbers) {
  return { value: { case: "list", value: { i: numbers.map(BigInt) } } };
}
function bool(value) {
  return { value: { case: "b", value } };
}
function text(value) {
  return { value: { case: "s", value: new TextEncoder().encode(value) } };
}
function shape(sizes) {
  return { value: { case: "shape", value: { dim: sizes.map((n) => ({ size: BigInt(n) })) } } };
}

// packages/backend-tfjs/src/tf-graph/writer.ts
function createWriter() {
  const nodes = [];
  const known = /* @__PURE__ */ new Map();
  const node2 = (op, inputs, attrs, { name, after = [] } = {}) => {
    const all = [...inputs, ...after.map((n) => `^${n}`)];
    const key2 = name === void 0 && op !== "Const" ? JSON.stringify([op, all, attrs], exact) : null;
    const same = key2 === null ? void 0 : known.get(key2);
    if (same !== void 0) return same;
    const own = name ?? `${op}_${nodes.length}`;
    nodes.push({ name: own, op, input: all, attr: attrs });
    if (key2 !== null) known.set(key2, own);
    return own;
  };
  const writer = {
    nodes,
    node: node2,
    op(op, inputs, attrs, { dtype, shape: shape2 }, options) {
      return {
        name: node2(
          op,
          inputs.map((x2) => x2.name),
          attrs,
          options
        ),
        dtype,
        shape: shape2
      };
    },
    constant({ dtype, shape: shape2, data }) {
      const own = dtype === "float64" ? "float32" : dtype;
      const bytes = dtype === "float64" ? Float32Array.from(data) : data;
      const key2 = data.length > 16 ? null : `Const ${own} [${shape2.join()}] ${Array.from(data, exactNumber2).join()}`;
      const name = (key2 === null ? void 0 : known.get(key2)) ?? constantNode(own, shape2, bytes);
      if (key2 !== null) known.set(key2, name);
      return { name, dtype: own, shape: shape2 };
    },
    ints: (values) => writer.constant({ dtype: "int32", shape: [values.length], data: Int32Array.from(values) }),
    scalar(value, dtype) {
      const data = dtype === "float32" ? Float32Array.of(value) : bytesOf2(value, dtype);
      return writer.constant({ dtype, shape: [], data });
    },
    reshape(x2, shape2) {
      if (sameShape(x2.shape, shape2)) return x2;
      const attrs = { T: type(x2.dtype), Tshape: type("int32") };
      return writer.op("Reshape", [x2, writer.ints(shape2)], attrs, { dtype: x2.dtype, shape: shape2 });
    },
    cast(x2, dtype) {
      if (x2.dtype === dtype) return x2;
      return writer.op("Cast", [x2], { SrcT: type(x2.dtype), DstT: type(dtype) }, { dtype, shape: x2.shape });
    }
  };
  return writer;
  function constantNode(dtype, shape2, data) {
    const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const tensor2 = {
      dtype: dataType(dtype),
      tensorShape: { dim: shape2.map((n) => ({ size: BigInt(n) })) },
      tensorContent: content.slice()
    };
    const value = { value: { case: "tensor", value: tensor2 } };
    return node2("Const", [], { dtype: type(dtype), value });
  }
}
function bytesOf2(value, dtype) {
  return dtype === "int32" ? Int32Array.of(value) : Uint8Array.of(value);
}
function savedModelBytes(nodes, tag) {
  const model = create(SavedModelSchema, {
    savedModelSchemaVersion: 1n,
    metaGraphs: [
      {
        metaInfoDef: { tags: [tag] },
        // The graph version of TensorFlow 2.x at large; ops behave by it.
        graphDef: { node: [...nodes], versions: { producer: 1087, minConsumer: 12 } }
      }
    ]
  });
  return toBinary(SavedModelSchema, model);
}
function exact(_, value) {
  return typeof value === "bigint" ? `${value}n` : value;
}
function exactNumber2(v) {
  return Object.is(v, -0) ? "-0" : String(v);
}
function typeAndShape(dtype, shape2) {
  return { dtype: type(dtype), shape: shape(shape2) };
}

// packages/backend-tfjs/src/tf-graph/session.ts
var TAG = "descent";
function openSession(binding2, nodes, device) {
  const folder = mkdtempSync(join(tmpdir(), "descent-tensorflow-"));
  let id;
  try {
    writeFileSync(
      join(folder, "saved_model.pb"),
      savedModelBytes(device === void 0 ? nodes : nodes.map((n) => ({ ...n, device })), TAG)
    );
    id = guarded(() => binding2.loadSavedModel(folder, TAG));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const list = (names2) => [...names2].map((name) => `${name}:0`).join();
  return {
    run: (fetches, feeds) => guarded(() => binding2.runSavedModel(id, [...feeds.values()], list(feeds.keys()), list(fetches))).map((t) => t.id),
    dispose: () => binding2.deleteSavedModel(id)
  };
}
function guarded(call) {
  try {
    return call();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError("TensorFlow refused a graph", { received: message.slice(0, 2e3), cause });
  }
}

// packages/backend-tfjs/src/tf-graph/state.ts
function createState(values, owner, onDispose) {
  const alive = lifetime("the state", owner);
  const held = { alive, now: /* @__PURE__ */ new Map(), before: void 0 };
  const state = {
    async read(names2 = [...held.now.keys()]) {
      alive.check();
      return Object.fromEntries(names2.map((name) => [name, values.read(find(held.now, name))]));
    },
    async write(entries) {
      alive.check();
      forget(held, values);
      for (const [name, array] of Object.entries(entries)) {
        const old = held.now.get(name);
        held.now.set(name, values.fromArray(array));
        if (old !== void 0) values.drop(old);
      }
    },
    rollback() {
      alive.check();
      const { before } = held;
      if (before === void 0) return false;
      for (const [name, value] of before) {
        values.drop(held.now.get(name));
        held.now.set(name, value);
      }
      held.before = void 0;
      return true;
    },
    dispose() {
      alive.end();
      forget(held, values);
      for (const value of held.now.values()) values.drop(value);
      held.now.clear();
      onDispose(state);
    }
  };
  return { state, held };
}
function forget(held, values) {
  for (const value of held.before?.values() ?? []) values.drop(value);
  held.before = void 0;
}
function replace(held, values, written, keep) {
  const before = /* @__PURE__ */ new Map();
  for (const [name, value] of written) {
    before.set(name, held.now.get(name));
    held.now.set(name, value);
  }
  if (keep) held.before = before;
  else for (const value of before.values()) values.drop(value);
}
function find(entries, name) {
  const entry2 = entries.get(name);
  if (entry2 !== void 0) return entry2;
  throw new BackendError(`the state has no entry '${name}'`, {
    received: name,
    expected: [...entries.keys()].join(", ") || "nothing: it is empty"
  });
}

// packages/backend-tfjs/src/tf-graph/ops/types.ts
function at(inputs, i) {
  return inputs[i];
}
function typed(x2) {
  return { T: type(x2.dtype) };
}
function plain(op) {
  return (g, { inputs, output }) => g.op(op, inputs, typed(at(inputs, 0)), output);
}
function result(x2, shape2) {
  return { dtype: x2.dtype, shape: shape2 };
}

// packages/backend-tfjs/src/tf-graph/ops/shape.ts
var shapeOps = {
  Transpose(g, { inputs, attrs, output }) {
    const x2 = at(inputs, 0);
    const { perm } = attrs;
    return g.op("Transpose", [x2, g.ints(perm)], { ...typed(x2), Tperm: type("int32") }, output);
  },
  PadV2(g, { inputs, attrs }) {
    const { paddings, constantValue } = attrs;
    return padded2(g, at(inputs, 0), paddings, constantValue);
  },
  Slice(g, { inputs, attrs }) {
    const { begin, size } = attrs;
    return sliced2(g, at(inputs, 0), begin, size);
  },
  Reverse(g, { inputs, attrs, output }) {
    const x2 = at(inputs, 0);
    const { dims } = attrs;
    return g.op("ReverseV2", [x2, g.ints(dims)], { ...typed(x2), Tidx: type("int32") }, output);
  },
  Tile(g, { inputs, attrs, output }) {
    const x2 = at(inputs, 0);
    const { reps } = attrs;
    return g.op("Tile", [x2, g.ints(reps)], { ...typed(x2), Tmultiples: type("int32") }, output);
  },
  Fill(g, { attrs, output }) {
    const { value } = attrs;
    const types = { T: type(output.dtype), index_type: type("int32") };
    return g.op("Fill", [g.ints(output.shape), g.scalar(value, output.dtype)], types, output);
  },
  Concat(g, { inputs, attrs, output }) {
    const { axis } = attrs;
    const parts = inputs.filter((x2) => numel(x2.shape) > 0);
    const types = { ...typed(at(inputs, 0)), N: int(parts.length), Tidx: type("int32") };
    return parts.length === 1 ? g.reshape(at(parts, 0), output.shape) : g.op("ConcatV2", [...parts, g.scalar(axis, "int32")], types, output);
  }
};
function padded2(g, x2, paddings, value) {
  const sides = g.reshape(g.ints(paddings.flat()), [paddings.length, 2]);
  const shape2 = x2.shape.map((n, i) => n + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
  const types = { ...typed(x2), Tpaddings: type("int32") };
  return g.op("PadV2", [x2, sides, g.scalar(value, x2.dtype)], types, result(x2, shape2));
}
function sliced2(g, x2, begin, size) {
  return g.op("Slice", [x2, g.ints(begin), g.ints(size)], { ...typed(x2), Index: type("int32") }, result(x2, size));
}

// packages/backend-tfjs/src/tf-graph/ops/conv.ts
function spatial([h, w]) {
  return [1, h, w, 1];
}
function windowAttrs({ strides: strides2, pad }) {
  return {
    strides: ints(spatial(strides2)),
    data_format: text("NHWC"),
    ...pad === "valid" ? { padding: text("VALID") } : { padding: text("EXPLICIT"), explicit_paddings: ints(pad.flat()) }
  };
}
var convOps = {
  Conv2D(g, { inputs, attrs, output }) {
    const { dilations, ...window } = attrs;
    const [x2] = inputs;
    return g.op("Conv2D", inputs, { ...typed(x2), ...windowAttrs(window), dilations: ints(spatial(dilations)) }, output);
  },
  FusedConv2D(g, { inputs, attrs, output }) {
    const [x2, filter, bias] = inputs;
    const { dilations, ...window } = attrs;
    const options = { ...typed(x2), ...windowAttrs(window), dilations: ints(spatial(dilations)) };
    return g.op("BiasAdd", [g.op("Conv2D", [x2, filter], options, output), bias], typed(x2), output);
  },
  Conv2DBackpropInput(g, { inputs, attrs, output }) {
    let [dy, filter] = inputs;
    if (filter.shape[2] === 1 && filter.shape[3] === 1) [dy, filter] = [withZeros(g, dy), withZeros(g, filter)];
    const operands2 = [g.ints(output.shape), filter, dy];
    return g.op("Conv2DBackpropInput", operands2, { ...typed(dy), ...windowAttrs(attrs) }, output);
  },
  Conv2DBackpropFilter(g, { inputs, attrs, output }) {
    const [x2, dy] = inputs;
    const operands2 = [x2, g.ints(output.shape), dy];
    return g.op("Conv2DBackpropFilter", operands2, { ...typed(x2), ...windowAttrs(attrs) }, output);
  },
  DepthwiseConv2dNative(g, { inputs, attrs, output }) {
    const [x2, filter] = inputs;
    const { strides: strides2, dilations, pad } = attrs;
    const wide = dilated2(g, filter, dilations);
    const equal2 = strides2[0] === strides2[1];
    const options = { ...typed(x2), ...windowAttrs({ pad, strides: equal2 ? strides2 : [1, 1] }) };
    if (equal2) return g.op("DepthwiseConv2dNative", [x2, wide], options, output);
    const [batch, , , channels] = output.shape;
    const size = [0, 1].map((i) => {
      const [before, after] = pad === "valid" ? [0, 0] : pad[i + 1];
      return x2.shape[i + 1] + before + after - wide.shape[i] + 1;
    });
    const every = g.op("DepthwiseConv2dNative", [x2, wide], options, result(x2, [batch, ...size, channels]));
    const operands2 = [every, g.ints([0, 0, 0, 0]), g.ints(every.shape), g.ints(spatial(strides2))];
    return g.op("StridedSlice", operands2, { ...typed(x2), Index: type("int32") }, output);
  },
  MaxPool: (g, { inputs, attrs, output }) => {
    const [x2] = inputs;
    return g.op("MaxPool", [x2], { ...typed(x2), ...poolAttrs3(attrs) }, output);
  },
  MaxPoolGrad(g, { inputs, attrs, output }) {
    const [dy, x2, y2] = inputs;
    return g.op("MaxPoolGrad", [x2, y2, dy], { ...typed(x2), ...poolAttrs3(attrs) }, output);
  },
  AvgPool(g, { inputs, attrs, output }) {
    const { filterSize, strides: strides2, pad } = attrs;
    const [x2] = inputs;
    if (pad === "valid") return g.op("AvgPool", [x2], { ...typed(x2), ...poolAttrs3(attrs) }, output);
    const wide = padded2(g, x2, pad, 0);
    const options = poolAttrs3({ filterSize, strides: strides2, pad: "valid" });
    const mean2 = g.op("AvgPool", [wide], { ...typed(x2), ...options }, output);
    const [, rows, columns] = output.shape;
    const counts = (n, i) => Array.from({ length: n }, (_, k) => {
      const start = k * strides2[i] - pad[i + 1][0];
      return Math.min(start + filterSize[i], x2.shape[i + 1]) - Math.max(start, 0);
    });
    const across = counts(columns, 1);
    const window = filterSize[0] * filterSize[1];
    const data = Float32Array.from(counts(rows, 0).flatMap((h) => across.map((w) => window / (h * w))));
    const scale = g.constant({ dtype: "float32", shape: [1, rows, columns, 1], data });
    return g.op("Mul", [mean2, scale], typed(x2), output);
  },
  AvgPoolGrad(g, { inputs, attrs, output }) {
    const dy = at(inputs, 0);
    return g.op("AvgPoolGrad", [g.ints(output.shape), dy], { ...typed(dy), ...poolAttrs3(attrs) }, output);
  }
};
function poolAttrs3(attrs) {
  const { filterSize, ...window } = attrs;
  return { ...windowAttrs(window), ksize: ints(spatial(filterSize)) };
}
function withZeros(g, x2) {
  return padded2(g, x2, [...x2.shape.slice(1).map(() => [0, 0]), [0, 1]], 0);
}
function dilated2(g, filter, [dh, dw]) {
  if (dh === 1 && dw === 1) return filter;
  const [kh, kw, channels, multiplier] = filter.shape;
  const rows = spread2(g, g.reshape(filter, [1, kh, kw * channels * multiplier]), dh);
  const columns = spread2(g, g.reshape(rows, [(kh - 1) * dh + 1, kw, channels * multiplier]), dw);
  return g.reshape(columns, [(kh - 1) * dh + 1, (kw - 1) * dw + 1, channels, multiplier]);
}
function spread2(g, x2, step) {
  const [outer, n, inner] = x2.shape;
  const gaps = [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0]
  ];
  const wide = padded2(g, g.reshape(x2, [outer, n, 1, inner]), gaps, 0);
  return sliced2(g, g.reshape(wide, [outer, n * step, inner]), [0, 0, 0], [outer, (n - 1) * step + 1, inner]);
}

// packages/backend-tfjs/src/tf-graph/ops/elementwise.ts
var logical = (op) => (g, { inputs, output }) => g.op(op, inputs, {}, output);
var elementwiseOps = {
  Abs: plain("Abs"),
  Cos: plain("Cos"),
  Erf: plain("Erf"),
  Exp: plain("Exp"),
  Floor: plain("Floor"),
  Log: plain("Log"),
  Neg: plain("Neg"),
  Relu: plain("Relu"),
  Sigmoid: plain("Sigmoid"),
  Sign: plain("Sign"),
  Sin: plain("Sin"),
  Sqrt: plain("Sqrt"),
  Tanh: plain("Tanh"),
  Add: (g, call) => biasAdd(g, call) ?? plain("AddV2")(g, call),
  Sub: plain("Sub"),
  Multiply: (g, call) => reluGrad(g, call, 0, 1) ?? reluGrad(g, call, 1, 0) ?? plain("Mul")(g, call),
  RealDiv: (g, call) => plain(call.output.dtype === "int32" ? "TruncateDiv" : "RealDiv")(g, call),
  Pow: plain("Pow"),
  Mod: plain("FloorMod"),
  Maximum: plain("Maximum"),
  Minimum: plain("Minimum"),
  Equal: plain("Equal"),
  NotEqual: plain("NotEqual"),
  Greater: plain("Greater"),
  GreaterEqual: plain("GreaterEqual"),
  Less: plain("Less"),
  LessEqual: plain("LessEqual"),
  LogicalAnd: logical("LogicalAnd"),
  LogicalOr: logical("LogicalOr"),
  LogicalNot: logical("LogicalNot"),
  Step: (g, { inputs, output }) => g.cast(positive(g, at(inputs, 0)), output.dtype),
  Cast: (g, { inputs, output }) => g.cast(at(inputs, 0), output.dtype),
  Select: (g, { inputs, output }) => g.op("SelectV2", inputs, { T: type(output.dtype) }, output)
};
function positive(g, x2) {
  return g.op("Greater", [x2, g.scalar(0, x2.dtype)], typed(x2), { dtype: "bool", shape: x2.shape });
}
function reluGrad(g, { inputs, views, output, producer, tensor: tensor2 }, dy, step) {
  const view = views[step];
  const source = view === void 0 ? void 0 : producer(view);
  const [x2] = source?.inputs ?? [];
  const grad = at(inputs, dy);
  if (source?.kernel !== "Step" || x2 === void 0 || view === void 0) return null;
  if (!sameShape(grad.shape, output.shape) || !sameShape(view.shape, output.shape)) return null;
  return g.op("ReluGrad", [grad, g.reshape(tensor2(x2), output.shape)], typed(grad), output);
}
function biasAdd(g, { inputs, output }) {
  const [columns] = output.shape.slice(-1);
  if (output.shape.length !== 2 || output.dtype !== "float32" || columns === void 0) return null;
  for (const [x2, y2] of [inputs, [...inputs].reverse()]) {
    if (!sameShape(x2.shape, output.shape) || !sameShape(y2.shape, [1, columns])) continue;
    if (output.shape[0] === 1) return null;
    return g.op("BiasAdd", [x2, g.reshape(y2, [columns])], typed(x2), output);
  }
  return null;
}

// packages/backend-tfjs/src/tf-graph/ops/products.ts
var productOps = {
  BatchMatMul(g, { inputs, attrs, output }) {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const { transposeA, transposeB } = attrs;
    if (a.shape.length === 2 && b.shape.length === 2) {
      return g.op(
        "MatMul",
        [a, b],
        { ...typed(a), transpose_a: bool(transposeA), transpose_b: bool(transposeB) },
        output
      );
    }
    return g.op("BatchMatMulV2", [a, b], { ...typed(a), adj_x: bool(transposeA), adj_y: bool(transposeB) }, output);
  },
  GatherV2(g, { inputs, attrs, output }) {
    const [x2, indices] = [at(inputs, 0), at(inputs, 1)];
    const { axis } = attrs;
    const types = { Tparams: type(x2.dtype), Tindices: type("int32"), Taxis: type("int32"), batch_dims: int(0) };
    return g.op("GatherV2", [x2, indices, g.scalar(axis, "int32")], types, { dtype: x2.dtype, shape: output.shape });
  },
  UnsortedSegmentSum(g, { inputs, attrs, output }) {
    const [x2, ids] = [at(inputs, 0), at(inputs, 1)];
    const { numSegments } = attrs;
    const types = { ...typed(x2), Tindices: type("int32"), Tnumsegments: type("int32") };
    return g.op("UnsortedSegmentSum", [x2, ids, g.scalar(numSegments, "int32")], types, output);
  },
  OneHot(g, { inputs, attrs, output }) {
    const { depth, onValue, offValue } = attrs;
    const types = { T: type(output.dtype), TI: type("int32"), axis: int(-1) };
    const scalars = [g.scalar(depth, "int32"), g.scalar(onValue, output.dtype), g.scalar(offValue, output.dtype)];
    return g.op("OneHot", [at(inputs, 0), ...scalars], types, output);
  }
};

// packages/backend-tfjs/src/tf-graph/ops/reduce.ts
var reduction = (op) => (g, { inputs, attrs, output }) => {
  const { axis, reductionIndices } = attrs;
  return reduce(g, op, at(inputs, 0), axis ?? reductionIndices ?? [], output);
};
function reduce(g, op, x2, axes, output) {
  return g.op(
    op,
    [x2, g.ints(axes)],
    { ...typed(x2), Tidx: type("int32") },
    {
      dtype: x2.dtype,
      shape: output.shape
    }
  );
}
var reduceOps = {
  Sum: reduction("Sum"),
  Mean: reduction("Mean"),
  Max: reduction("Max"),
  Min: reduction("Min"),
  Softmax: plain("Softmax"),
  ArgMax(g, { inputs, attrs, output }) {
    const x2 = at(inputs, 0);
    const { axis } = attrs;
    const types = { ...typed(x2), Tidx: type("int32"), output_type: type("int32") };
    return g.op("ArgMax", [x2, g.scalar(axis, "int32")], types, output);
  }
};

// packages/backend-tfjs/src/tf-graph/translate.ts
var TRANSLATIONS = {
  ...elementwiseOps,
  ...reduceOps,
  ...shapeOps,
  ...productOps,
  ...convOps
};
function translate(list, program, residence) {
  const g = createWriter();
  const types = new Map([...programInputs(program)].map(([name, n]) => [name, n.type.dtype]));
  const slots = /* @__PURE__ */ new Map();
  const producers = /* @__PURE__ */ new Map();
  const feeds = /* @__PURE__ */ new Map();
  const variables = /* @__PURE__ */ new Map();
  const reads = [];
  const inVariables = new Set(residence === "device" ? program.reads : []);
  for (const [slot, array] of list.constants) slots.set(slot, g.constant(array));
  for (const [name, { slot, shape: shape2 }] of list.inputs) {
    const own = { dtype: types.get(name), shape: shape2 };
    const index = feeds.size + variables.size;
    if (inVariables.has(name)) {
      const { value, variable } = addVariable(g, `var${index}`, own);
      variables.set(name, variable);
      reads.push(value.name);
      slots.set(slot, value);
    } else if (!list.unread.has(slot)) {
      const node2 = `in${index}`;
      feeds.set(name, node2);
      slots.set(slot, placeholder(g, node2, own, residence));
    }
  }
  const tensor2 = (view) => g.reshape(g.cast(slots.get(view.slot), view.dtype), view.shape);
  const moved = (view) => g.reshape(slots.get(view.slot), view.shape);
  const producer = (view) => producers.get(view.slot);
  for (const i of [...list.setup, ...list.steps]) {
    const translation = TRANSLATIONS[i.kernel];
    if (translation === void 0) {
      throw new BackendError(`the TensorFlow graph has no translation for the kernel ${i.kernel}`, {
        fix: "this is a bug in @descent/backend-tfjs: please report it"
      });
    }
    const views = i.kernel === "AvgPoolGrad" ? i.inputs.slice(0, 1) : i.inputs;
    const inputs = views.map(i.kernel === "GatherV2" ? moved : tensor2);
    slots.set(
      i.output.slot,
      translation(g, { inputs, views: i.inputs, attrs: i.attrs, output: i.output, producer, tensor: tensor2 })
    );
    producers.set(i.output.slot, i);
  }
  const results = /* @__PURE__ */ new Map();
  const writes = new Set(program.writes);
  const assigned = [];
  for (const [name, { slot, type: own }] of list.outputs) {
    const value = g.reshape(slots.get(slot), own.shape);
    const variable = writes.has(name) ? variables.get(name) : void 0;
    if (variable === void 0) results.set(name, g.cast(value, fetchedAs(own.dtype, writes.has(name))));
    else {
      const options = { name: `write${assigned.length}`, after: reads };
      const stored = g.cast(value, own.dtype);
      assigned.push(g.node("AssignVariableOp", [variable.handle, stored.name], { dtype: type(own.dtype) }, options));
    }
  }
  const fetches = /* @__PURE__ */ new Map();
  for (const [name, x2] of results) {
    const node2 = `out${fetches.size}`;
    g.op("Identity", [x2], { T: type(x2.dtype) }, x2, { name: node2, after: assigned });
    fetches.set(name, node2);
  }
  const nothing = g.scalar(0, "int32");
  const done = g.op("Identity", [nothing], { T: type("int32") }, nothing, { name: "done", after: assigned }).name;
  return { nodes: g.nodes, feeds, fetches, variables, done };
}
function fetchedAs(dtype, stays) {
  return dtype === "uint8" && !stays ? "int32" : dtype;
}
function wordsOf({ dtype, shape: shape2 }) {
  const size = numel(shape2);
  return dtype === "float32" || dtype === "int32" ? size : Math.ceil(size / 4);
}
function placeholder(g, name, own, residence) {
  if (residence === "host") return g.op("Placeholder", [], typeAndShape(own.dtype, own.shape), own, { name });
  const words = { dtype: "int32", shape: [wordsOf(own)] };
  const fed = g.op("Placeholder", [], typeAndShape("int32", words.shape), words, { name });
  if (own.dtype === "int32") return g.reshape(fed, own.shape);
  const to = own.dtype === "float32" ? "float32" : "uint8";
  const bits2 = { dtype: to, shape: to === "float32" ? words.shape : [...words.shape, 4] };
  const cast2 = g.op("Bitcast", [fed], { T: type("int32"), type: type(to) }, bits2);
  if (to === "float32") return g.reshape(cast2, own.shape);
  const flat = g.reshape(cast2, [4 * wordsOf(own)]);
  const size = [numel(own.shape)];
  const sizes = { T: type("uint8"), Index: type("int32") };
  const bytes = g.op("Slice", [flat, g.ints([0]), g.ints(size)], sizes, { dtype: "uint8", shape: size });
  return g.reshape(g.cast(bytes, own.dtype), own.shape);
}
function addVariable(g, name, own) {
  const { dtype, shape: shape2 } = own;
  const handle = g.node("VarHandleOp", [], { ...typeAndShape(dtype, shape2), shared_name: text(name) }, { name });
  const read = (as) => g.op("ReadVariableOp", [{ ...own, name: handle }], { dtype: type(dtype) }, own, { name: as });
  const given = placeholder(g, `${name}_feed`, own, "device");
  const copy = g.op("DeepCopy", [given], { T: type(dtype) }, given);
  const stored = g.node("AssignVariableOp", [handle, copy.name], { dtype: type(dtype) }, { name: `${name}_assign` });
  const nothing = g.scalar(0, "int32");
  const set = g.op("Identity", [nothing], { T: type("int32") }, nothing, { name: `${name}_set`, after: [stored] }).name;
  const out = g.cast(read(`${name}_peek`), fetchedAs(dtype, false));
  const get = g.op("Identity", [out], { T: type(out.dtype) }, out, { name: `${name}_get` }).name;
  return { value: read(`${name}_read`), variable: { handle, feed: `${name}_feed`, set, get, type: own } };
}

// packages/backend-tfjs/src/tf-graph/tensors.ts
function upload(binding2, array, residence, copy) {
  const { shape: shape2 } = array;
  const dtype = array.dtype === "float64" ? "float32" : array.dtype;
  if (residence === "device") {
    const words = wordsOf({ dtype, shape: shape2 });
    return binding2.createTensor([words], binding2.TF_INT32, asWords(array, words));
  }
  const data = array.dtype === "float64" ? Float32Array.from(array.data) : copy ? array.data.slice() : array.data;
  return binding2.createTensor(shape2, typeNumber(binding2, dtype), data);
}
function asWords({ dtype, data }, words) {
  const out = new Int32Array(words);
  if (dtype === "float64") new Float32Array(out.buffer).set(data);
  else new Uint8Array(out.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return out;
}
function download(binding2, id, { dtype, shape: shape2 }) {
  const values = binding2.tensorDataSync(id);
  if (dtype !== "uint8") return { dtype, shape: shape2, data: values };
  const data = allocate(dtype, numel(shape2));
  data.set(values);
  return { dtype, shape: shape2, data };
}
function downloadKept(binding2, id, type2) {
  if (type2.dtype !== "uint8") return download(binding2, id, type2);
  const attr = (name, value) => ({
    name,
    type: binding2.TF_ATTR_TYPE,
    value
  });
  const attrs = [attr("SrcT", binding2.TF_UINT8), attr("DstT", binding2.TF_INT32)];
  const [wide] = binding2.executeOp("Cast", attrs, [id], 1);
  const fetched = wide?.id;
  try {
    return download(binding2, fetched, type2);
  } finally {
    binding2.deleteTensor(fetched);
  }
}
function typeNumber(binding2, dtype) {
  switch (dtype) {
    case "float32":
      return binding2.TF_FLOAT;
    case "int32":
      return binding2.TF_INT32;
    case "uint8":
      return binding2.TF_UINT8;
    case "bool":
      return binding2.TF_BOOL;
  }
}

// packages/backend-tfjs/src/tf-graph/traits.ts
var TRAITS = {
  matmulTransposes: "kernel",
  convGradients: "kernel",
  scatter: "UnsortedSegmentSum",
  intDivision: "kernel",
  floatCasts: "kernel",
  poolTies: "first"
};

// packages/backend-tfjs/src/tf-graph/executable.ts
var MOST_SESSIONS = 4;
function createExecutable(program, host) {
  checkProgram(program);
  const { binding: binding2, residence, values } = host;
  const graph2 = optimize(program.graph, (name) => name in lowerings);
  const alive = lifetime("the executable", host.owner);
  const inputs = programInputs(program);
  const fed = new Map([...inputs].filter(([name]) => !program.reads.includes(name)));
  const read = new Map([...inputs].filter(([name]) => program.reads.includes(name)));
  const writes = new Set(program.writes);
  const sessions = createSessions(graph2, program, host);
  if (!isDynamicGraph(graph2)) sessions.get(0);
  const step = (feeds, held, first) => {
    const entries = /* @__PURE__ */ new Map();
    for (const [name, n] of read) entries.set(name, entryOf(held, name, n));
    const { list, loaded } = sessions.get(batchSize(fed, feeds));
    if (first && held !== void 0 && writes.size > 0) forget(held, values);
    if (residence === "device") values.place(loaded, entries);
    const tensors = /* @__PURE__ */ new Map();
    const owned = [];
    for (const [name, node2] of loaded.graph.feeds) {
      const value = entries.get(name);
      if (value !== void 0) tensors.set(node2, values.hostTensor(value));
      else {
        const id = upload(binding2, feeds[name], residence, writes.size > 0);
        owned.push(id);
        tensors.set(node2, id);
      }
    }
    const names2 = [...loaded.graph.fetches.keys()];
    const fetches = names2.length > 0 ? [...loaded.graph.fetches.values()] : [loaded.graph.done];
    let ids = [];
    try {
      ids = loaded.session.run(fetches, tensors);
    } finally {
      for (const id of owned) binding2.deleteTensor(id);
    }
    if (names2.length === 0) for (const id of ids) binding2.deleteTensor(id);
    const results = {};
    const written = /* @__PURE__ */ new Map();
    for (const [i, name] of names2.entries()) {
      const id = ids[i];
      const type2 = list.outputs.get(name)?.type;
      if (writes.has(name)) written.set(name, values.fromTensor(id, type2));
      else {
        results[name] = download(binding2, id, type2);
        binding2.deleteTensor(id);
      }
    }
    if (residence === "device") {
      for (const name of loaded.graph.variables.keys()) {
        if (writes.has(name))
          written.set(name, values.inVariable(loaded, name, list.outputs.get(name)?.type));
      }
    }
    if (held !== void 0 && writes.size > 0) replace(held, values, written, first && residence === "host");
    return results;
  };
  const stateOf = (state) => program.reads.length === 0 ? void 0 : host.heldBy(state);
  const executable = {
    async run(feeds, state) {
      alive.check();
      checkNoExtraFeeds(feeds, fed);
      for (const [name, n] of fed) checkFeed(name, feeds[name], n);
      return step(feeds, stateOf(state), true);
    },
    async runSteps(steps, feeds, state) {
      alive.check();
      checkSteps(steps, feeds, fed);
      const held = stateOf(state);
      const results = Array.from({ length: steps }, (_, i) => step(sliced3(feeds, i), held, i === 0));
      const [start] = results;
      return Object.fromEntries(
        Object.keys(start).map((name) => [name, stack(results.map((r) => r[name]))])
      );
    },
    describe: () => printNodes(sessions.latest()),
    dispose() {
      alive.end();
      sessions.dispose();
      host.ended(executable);
    }
  };
  return executable;
}
function sliced3(feeds, i) {
  return Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, entry(array, i)]));
}
function entryOf(held, name, n) {
  const found = held?.now.get(name);
  checkFeed(name, found === void 0 ? void 0 : { ...found.type, data: new Uint8Array(0) }, n);
  return found;
}
function createSessions(graph2, program, { binding: binding2, residence, values }) {
  const compiled = /* @__PURE__ */ new Map();
  const close = ({ loaded }) => {
    values.evacuate(loaded);
    loaded.session.dispose();
  };
  const get = (batch) => {
    let found = compiled.get(batch);
    if (found === void 0) {
      const list = compileGraph(graph2, TRAITS, batch);
      const written = translate(list, { ...program, graph: graph2 }, residence);
      const session = openSession(binding2, written.nodes, residence === "host" ? "/device:CPU:0" : void 0);
      found = { list, loaded: { graph: written, session, held: /* @__PURE__ */ new Map() } };
    }
    compiled.delete(batch);
    compiled.set(batch, found);
    const [oldest] = compiled.keys();
    if (compiled.size > MOST_SESSIONS && oldest !== void 0) {
      close(compiled.get(oldest));
      compiled.delete(oldest);
    }
    return found;
  };
  return {
    get,
    latest: () => [...compiled.values()].at(-1)?.loaded.graph ?? translate(compileGraph(graph2, TRAITS, 1), { ...program, graph: graph2 }, residence),
    dispose() {
      for (const one2 of compiled.values()) close(one2);
      compiled.clear();
    }
  };
}
function isDynamicGraph(graph2) {
  return graph2.nodes.some((n) => isDynamic(n.type.shape));
}
function batchSize(fed, feeds) {
  let found;
  for (const [name, n] of fed) {
    if (!isDynamic(n.type.shape)) continue;
    const size = feeds[name]?.shape[n.type.shape.indexOf(DYNAMIC)];
    if (found !== void 0 && found.size !== size) {
      throw new BackendError("the inputs disagree about the size of the dynamic axis", {
        received: `${found.size} in '${found.name}', ${size} in '${name}'`,
        expected: "the same batch size in each"
      });
    }
    found = { name, size };
  }
  return found?.size ?? 0;
}

// packages/backend-tfjs/src/tf-graph/values.ts
function createValues(binding2, residence) {
  const nameIn = (program, value) => {
    for (const [name, held] of program.held) if (held === value) return name;
    throw new Error("unreachable: a value knows which program holds it");
  };
  const fetch = (value) => {
    const program = value.device;
    const variable = program.graph.variables.get(nameIn(program, value));
    return program.session.run([variable?.get], /* @__PURE__ */ new Map())[0];
  };
  const bringHome = (value) => {
    const id = fetch(value);
    try {
      const array = download(binding2, id, value.type);
      value.host = upload(binding2, array, residence, false);
      return value.host;
    } finally {
      binding2.deleteTensor(id);
    }
  };
  const onlyIn = (program, value) => value.live && value.host === void 0 && value.device === program;
  const overwritten = (program, name) => {
    const old = program.held.get(name);
    if (old === void 0) return;
    if (onlyIn(program, old)) bringHome(old);
    if (old.device === program) old.device = void 0;
    program.held.delete(name);
  };
  const values = {
    fromArray: (array) => ({
      type: { dtype: array.dtype === "float64" ? "float32" : array.dtype, shape: array.shape },
      host: upload(binding2, array, residence, true),
      device: void 0,
      live: true
    }),
    fromTensor: (id, type2) => ({ type: type2, host: id, device: void 0, live: true }),
    inVariable(program, name, type2) {
      const value = { type: type2, host: void 0, device: program, live: true };
      program.held.set(name, value);
      return value;
    },
    hostTensor: (value) => value.host ?? bringHome(value),
    read(value) {
      if (residence === "host") return downloadKept(binding2, values.hostTensor(value), value.type);
      if (value.device === void 0) return fromWords(binding2.tensorDataSync(value.host), value.type);
      const id = fetch(value);
      try {
        return download(binding2, id, value.type);
      } finally {
        binding2.deleteTensor(id);
      }
    },
    place(program, wanted) {
      const missing = [...wanted].filter(([name, value]) => program.held.get(name) !== value);
      if (missing.length === 0) return;
      const feeds = /* @__PURE__ */ new Map();
      const fetches = [];
      for (const [name, value] of missing) {
        const variable = program.graph.variables.get(name);
        if (variable === void 0) continue;
        overwritten(program, name);
        feeds.set(variable.feed, values.hostTensor(value));
        fetches.push(variable.set);
      }
      for (const id of program.session.run(fetches, feeds)) binding2.deleteTensor(id);
      for (const [name, value] of missing) {
        program.held.set(name, value);
        value.device = program;
      }
    },
    drop(value) {
      value.live = false;
      if (value.host !== void 0) binding2.deleteTensor(value.host);
      value.host = void 0;
      value.device = void 0;
    },
    evacuate(program) {
      for (const name of [...program.held.keys()]) overwritten(program, name);
    }
  };
  return values;
}
function fromWords(words, { dtype, shape: shape2 }) {
  const size = shape2.reduce((n, d) => n * d, 1);
  const { buffer } = words;
  if (dtype === "float32") return { dtype, shape: shape2, data: new Float32Array(buffer, 0, size) };
  if (dtype === "int32") return { dtype, shape: shape2, data: new Int32Array(buffer, 0, size) };
  return { dtype, shape: shape2, data: new Uint8Array(buffer, 0, size) };
}

// packages/backend-tfjs/src/tf-graph/backend.ts
function tensorFlowBackend(name, binding2, residence) {
  const alive = lifetime(`the backend ${name}`);
  const values = createValues(binding2, residence);
  const states = /* @__PURE__ */ new WeakMap();
  const executables = /* @__PURE__ */ new Set();
  const open = /* @__PURE__ */ new Set();
  const heldBy = (state) => {
    if (state === void 0) {
      throw new BackendError("the program reads a state, but none was given", {
        fix: "pass one made by backend.state(\u2026)"
      });
    }
    const held = states.get(state);
    if (held === void 0) {
      throw new BackendError("the state belongs to another backend", {
        fix: "make it with the state(\u2026) of the backend that compiled the program"
      });
    }
    held.alive.check();
    return held;
  };
  const ended = (executable) => void executables.delete(executable);
  return {
    name,
    async compile(program) {
      alive.check();
      const executable = createExecutable(program, { binding: binding2, residence, values, owner: alive, heldBy, ended });
      executables.add(executable);
      return executable;
    },
    async state(entries) {
      alive.check();
      const { state, held } = createState(values, alive, (one2) => void open.delete(one2));
      await state.write(entries);
      states.set(state, held);
      open.add(state);
      return state;
    },
    async dispose() {
      alive.end();
      for (const state of [...open]) state.dispose();
      for (const executable of [...executables]) executable.dispose();
    }
  };
}

// packages/backend-tfjs/.tmp-bench.ts
var require2 = createRequire(import.meta.url);
var binding = require2("/tmp/tfn/b/lib/napi-v8/tfjs_binding.node");
var B = 200;
var lenet = () => sequential(
  rescale(1 / 255),
  conv2d2(1, 6, 5),
  relu2(),
  maxPool2d2(2),
  conv2d2(6, 16, 5),
  relu2(),
  maxPool2d2(2),
  flatten(),
  linear(256, 120),
  relu2(),
  linear(120, 84),
  relu2(),
  linear(84, 10)
);
var mlp = () => sequential(flatten(), rescale(1 / 255), linear(784, 256), relu2(), linear(256, 10));
var x = ndarray(
  "uint8",
  [B, 1, 28, 28],
  Uint8Array.from({ length: B * 784 }, () => Math.random() * 256)
);
var y = ndarray(
  "int32",
  [B],
  Int32Array.from({ length: B }, () => Math.random() * 10)
);
var median = (a) => a.sort((p, q) => p - q)[a.length >> 1];
var report = (n, t) => console.log(n.padEnd(30), "median", median(t).toFixed(2), "min", Math.min(...t).toFixed(2));
var which = process.argv.slice(2);
for (const [net, model] of [
  ["lenet", lenet],
  ["mlp", mlp]
]) {
  for (const [name, make] of [
    ["node host", () => tensorFlowBackend("tfjs:node", binding, "host")],
    ["node device", () => tensorFlowBackend("tfjs:node", binding, "device")]
  ]) {
    if (!which.includes(name.split(" ")[0])) continue;
    const trainer = await createTrainer({
      model: model(),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.01 }),
      backend: make(),
      seed: 1
    });
    const times = [];
    for (let i = 0; i < 60; i++) {
      const t = performance.now();
      await trainer.step(x, y);
      if (i >= 15) times.push(performance.now() - t);
    }
    report(`${net} ${name}`, times);
  }
}
if (which.includes("stock")) {
  const req = createRequire(require2.resolve("@tensorflow/tfjs-node/package.json"));
  const tf = req("@tensorflow/tfjs");
  req("./dist/register_all_kernels");
  const { NodeJSKernelBackend } = req("./dist/nodejs_kernel_backend");
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "x"), 3);
  await tf.setBackend("tensorflow");
  const v = (shape2) => tf.variable(tf.mul(tf.randomNormal(shape2), 0.05));
  const nets = {
    lenet: () => {
      const p = [
        v([5, 5, 1, 6]),
        v([6]),
        v([5, 5, 6, 16]),
        v([16]),
        v([256, 120]),
        v([120]),
        v([120, 84]),
        v([84]),
        v([84, 10]),
        v([10])
      ];
      return (x2) => {
        let h = tf.relu(tf.add(tf.conv2d(x2, p[0], 1, "valid"), p[1]));
        h = tf.maxPool(h, 2, 2, "valid");
        h = tf.relu(tf.add(tf.conv2d(h, p[2], 1, "valid"), p[3]));
        h = tf.maxPool(h, 2, 2, "valid");
        h = tf.reshape(h, [B, 256]);
        h = tf.relu(tf.add(tf.matMul(h, p[4]), p[5]));
        h = tf.relu(tf.add(tf.matMul(h, p[6]), p[7]));
        return tf.add(tf.matMul(h, p[8]), p[9]);
      };
    },
    mlp: () => {
      const p = [v([784, 256]), v([256]), v([256, 10]), v([10])];
      return (x2) => {
        let h = tf.reshape(x2, [B, 784]);
        h = tf.relu(tf.add(tf.matMul(h, p[0]), p[1]));
        return tf.add(tf.matMul(h, p[2]), p[3]);
      };
    }
  };
  for (const [net, make] of Object.entries(nets)) {
    const f = make();
    const optimizer = tf.train.sgd(0.01);
    const times = [];
    for (let i = 0; i < 60; i++) {
      const t = performance.now();
      const loss = tf.tidy(() => {
        const images = tf.div(tf.cast(tf.tensor4d(x.data, [B, 28, 28, 1], "int32"), "float32"), 255);
        const labels = tf.oneHot(tf.tensor1d(y.data, "int32"), 10);
        return optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, f(images)), true);
      });
      await loss.data();
      loss.dispose();
      if (i >= 15) times.push(performance.now() - t);
    }
    report(`${net} stock`, times);
  }
}
