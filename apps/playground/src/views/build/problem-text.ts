import type { Block, Flow } from './analysis.ts';
import { writeArgument } from './argument-text.ts';
import { argumentOf, layerCall, nameOf } from './arguments.ts';
import type { Fix } from './fixes.ts';
import { argumentText } from './layer-texts.ts';
import { texts } from './messages.ts';

/** What goes from one block to the next: a shape, or several by name. */
export function flowText({ shape, named }: Pick<Flow, 'shape' | 'named'>): string {
  return named === null ? shapeText(shape) : named.map(([name, one]) => `${name} ${shapeText(one)}`).join(', ');
}

/** `6 × 12 × 12`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? '1' : shape.join(' × ');
}

/** `6 × 12 × 12 = 864`. */
function product(shape: readonly number[]): string {
  const count = shape.reduce((a, b) => a * b, 1);
  return shape.length === 1 ? String(count) : `${shapeText(shape)} = ${count}`;
}

/** What does not fit, with its arithmetic and in the language of the page; `null` where core's own words say more. */
export function problemText(block: Block, before: Block | undefined): string | null {
  const { call, name, input } = block;
  const description = layerCall(name);
  if (input === null || description === undefined || block.problem?.name === 'UsageError') return null;
  const t = texts();
  const { shape, dtype } = input;
  if (dtype === 'uint8' && !['flatten', 'rescale', 'normalize'].includes(name)) return t.bytesArrive(name);
  const given = (argument: string): number => argumentOf(call, description, argument) as number;
  if (name === 'linear') {
    const count = shape.reduce((a, b) => a * b, 1);
    if (shape.length > 1) return t.flatExpects(given('inFeatures'), product(shape));
    const flattened = before?.name === 'flatten' ? before.input?.shape : undefined;
    return t.linearExpects(given('inFeatures'), flattened === undefined ? String(count) : product(flattened));
  }
  if (!/2d$/i.test(name)) return null;
  if (shape.length !== 3) return t.pictureExpected(name, shapeText(shape));
  const channels = name === 'conv2d' ? given('inChannels') : /Norm2d$/.test(name) ? given('channels') : shape[0];
  if (channels !== shape[0]) return t.channelsExpected(name, channels as number, shape[0] as number, shapeText(shape));
  const isWindow = /larger than the/.test(block.problem?.message ?? '');
  return isWindow ? t.windowTooLarge(kernelText(given('kernelSize')), shapeText(shape.slice(1))) : null;
}

function kernelText(kernel: unknown): string {
  return Array.isArray(kernel) ? shapeText(kernel as readonly number[]) : `${kernel} × ${kernel}`;
}

/** What a button says that applies it. */
export function fixText(fix: Fix): string {
  const t = texts();
  switch (fix.kind) {
    case 'insert': {
      const { call } = fix;
      const args = typeof call === 'string' ? [] : call.slice(1).map((one) => writeArgument('number', one));
      return t.fixInsert(args.length === 0 ? nameOf(call) : `${nameOf(call)}(${args.join(', ')})`);
    }
    case 'remove':
      return t.fixRemove(fix.name);
    case 'rename':
      return t.fixRename(fix.name);
    case 'set':
      return fix.value === undefined
        ? t.fixUnset(argumentText(fix.argument))
        : t.fixSet(argumentText(fix.argument), writeArgument('size', fix.value));
    case 'both':
      return t.and(fixText(fix.fixes[0]), fixText(fix.fixes[1]));
  }
}
