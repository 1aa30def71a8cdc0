export interface JsonConflict {
  path: (string | number)[];
  base: unknown;
  ours: unknown;
  theirs: unknown;
}
export interface JsonKept {
  path: (string | number)[];
  ours: unknown;
  theirs: unknown;
  reason: string;
}
export function mergeJson(_sides: {
  base: string;
  ours: string;
  theirs: string;
}): { text: string; conflicts: JsonConflict[]; kept: JsonKept[] } | undefined {
  return undefined;
}
