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

async function lookAt({ listen, connect }: Place, asking: Asking): Promise<ListeningEvidence> {
  const { settings, limit, cancel } = asking;
  const { PORT: port, HTTPS } = settings;
  const host = settings.HOST.replace(/%.*$/, '');
  const way: Way = { address: connect, port, host, limit, cancel };
  const opened = await openPlain(way);
  if ('socket' in opened) {
    opened.socket.destroy();
    const said = await askHealth(way, HTTPS);
    const holder = holderOf(connect, port);
    return { address: connect, port, state: 'accepts', said, ...(holder && { holder }) };
  }
  if (opened.failure.code === 'TIMEOUT') {
    return { address: connect, port, state: 'silent' };
  }
  const { code: failure = '' } = opened.failure;
  const code = unknownName.test(failure) ? failure : await tryToListen(listen, port);
  const holder = code === 'EADDRINUSE' ? holderOf(listen, port) : undefined;
  return code === undefined
    ? { address: listen, port, state: 'free' }
    : { address: listen, port, state: 'refused', code, ...(holder && { holder }) };
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
