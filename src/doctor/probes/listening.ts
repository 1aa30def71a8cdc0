import { createServer } from 'node:net';
import { withoutZone } from '../../core/hosts.js';
import { isEverywhere, loopbackAddresses } from '../../core/loopback.js';
import type { ListeningEvidence, ProjectSettings } from '../project-evidence.js';
import { errorCode } from '../../io/system-errors.js';
import { openPlain, type Way } from './connect.js';
import { holderOf, isTakenSomewhere } from './port-holder.js';
import { askHealth } from './health.js';

/** Where a service listens, and where a connection to it goes. */
interface Place {
  listen: string;
  connect: string;
}

/** The addresses of hosts that stand for several. */
const places: Record<string, Place[]> = {
  localhost: loopbackAddresses.map((address) => ({ listen: address, connect: address })),
  '0.0.0.0': [{ listen: '0.0.0.0', connect: '127.0.0.1' }],
  '::': [{ listen: '::', connect: '::1' }],
};

/** Codes that mean the machine has no such address: the service can do without ::1. */
const missing = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** Codes that mean a name has no address; a second lookup would take as long again. */
const unknownName = /^(ENOTFOUND|EAI_.*)$/;

/** Listens for a moment. Returns Node's code if that fails. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(errorCode(error) ?? 'EIO'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

interface Asking {
  settings: Pick<ProjectSettings, 'HOST' | 'PORT' | 'HTTPS'>;
  /** For each wait, in milliseconds. */
  limit: number;
  cancel: AbortSignal;
}

/** A program accepted the connection: finds out which one. */
async function lookAtTaken(way: Way, secure: boolean): Promise<ListeningEvidence> {
  const { address, port } = way;
  const said = await askHealth(way, secure);
  const holder = holderOf(address, port);
  return { address, port, state: 'accepts', said, ...(holder && { holder }) };
}

/** Lower ports may need more privileges; Windows reserves ranges anywhere. */
function mayBeForbidden(port: number): boolean {
  return port < 1024 || process.platform === 'win32';
}

/**
 * Why the service could not listen: Node's code. Its own port is only tried if there is no other way:
 * a service that starts at that moment would find it in use.
 */
async function refusalOf(host: string, port: number): Promise<string | undefined> {
  const code = await tryToListen(host, 0);
  if (code !== undefined) {
    return code;
  }
  if (isEverywhere(host) && isTakenSomewhere(host, port)) {
    return 'EADDRINUSE';
  }
  const isSeen = process.platform === 'linux' || !isEverywhere(host);
  return isSeen && !mayBeForbidden(port) ? undefined : tryToListen(host, port);
}

/** No program accepted the connection: finds out whether the service could listen there. */
async function lookAtFree(listen: string, way: Way, failure: string): Promise<ListeningEvidence> {
  const { port } = way;
  const place = { address: listen, port };
  const code = unknownName.test(failure) ? failure : await refusalOf(listen, port);
  if (failure === 'TIMEOUT' && (code === undefined || code === 'EADDRINUSE')) {
    // A program listens there but hangs.
    return { ...place, state: 'silent' };
  }
  if (code === undefined) {
    return { ...place, state: 'free' };
  }
  const holder = code === 'EADDRINUSE' ? holderOf(listen, port) : undefined;
  return { ...place, state: 'refused', code, ...(holder && { holder }) };
}

async function lookAt({ listen, connect }: Place, asking: Asking): Promise<ListeningEvidence> {
  const { settings, limit, cancel } = asking;
  const host = withoutZone(settings.HOST);
  const way: Way = { address: connect, port: settings.PORT, host, limit, cancel };
  const opened = await openPlain(way);
  if ('failure' in opened) {
    return lookAtFree(listen, way, opened.failure.code ?? '');
  }
  opened.socket.destroy();
  return lookAtTaken(way, settings.HTTPS);
}

/**
 * Checks each address on which the service listens: what answers there, or whether it could listen.
 * Leaves out an address that the machine lacks and the service does not need. Never throws.
 */
export async function askListening(asking: Asking): Promise<ListeningEvidence[]> {
  const { HOST, PORT } = asking.settings;
  if (PORT === 0) {
    // The system chooses a port at each start, so there is none to check.
    return [];
  }
  const known = places[HOST] ?? [{ listen: HOST, connect: HOST }];
  const found = await Promise.all(known.map((place) => lookAt(place, asking)));
  const optional = HOST === 'localhost' ? '::1' : undefined;
  return found.filter(({ address, code = '' }) => address !== optional || !missing.includes(code));
}
