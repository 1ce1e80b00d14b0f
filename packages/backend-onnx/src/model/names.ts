/** The names of a model, each used once. */
export class Names {
  readonly #taken: Set<string>;
  readonly #counts = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** `wanted`, or when that is taken, with a number behind it. */
  fresh(wanted: string): string {
    if (this.#taken.has(wanted)) return this.numbered(wanted);
    this.#taken.add(wanted);
    return wanted;
  }

  /** `stem_0`, `stem_1`, … */
  numbered(stem: string): string {
    for (;;) {
      const count = this.#counts.get(stem) ?? 0;
      this.#counts.set(stem, count + 1);
      const name = `${stem}_${count}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}
