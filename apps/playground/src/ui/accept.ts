/** Whether an `accept` list of HTML, such as `.csv,image/*`, takes a file. */
export function accepts(accept: string, file: { readonly name: string; readonly type: string }): boolean {
  const kinds = accept.split(',').map((kind) => kind.trim().toLowerCase());
  const name = file.name.toLowerCase();
  const type = file.type.toLowerCase();
  return kinds.some((kind) => {
    if (kind === '') return kinds.length === 1;
    if (kind.startsWith('.')) return name.endsWith(kind);
    return kind.endsWith('/*') ? type.startsWith(kind.slice(0, -1)) : type === kind;
  });
}
