import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { WebSocket as NodeSocket } from 'ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { secureEcho } from '../../scenarios/echo.js';
import { setups } from '../../scenarios/chains.js';
import { openScene, type Scene } from '../../scenarios/scene.js';
import { openBrowser } from '../../support/browser.js';
import { cli, root, runProgram } from '../../support/cli.js';
import { openFirefox } from '../../support/firefox.js';
import { describeWith } from '../../support/needs.js';
import type { Issued } from '../../support/pki.js';
import { sampleOf } from '../../support/sample.js';
import { addTo, placesIn } from '../../support/stores.js';

interface Verdict {
  code: string;
  severity: string;
  certainty: string;
  clients: string[];
  browsers?: string[];
}

type Client = 'Chromium' | 'Firefox' | 'Node.js' | 'curl';

/** What a client says of a set-up: `open`, or why it is not. */
type Said = Record<Client, string>;

const classes: Record<Client, string> = {
  Chromium: 'browser',
  Firefox: 'browser',
  'Node.js': 'node',
  curl: 'system',
};

function isAbout({ clients, browsers = [] }: Verdict, client: Client): boolean {
  return (
    clients.includes(classes[client]) &&
    (browsers.length === 0 || classes[client] !== 'browser' || browsers.includes(client))
  );
}

function isBlocked(verdicts: Verdict[], client: Client, certain: boolean): boolean {
  return verdicts.some(
    (each) =>
      each.severity === 'blocking' &&
      isAbout(each, client) &&
      (!certain || each.certainty === 'certain'),
  );
}

function isHealthy(verdicts: Verdict[], client: Client): boolean {
  return verdicts.some((each) => each.code === 'healthy' && isAbout(each, client));
}

/** Opens sockets in a page, a few at a time. Runs in the page. */
async function opening(urls: string[]): Promise<string[]> {
  const results: string[] = [];
  const open = (url: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url);
      setTimeout(() => resolve('nothing'), 10_000);
      socket.addEventListener('open', () => {
        resolve('open');
        socket.close();
      });
      socket.addEventListener('close', ({ code }) => resolve(`closed with ${code}`));
    });
  const work = async (first: number): Promise<void> => {
    for (let index = first; index < urls.length; index += 4) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      results[index] = await open(urls[index] ?? '');
    }
  };
  await Promise.all([0, 1, 2, 3].map(work));
  return results;
}

/** Does something for each item, a few at a time. */
async function inTurn<T>(items: string[], work: (item: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const go = async (first: number): Promise<void> => {
    for (const [index, item] of items.entries()) {
      if (index % 3 === first) {
        results[index] = await work(item);
      }
    }
  };
  await Promise.all([0, 1, 2].map(go));
  return results;
}

const drawn = sampleOf(Object.entries(setups), 16);

interface Asked {
  verdicts: Verdict[];
  said: Said;
}

const asked = new Map<string, Asked>();
const place: { scene?: Scene } = {};

/** With the CAs that Node.js trusts by default, as with NODE_EXTRA_CA_CERTS. */
async function withNode(url: string, ca: string[]): Promise<string> {
  const socket = new NodeSocket(url, { ca: [...rootCertificates, ...ca] });
  try {
    await once(socket, 'open');
    return 'open';
  } catch (error) {
    return String(error);
  } finally {
    socket.terminate();
  }
}

async function withCurl(url: string, { sandbox }: Scene): Promise<string> {
  const address = url.replace('wss', 'https');
  const words = [
    'curl',
    '-sS',
    '-o',
    '/dev/null',
    '--http1.1',
    '-m',
    '10',
    '-w',
    '%{http_code}',
    address,
  ];
  const { stdout, stderr } = await runProgram(words, { cwd: root, env: sandbox.env });
  return stdout === '000' ? stderr.trim().slice(0, 100) : 'open';
}

describeWith(
  ['chromium', 'firefox-esr', 'certutil', 'curl'],
  'doctor and clients that verify',
  () => {
    beforeAll(async () => {
      const scene = await openScene();
      place.scene = scene;
      const built = await Promise.all(drawn.map(([, build]) => build()));
      const roots: Issued[] = built.flatMap((each) => each.roots);
      const file = scene.file('roots.pem', roots.map(({ cert }) => cert).join(''));
      const profile = join(scene.sandbox.home, '.mozilla/firefox/test.default');
      roots.forEach(({ cert, name }) => {
        const path = scene.file('root.pem', cert);
        addTo(placesIn(scene.sandbox).xdg, { name, file: path });
        addTo(profile, { name, file: path });
      });
      Object.assign(scene.sandbox.env, { NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE: file });
      const urls = await Promise.all(
        built.map(async ({ cert, key, options = {} }) => {
          const server = secureEcho({ cert, key, ...options }, { verifyClient: () => true });
          server.on('request', (_request, response) => response.end());
          return `wss://localhost:${await scene.listen(server, 'localhost')}/`;
        }),
      );
      const page = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>A page</title>');
      });
      const origin = `http://localhost:${await scene.listen(page, 'localhost')}/`;
      const { folder, env } = scene.sandbox;
      const words = (url: string): string[] => ['doctor', url, '--json'];
      const verdicts = await inTurn(urls, async (url): Promise<Verdict[]> => {
        const { stdout } = await cli(words(url), { cwd: folder, env });
        return JSON.parse(stdout).verdicts;
      });
      const chromium = await openBrowser(scene.sandbox);
      const tab = await chromium.newPage();
      await tab.goto(origin);
      const inChromium = await tab.evaluate(opening, urls);
      await chromium.close();
      const firefox = await openFirefox({ sandbox: scene.sandbox, profile });
      const other = await firefox.newPage();
      await other.goto(origin);
      const inFirefox = await other.evaluate(opening, urls);
      await firefox.close();
      const inCurl = await inTurn(urls, (url) => withCurl(url, scene));
      const pems = roots.map(({ cert }) => cert);
      const inNode = await inTurn(urls, (url) => withNode(url, pems));
      for (const [index, [name]] of drawn.entries()) {
        const said: Said = {
          Chromium: inChromium[index] ?? '',
          Firefox: inFirefox[index] ?? '',
          'Node.js': inNode[index] ?? '',
          curl: inCurl[index] ?? '',
        };
        asked.set(name, { verdicts: verdicts[index] ?? [], said });
      }
    }, 600_000);
    afterAll(async () => {
      await place.scene?.end();
      await place.scene?.sandbox.remove();
      const lines = [...asked].map(([name, { verdicts, said }]) => {
        const codes = verdicts.map(({ code, browsers = [] }) => [code, ...browsers].join(' '));
        const marks = Object.entries(said).map(
          ([client, text]) => `${client} ${text === 'open' ? '✓' : '✗'}`,
        );
        return `${name.padEnd(56)} | ${marks.join(' ')} | ${codes.join(', ')}`;
      });
      process.stdout.write(`${lines.join('\n')}\n`);
    });

    it.each(drawn.map(([name]) => name))('agree on %s', (name) => {
      const { verdicts, said } = asked.get(name) ?? { verdicts: [], said: {} };
      const text = JSON.stringify({ said, verdicts }, undefined, 2);
      expect(verdicts.length).toBeGreaterThan(0);
      for (const client of Object.keys(classes) as Client[]) {
        const opens = Object.entries(said).some(
          ([key, result]) => key === client && result === 'open',
        );
        const blocked = isBlocked(verdicts, client, opens);
        expect(blocked && opens, `${client}: ${text}`).toBe(false);
        expect(!opens && !blocked && isHealthy(verdicts, client), `${client}: ${text}`).toBe(false);
      }
    });
  },
);
