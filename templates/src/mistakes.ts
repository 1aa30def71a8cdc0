/** Mistakes that a person can correct. The message is for them: one line each, and no stack. */
export class Mistakes extends Error {
  constructor(lines: string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.name = 'Mistakes';
  }
}
