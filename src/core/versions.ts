const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** @returns whether a text is one version: not a tag, a range or a path */
export function isExactVersion(text: string): boolean {
  return exact.test(text);
}
