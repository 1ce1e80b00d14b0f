/** Says something that is no error: a warning of the process. */
export function warn(message: string, code: string): void {
  process.emitWarning(message, { type: 'DescentWarning', code });
}
