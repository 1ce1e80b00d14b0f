import { TensorProto_DataType as DataType } from '../proto/onnx-pb.ts';
import { type GraphEditor, isOperator, takenInside } from './editor.ts';

/** Turns each `Transpose` of a constant float32 matrix, as linear layers have it in front of a `MatMul`, into the constant that it computes. */
export function foldTransposes(editor: GraphEditor): void {
  const renamed = new Map<string, string>();
  const inside = new Set(editor.graph.node.flatMap(takenInside));
  editor.graph.node = editor.graph.node.filter((n) => {
    const [from = ''] = n.input;
    const [to = ''] = n.output;
    const isFree = isOperator(n, 'Transpose') && !editor.isOutput(to) && !inside.has(to);
    const values = isFree ? editor.floats(from) : null;
    const [rows, columns, ...more] = editor.constant(from)?.dims.map(Number) ?? [];
    const perm = n.attribute.find(({ name }) => name === 'perm')?.ints.join() ?? '1,0';
    if (values === null || rows === undefined || columns === undefined || more.length > 0 || perm !== '1,0')
      return true;
    const data = new Float32Array(values.length);
    for (let i = 0; i < data.length; i++) data[(i % columns) * rows + Math.floor(i / columns)] = values[i] as number;
    const name = editor.addConstant(`${from}_transposed`, { dataType: DataType.FLOAT, dims: [columns, rows], data });
    renamed.set(to, name);
    return false;
  });
  for (const n of editor.graph.node) n.input = n.input.map((input) => renamed.get(input) ?? input);
  editor.removeUnused();
}
