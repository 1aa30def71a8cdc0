import { createServer } from 'node:net';
import type { ListeningEvidence, ProjectSettings } from '../../plan/diagnosis/project-evidence.js';
import { errorCode } from '../reasons.js';
import { openPlain, type Way } from './connect.js';
import { holderOf } from './holder.js';
import { askHealth } from './identity.js';

/** Where a service listens, and where a connection to it goes. */
interface Place {
  listen: string;
  connect: string;
}

/** The addresses of each host that stands for several. */
const places: Record<string, Place[]> = {
  localhost: [
    { listen: '127.0.0.1', connect: '127.0.0.1' },
    { listen: '::1', connect: '::1' },
  ],
  '0.0.0.0': [{ listen: '0.0.0.0', connect: '127.0.0.1' }],
  '::': [{ listen: '::', connect: '::1' }],
};

/** What says that a machine has no such address: of ::1 the service does without it. */
const missing = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** What says that no address is known for a name; asking once more would take as long again. */
const unknownName = /^(ENOTFOUND|EAI_.*)$/;

/** Listens for a moment. Gives Node's code of why that cannot be done. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(errorCode(error) ?? 'EIO'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

interface Asking {
  settings: Pick<ProjectSettings, 'HOST' | 'PORT' | 'HTTPS'>;
  /** Milliseconds for each thing that is waited for. */
  limit: number;
  cancel: AbortSignal;
}

/** Somebody took the connection: who that is. */
async function lookAtTaken(way: Way, secure: boolean): Promise<ListeningEvidence> {
  const { address, port } = way;
  const said = await askHealth(way, secure);
  const holder = holderOf(address, port);
  return { address, port, state: 'accepts', said, ...(holder && { holder }) };
}

/** Nobody took it: whether the service could listen there. */
async function lookAtFree(listen: string, way: Way, failure: string): Promise<ListeningEvidence> {
  const { port } = way;
  const code = unknownName.test(failure) ? failure : await tryToListen(listen, port);
  if (failure === 'TIMEOUT' && (code === undefined || code === 'EADDRINUSE')) {
    // It is there, and hangs: what it would say is not known.
    return { address: listen, port, state: 'silent' };
  }
  const holder = code === 'EADDRINUSE' ? holderOf(listen, port) : undefined;
  return code === undefined
    ? { address: listen, port, state: 'free' }
    : { address: listen, port, state: 'refused', code, ...(holder && { holder }) };
}

async function lookAt({ listen, connect }: Place, asking: Asking): Promise<ListeningEvidence> {
  const { settings, limit, cancel } = asking;
  const host = settings.HOST.replace(/%.*$/, '');
  const way: Way = { address: connect, port: settings.PORT, host, limit, cancel };
  const opened = await openPlain(way);
  if ('failure' in opened) {
    return lookAtFree(listen, way, opened.failure.code ?? '');
  }
  opened.socket.destroy();
  return lookAtTaken(way, settings.HTTPS);
}

/**
 * Looks at each address on which the service listens: what answers there, or whether it could listen.
 * An address that the machine lacks and the service does without is left out. Never throws.
 */
export async function askListening(asking: Asking): Promise<ListeningEvidence[]> {
  const { HOST, PORT } = asking.settings;
  if (PORT === 0) {
    // The system chooses one at each start, so that there is none to look at.
    return [];
  }
  const known = places[HOST] ?? [{ listen: HOST, connect: HOST }];
  const found = await Promise.all(known.map((place) => lookAt(place, asking)));
  const optional = HOST === 'localhost' ? '::1' : undefined;
  return found.filter(({ address, code = '' }) => address !== optional || !missing.includes(code));
}
