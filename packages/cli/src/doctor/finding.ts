/** One line of what `descent doctor` finds; plain data. */
export interface Finding {
  /** What was looked at: `Node`, `onnx:cpu`, `disk`. */
  readonly what: string;
  /** `note`: works, or is not needed, but may be better. `problem`: something that people want to do will fail. */
  readonly state: 'ok' | 'note' | 'problem';
  /** What was found. */
  readonly found: string;
  /** The command, or the step, that mends it. */
  readonly fix?: string;
}

/** Findings of one kind, under a title. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** What the checks see of the machine, so that tests can show them another one. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file of the system; undefined when it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** What a program prints; undefined when it is not there or fails. */
  readonly output: (program: string, ...words: readonly string[]) => string | undefined;
}

const GIB = 2 ** 30;

/** `3.4 GiB` */
export function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
