/** @returns the first names of a long list, and how many more there are */
export function firstOf(names: string[], most: number): string[] {
  const rest = names.length - most;
  return rest > 0 ? [...names.slice(0, most), `and ${rest} more`] : names;
}
