import { ValueError } from '../errors.ts';
import { didYouMean, expectKind } from '../options.ts';
import { expectNamedArrays, type Parameters } from './parameters.ts';

/**
 * The parameters of the part of a network at `path`, by the names that they have in the part alone: `createPredictor` and `exportOnnx` take them, to use or
 * export it by itself, such as the encoder of an autoencoder.
 *
 * @example exportOnnx(encoder, { parameters: partParameters(await trainer.parameters(), 'encoder'), sample })
 * @throws ValueError that lists the parts, where nothing is at `path`.
 */
export function partParameters(parameters: Parameters, path: string): Parameters {
  expectNamedArrays('partParameters: the parameters', parameters);
  expectKind('partParameters: the path', path, 'text', "'encoder'");
  const prefix = `${path}.`;
  const own = Object.entries(parameters).filter(([name]) => name.startsWith(prefix));
  if (own.length > 0) return Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
  const parts = [...new Set(Object.keys(parameters).map((name) => name.split('.', 1)[0] as string))];
  throw new ValueError(`no parameters are of a part at this path${didYouMean(path, parts)}`, {
    path: 'partParameters',
    received: `'${path}'`,
    expected: `a path that begins with ${parts.slice(0, 20).join(', ') || 'nothing: there are no parameters'}`,
  });
}
