/** What a model is called in messages. */
export function modelName(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : 'the model';
}
