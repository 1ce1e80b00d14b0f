/** `1,234,567` */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 epoch`, `2 epochs`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}
