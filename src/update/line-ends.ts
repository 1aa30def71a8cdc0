/** @returns whether a text has line ends, and all of them are CRLF */
export function isCrlf(text: string): boolean {
  return text.includes('\r\n') && !/(^|[^\r])\n/.test(text);
}

/** @returns the text with CRLF line ends */
export function toCrlf(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}
