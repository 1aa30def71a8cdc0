/** A mistake in the configuration. The message is for a person: one line each, and no stack. */
export class ConfigError extends Error {
  constructor(lines: string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.name = 'ConfigError';
  }
}
