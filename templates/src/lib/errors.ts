/** A mistake in the configuration. The message is for a person: one line each, and no stack. */
export class ConfigError extends Error {
  constructor(lines: string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.name = 'ConfigError';
  }
}

/** What went wrong, in words. Some code throws what is not an Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error: ENOENT, WS_ERR_INVALID_UTF8 … Nothing where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
