/**
 * Places for labels that want to stand at `wanted` (pixels downwards), at least `gap` apart and between `low` and `high`, each as near to its
 * wish as the others allow; in the order of `wanted`. Labels that do not all fit stand closer together.
 */
export function spread(wanted: readonly number[], gap: number, [low, high]: readonly [number, number]): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const room = wanted.length < 2 ? gap : Math.min(gap, (high - low) / (wanted.length - 1));
  const places = new Array<number>(wanted.length);
  // Groups of labels that touch; each stands around the mean of its wishes.
  const groups: { readonly members: readonly number[]; readonly top: number }[] = [];
  const settle = (members: readonly number[]): number => {
    const height = room * (members.length - 1);
    const mean = members.reduce((sum, i, k) => sum + (wanted[i] as number) - k * room, 0) / members.length;
    return Math.min(Math.max(mean, low), high - height);
  };
  for (const index of order) {
    let members: readonly number[] = [index];
    let top = settle(members);
    for (let before = groups.at(-1); before !== undefined; before = groups.at(-1)) {
      if (before.top + room * before.members.length <= top) break;
      members = [...before.members, ...members];
      top = settle(members);
      groups.pop();
    }
    groups.push({ members, top });
  }
  for (const { members, top } of groups)
    members.forEach((index, k) => {
      places[index] = top + k * room;
    });
  return places;
}
