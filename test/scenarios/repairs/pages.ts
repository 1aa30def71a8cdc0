import { createServer as createSecure } from 'node:https';
import { once } from 'node:events';
import { createServer as createTcp } from 'node:net';
import { blockedPorts } from '../../../src/core/ports.js';
import { make, serverUsage } from '../../support/pki.js';
import { plainEcho, secureEcho, withSockets } from '../echo.js';
import { at, type Scene } from '../scene.js';
import type { Broken, Repair } from './repair.js';

/** What a page sends. It may change. */
interface Page {
  policy: string;
  html: string;
}

/** Serves a page over TLS, and returns its URL. */
async function serve(scene: Scene, page: Partial<Page>): Promise<string> {
  const server = createSecure(scene.leaf, (_request, response) => {
    const { policy, html = '' } = page;
    response.writeHead(200, {
      'content-type': 'text/html',
      ...(policy === undefined ? {} : { 'content-security-policy': policy }),
    });
    response.end(`<!doctype html><title>A page</title>${html}`);
  });
  return `https://localhost:${await scene.listen(server)}/`;
}

/** A server for all pages. */
const openToAll = {
  verifyClient: ({ origin }: { origin: string }) => !/^null$|\.invalid$/.test(origin),
};

type Typing = NonNullable<Broken['type']>;

async function broken(scene: Scene, page: Partial<Page>, type: Typing): Promise<Broken> {
  const url = await serve(scene, page);
  const port = await scene.listen(secureEcho(scene.leaf, openToAll));
  return { call: at(`wss://localhost:${port}/`, '--page', url), type };
}

const policies: Repair[] = [
  {
    name: "the page's connect-src does not name the socket",
    code: 'content-security-policy',
    words: /replace "(.*)" with "(.*)"\./,
    build: async (scene) => {
      const page = { policy: "default-src 'none'; connect-src 'self' data:; img-src *" };
      return broken(scene, page, ([, old = '', mended = '']) => {
        page.policy = page.policy.replace(old, mended);
      });
    },
  },
  {
    name: "the document's default-src forbids the socket",
    code: 'content-security-policy',
    words: /add "(; .*)" after "(.*)"\./,
    build: async (scene) => {
      const meta = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">';
      const page = { html: meta };
      return broken(scene, page, ([, more = '', old = '']) => {
        page.html = page.html.replace(old, old + more);
      });
    },
  },
  {
    name: 'the page is in a sandbox without scripts',
    code: 'content-security-policy',
    words: /Write "(sandbox [^"]*)" in the Content-Security-Policy header/,
    build: async (scene) => {
      const page = { policy: 'sandbox' };
      return broken(scene, page, ([, policy = '']) => {
        page.policy = policy;
      });
    },
  },
  {
    name: 'the page is in a sandbox without an origin',
    code: 'origin-refused',
    words: /Add (allow-same-origin) to the sandbox directive/,
    build: async (scene) => {
      const page = { policy: 'sandbox allow-scripts' };
      return broken(scene, page, ([, word = '']) => {
        page.policy += ` ${word}`;
      });
    },
  },
  {
    name: 'the page counts as public',
    code: 'local-network-access',
    words: /Remove (treat-as-public-address) from the Content-Security-Policy header/,
    build: async (scene) => {
      const page = { policy: 'treat-as-public-address' };
      return broken(scene, page, ([, word = '']) => {
        page.policy = page.policy.replace(word, '');
      });
    },
  },
];

async function isFree(port: number): Promise<boolean> {
  const probe = createTcp().listen(port, '127.0.0.1');
  const free = await Promise.race([
    once(probe, 'listening').then(() => true),
    once(probe, 'error').then(() => false),
  ]);
  await new Promise((done) => probe.close(done));
  return free;
}

const others: Repair[] = [
  {
    name: 'the page of the service is an error',
    code: 'page-not-reached',
    words: /Pass the full URL of the page to (--page)/,
    build: async (scene) => {
      const server = createSecure(scene.leaf, ({ url }, response) =>
        response.writeHead(url === '/app' ? 200 : 404).end(),
      );
      const host = `localhost:${await scene.listen(withSockets(server))}`;
      const call = at(`wss://${host}/`, '--page', `https://${host}/`);
      return {
        call,
        type: ([, option = '']) => at(`wss://${host}/`, option, `https://${host}/app`),
      };
    },
  },
  {
    name: 'an https:// page opens ws:// to another address',
    code: 'mixed-content',
    words: /Serve the socket over TLS, and use (\S+) in the page/,
    build: async (scene) => {
      const page = await serve(scene, {});
      const port = await scene.listen(plainEcho(openToAll));
      const hosts = ['0.0.0.0'];
      const leaf = await make({ name: 'CN=leaf', hosts, by: scene.ca, usage: serverUsage });
      return {
        call: at(`ws://0.0.0.0:${port}/`, '--page', page),
        type: async ([, url = '']) => {
          const tlsPort = await scene.listen(secureEcho(leaf, openToAll));
          return at(url.replace(String(port), String(tlsPort)), '--page', page);
        },
      };
    },
  },
  {
    name: 'browsers block the port',
    code: 'unsafe-port',
    words: /Make the server listen on another port/,
    build: async (scene) => {
      const ports = [...blockedPorts].filter((port) => port > 1024);
      const free = await Promise.all(ports.map(isFree));
      const wanted = ports.find((_, index) => free[index]);
      const port = await scene.listen(secureEcho(scene.leaf), '127.0.0.1', wanted);
      return {
        call: at(`wss://localhost:${port}/`),
        type: async () => at(`wss://localhost:${await scene.listen(secureEcho(scene.leaf))}/`),
      };
    },
  },
];

export const pageRepairs: Repair[] = [...policies, ...others];
