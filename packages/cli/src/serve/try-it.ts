import type { ServedModel } from '@descent/serve';

/** A line for a shell that asks a model about zeros, so that people see an answer at once; or about a picture of theirs. */
export function tryIt(
  url: string,
  name: string,
  { inputs, predictor }: Pick<ServedModel, 'inputs' | 'predictor'>,
  hasToken: boolean,
): string {
  const tensors = inputs.map((port) => {
    const shape = port.shape.map((size) => (size < 0 ? 1 : size));
    const count = shape.reduce((a, b) => a * b, 1);
    return { count, tensor: { name: port.name, datatype: port.datatype, shape, data: new Array(count).fill(0) } };
  });
  const token = hasToken ? ` -H "Authorization: Bearer $DESCENT_TOKEN"` : '';
  if (predictor?.accepts.includes('image') === true)
    return `curl${token} ${url}/descent/models/${name}/predict -H 'Content-Type: image/png' --data-binary @picture.png`;
  // A line of thousands of zeros shows nobody anything.
  if (tensors.some(({ count }) => count > MOST)) return `curl${token} ${url}/v2/models/${name}`;
  const body = JSON.stringify({ inputs: tensors.map(({ tensor }) => tensor) });
  return `curl${token} ${url}/v2/models/${name}/infer -H 'Content-Type: application/json' -d '${body.replaceAll("'", "'\\''")}'`;
}

const MOST = 32;
