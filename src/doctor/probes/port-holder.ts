import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Holder } from '../project-evidence.js';
import { recordPath } from '../../core/paths.js';
import { findUpwards } from '../../io/environment.js';
import { findProject } from './record.js';

/** The state of a socket that listens (`TCP_LISTEN` in Linux's net/tcp_states.h). */
const listening = '0A';

interface Row {
  /** In capitals, in the byte order of the machine. */
  address: string;
  port: number;
  inode: string;
}

function listed<T>(list: () => T[]): T[] {
  try {
    return list();
  } catch {
    // It is another user's process, or one that has ended: it cannot be read.
    return [];
  }
}

/** The listening sockets in one of the tables in /proc/net (proc_net_tcp in Linux's documentation). */
function rowsOf(table: string): Row[] {
  const lines = listed(() =>
    readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1),
  );
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === listening ? [{ address, port: Number.parseInt(port, 16), inode }] : [];
  });
}

const loopbacks: Record<string, string> = {
  '127.0.0.1': '0100007F',
  '::1': '00000000000000000000000001000000',
};

function isEverywhere(address: string): boolean {
  return /^0+$/.test(address);
}

/** The socket that accepts connections to an address: its own, or else one for all addresses. */
function inodeOf(address: string, port: number): string | undefined {
  const rows = ['tcp', 'tcp6'].flatMap(rowsOf).filter((row) => row.port === port);
  const own = rows.find((row) => row.address === loopbacks[address]);
  const any = rows.find((row) => isEverywhere(row.address));
  const found = own ?? any ?? (address in loopbacks ? undefined : rows[0]);
  return found?.inode;
}

/**
 * Looks in Linux's tables for a program that listens on any address.
 * @param host for all addresses: `0.0.0.0`, or `::` for both families
 * @returns whether it keeps others from listening there; false on other systems
 */
export function isTakenSomewhere(host: string, port: number): boolean {
  const tables = host === '::' ? ['tcp', 'tcp6'] : ['tcp'];
  return tables.flatMap(rowsOf).some((row) => row.port === port);
}

function link(path: string): string | undefined {
  return listed(() => [readlinkSync(path)])[0];
}

/** The process that has a socket open; of several, such as those of a cluster, the first. */
function processOf(inode: string): string | undefined {
  const wanted = `socket:[${inode}]`;
  const all = listed(() => readdirSync('/proc')).filter((name) => /^\d+$/.test(name));
  return all.find((pid) =>
    listed(() => readdirSync(`/proc/${pid}/fd`)).some(
      (fd) => link(`/proc/${pid}/fd/${fd}`) === wanted,
    ),
  );
}

function nameOf(pid: string): string {
  const program = link(`/proc/${pid}/exe`);
  const short = listed(() => [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()])[0];
  return program === undefined ? (short ?? 'unknown') : basename(program);
}

/** What shows that a folder is in somebody's project. */
const projectFiles = [recordPath, 'package.json', '.git'];

/** Whether its user may end it without harm to others: it is no part of a project, or of the system. */
function isStoppable(pid: string, directory: string | undefined): boolean {
  const [owner] = listed(() => [statSync(`/proc/${pid}`).uid]);
  const inProject = directory === undefined || findUpwards(directory, projectFiles) !== undefined;
  return owner === process.getuid?.() && !inProject;
}

/**
 * Finds out which process listens, on Linux and as far as this user may see it.
 * @returns undefined if it cannot be found
 */
export function holderOf(address: string, port: number): Holder | undefined {
  const inode = process.platform === 'linux' ? inodeOf(address, port) : undefined;
  const pid = inode === undefined ? undefined : processOf(inode);
  if (pid === undefined) {
    return undefined;
  }
  const directory = link(`/proc/${pid}/cwd`);
  const project = directory === undefined ? undefined : findProject(directory);
  return {
    pid: Number(pid),
    name: nameOf(pid),
    stoppable: isStoppable(pid, directory),
    ...(directory === undefined ? {} : { directory }),
    ...(project === undefined ? {} : { project }),
  };
}
