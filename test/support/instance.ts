import { readFileSync } from 'node:fs';
import type { Member } from './member.js';
import type { Running } from './running.js';

/** One process of a service, and the members of a room that the proxy sent to it. */
export interface Instance {
  running: Running;
  port: number;
  members: Member[];
}

/** @returns the status of its own answer, without the proxy */
export async function ask({ port }: Instance, path: string): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}${path}`);
  return status;
}

/** How often a text occurs in its log. */
export function logged({ running }: Instance, text: string): number {
  return running.output().split(text).length - 1;
}

/** Its resident memory in bytes. This works only on Linux. */
export function memoryOf({ running }: Instance): number {
  const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}
