/** @returns the SHA-256 of a text in UTF-8, in lower-case hexadecimal */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
