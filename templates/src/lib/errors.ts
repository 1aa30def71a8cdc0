/** An error in the configuration. The message is for people: one line per mistake, no stack. */
export class ConfigError extends Error {
  constructor(lines: string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.name = 'ConfigError';
  }
}

/** The message of anything that was thrown. Some code throws values that are not an Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error, such as ENOENT or WS_ERR_INVALID_UTF8, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
