import { readdirSync, readlinkSync } from 'node:fs';

function folderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** @returns the ids of the processes that work in a folder */
export function processesIn(folder: string): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.filter((pid) => folderOf(pid) === folder).map(Number);
}
