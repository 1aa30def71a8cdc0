import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import type { Scene } from '../scenarios/scene.js';
import { openBrowser } from './browser.js';
import { make, serverUsage } from './pki.js';
import type { PolicyRow } from './policies.js';

/** Host names in the rows. Chromium resolves all of them to this server. */
const hosts = [
  ...'app.example api.example far.example my_host.example localhost app.localhost'.split(' '),
  ...'127.0.0.1 192.168.1.10 ::1'.split(' '),
];

const handshake = 22;

/**
 * A server that accepts every WebSocket and serves one page, over HTTP and TLS on each of its
 * ports.
 */
export interface PolicyRoom {
  show: (row: Pick<PolicyRow, 'headers' | 'html'>) => void;
  /** The path and the Origin of each opened WebSocket. */
  opened: { path: string; origin: string | undefined }[];
  ports: number[];
}

/** Passes a connection to the server for the protocol of its first byte. */
function both(plain: Server, secure: Server): Server {
  return createTcpServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === handshake ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}

/** Starts the servers of a scene, which stop with it. */
export async function openPolicyRoom(scene: Scene): Promise<PolicyRoom> {
  const name = 'CN=policies';
  const certificate = await make({ name, hosts, by: scene.ca, usage: serverUsage });
  const shown: { page: Pick<PolicyRow, 'headers' | 'html'> } = { page: { headers: [], html: '' } };
  const answer: RequestListener = (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', shown.page.headers);
    response.end(shown.page.html);
  };
  const servers = [createServer(answer), createSecureServer(certificate, answer)] as const;
  const opened: PolicyRoom['opened'] = [];
  for (const server of servers) {
    new WebSocketServer({ server }).on('connection', (socket, { url = '', headers }) => {
      opened.push({ path: url, origin: headers.origin });
      socket.send('open');
    });
  }
  const doors = [both(...servers), both(...servers)];
  return {
    show: (page) => {
      shown.page = page;
    },
    opened,
    ports: await Promise.all(doors.map((door) => scene.listen(door))),
  };
}

/**
 * Starts a Chromium for which every host and port is the first server, as a loopback address.
 * far.example is the second one, which counts as a public address.
 */
export function browserIn({ ports }: PolicyRoom, { sandbox }: Scene): Promise<Browser> {
  const [near, far] = ports.map((port) => `127.0.0.1:${port}`);
  return openBrowser(sandbox, [
    `--host-resolver-rules=MAP far.example ${far}, MAP * ${near}`,
    `--ip-address-space-overrides=${far}=public`,
  ]);
}

/** @returns the result of each socket that the page opened */
export function openAll(page: Page, urls: string[]): Promise<string[]> {
  return page.evaluate((all) => {
    const refused = new Set<string>();
    // A socket that a policy blocks has an error event and no close event.
    const shown: unknown = globalThis;
    if (shown instanceof EventTarget) {
      shown.addEventListener('securitypolicyviolation', (event) => {
        refused.add('blockedURI' in event ? String(event.blockedURI) : '');
      });
    }
    const tryOne = (url: string): Promise<string> =>
      new Promise((resolve) => {
        try {
          const socket = new WebSocket(url);
          socket.addEventListener('message', () => resolve(`open ${socket.url}`));
          socket.addEventListener('close', () => resolve('closed'));
          socket.addEventListener('error', () => {
            // The violation is reported in a separate task.
            setTimeout(() => refused.has(socket.url) && resolve('policy'), 100);
          });
        } catch (error) {
          const mixed = error instanceof DOMException && error.name === 'SecurityError';
          resolve(mixed ? 'mixed content' : String(error));
        }
      });
    return Promise.all(all.map(tryOne));
  }, urls);
}
