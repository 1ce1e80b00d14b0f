/** The first `count` indices, for runs that only show that everything works. */
export function few(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
