/** What every Descent error can say: where it happened, what came, what was expected, and what to do about it. */
export interface ErrorDetails {
  /** The layer, option or file that the error is about, such as `model.2 linear(784 → 256)`. */
  readonly path?: string | undefined;
  readonly received?: string | undefined;
  readonly expected?: string | undefined;
  /** One sentence that tells the user what to change. */
  readonly fix?: string | undefined;
  readonly cause?: unknown;
}

/** Base class of all errors thrown by Descent; `details` holds the parts that the message is composed of. */
export class DescentError extends Error {
  override readonly name: string = 'DescentError';
  readonly summary: string;
  readonly details: ErrorDetails;

  constructor(summary: string, details: ErrorDetails = {}) {
    super(compose(summary, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.summary = summary;
    this.details = details;
  }
}

/** A tensor has a shape that an op or a layer cannot take. */
export class ShapeError extends DescentError {
  override readonly name = 'ShapeError';
}

/** A tensor has an element type that an op or a layer cannot take. */
export class DTypeError extends DescentError {
  override readonly name = 'DTypeError';
}

/** An option, attribute or argument has a value outside its domain. */
export class ValueError extends DescentError {
  override readonly name = 'ValueError';
}

/** A gradient was asked for through an op that has none. */
export class NotDifferentiableError extends DescentError {
  override readonly name = 'NotDifferentiableError';
}

/** A backend cannot run a graph, or was used after `dispose`. */
export class BackendError extends DescentError {
  override readonly name = 'BackendError';
}

/** Parameters or optimizer state belong to another network than the one they are used with. */
export class StateError extends DescentError {
  override readonly name = 'StateError';
}

/** Training produced a NaN or an infinity. */
export class NumericError extends DescentError {
  override readonly name = 'NumericError';
}

/** Returns `error` with `path` put in front of the path it already carries, so that nested layers read from the outside in. */
export function prefixPath(error: unknown, path: string): unknown {
  if (!(error instanceof DescentError)) return error;
  const inner = error.details.path;
  const Same = error.constructor as new (summary: string, details: ErrorDetails) => DescentError;
  return new Same(error.summary, { ...error.details, path: inner === undefined ? path : `${path} › ${inner}` });
}

function compose(summary: string, { path, received, expected, fix }: ErrorDetails): string {
  const lines = [path === undefined ? summary : `${path}: ${summary}`];
  if (received !== undefined) lines.push(`  received: ${received}`);
  if (expected !== undefined) lines.push(`  expected: ${expected}`);
  if (fix !== undefined) lines.push(`  fix: ${fix}`);
  return lines.join('\n');
}
