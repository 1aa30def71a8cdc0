import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:net';
import { once } from 'node:events';
import type { Code } from '../../src/doctor/verdict.js';
import { make, serverUsage, type Issued } from '../support/pki.js';
import { sandbox, type Environment, type Sandbox } from '../support/sandbox.js';
import { addTo, placesIn } from '../support/stores.js';

/** The clients that are tested with scenarios: `ws` under this Node.js, and its own client of Node.js 24. */
export type ClientName = 'Chromium' | 'Firefox' | 'ws' | 'Node.js 24' | 'curl';

/** The call of doctor for a scenario. */
export interface Call {
  /** The arguments after `doctor`. */
  args: string[];
  cwd?: string;
  env?: Environment;
  /** The user that runs it. */
  uid?: number;
}

/** A connection that was broken on purpose, or a healthy one. */
export interface Scenario {
  name: string;
  /** All expected verdicts, in their order. */
  codes: Code[];
  /** Whether the first verdict is a likely one. */
  likely?: boolean;
  /** The system programs that the scenario needs. */
  needs?: string[];
  /** Why clients are not tested with it: their behaviour necessarily differs. */
  unasked?: string;
  /** Why some of the clients are not tested with it. */
  except?: Partial<Record<ClientName, string>>;
  /** It counts connections, so only one client at a time may connect. */
  counts?: boolean;
  build: (scene: Scene) => Promise<Call>;
}

/** An environment for scenarios: a CA that all clients trust, and the cleanup. */
export interface Scene {
  sandbox: Sandbox;
  /** Trusted by the sandbox's Chromium, and by Node.js and system tools with `env`. */
  ca: Issued;
  caPath: string;
  /** For localhost, 127.0.0.1 and ::1, signed by the CA. */
  leaf: Issued;
  /** Writes a file into the sandbox, and returns its path. */
  file: (name: string, contents: string | Buffer) => string;
  /** Listens on a free port of 127.0.0.1, or on the given address or port. Returns the port. */
  listen: (server: Server, host?: string, port?: number) => Promise<number>;
  /** Called when the scenario ends. */
  later: (undo: () => unknown) => void;
  end: () => Promise<void>;
}

export const localHosts = ['localhost', '127.0.0.1', '::1'];

/** Also ends connections, for which the server itself would wait. */
function stopper(server: Server): () => Promise<void> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  return async () => {
    sockets.forEach((socket) => socket.destroy());
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  };
}

/** Creates a sandbox in which all clients trust a CA. */
export async function openScene(): Promise<Scene> {
  const place = sandbox();
  const ca = await make({ name: 'CN=Scenario CA', isCa: true });
  const leaf = await make({
    name: 'CN=leaf',
    hosts: localHosts,
    by: ca,
    usage: serverUsage,
  });
  const undone: (() => unknown)[] = [];
  const file = (name: string, contents: string | Buffer): string => {
    const path = join(place.home, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, contents);
    return path;
  };
  const caPath = file('ca.pem', ca.cert);
  addTo(placesIn(place).xdg, { name: 'scenario', file: caPath });
  const env = { ...place.env, NODE_EXTRA_CA_CERTS: caPath, SSL_CERT_FILE: caPath };
  return {
    sandbox: { ...place, env },
    ca,
    caPath,
    leaf,
    file,
    listen: async (server, host = '127.0.0.1', wanted = 0) => {
      undone.push(stopper(server));
      server.listen(wanted, host);
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    },
    later: (undo) => undone.push(undo),
    end: async () => {
      for (const undo of undone.splice(0).toReversed()) {
        // oxlint-disable-next-line no-await-in-loop -- what was made last goes first
        await undo();
      }
    },
  };
}

/** @returns the call for a URL */
export function at(url: string, ...more: string[]): Call {
  return { args: [url, ...more] };
}
