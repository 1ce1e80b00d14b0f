/** The position of the (first) largest number, such as the class of a row of scores; −1 where one is NaN. */
export function largest(values: ArrayLike<number>): number {
  const all = Array.from(values);
  return all.indexOf(Math.max(...all));
}
