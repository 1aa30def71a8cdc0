import { readdirSync, readlinkSync } from 'node:fs';

function folderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // The process has ended in the meantime.
    return undefined;
  }
}

/** @returns the ids of the processes whose working directory is this folder */
export function processesIn(folder: string): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.filter((pid) => folderOf(pid) === folder).map(Number);
}
