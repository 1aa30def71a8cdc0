import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Client } from '../../src/doctor/client.js';
import type { Call, ClientName, Scene } from '../scenarios/scene.js';
import { openBrowser } from './browser.js';
import { root, runProgram } from './cli.js';
import { openFirefox } from './firefox.js';
import { nodeFolder, ownMajor } from './nodes.js';
import type { Environment } from './sandbox.js';
import { addTo, placesIn } from './stores.js';

/** How long an open socket is watched, and how long a client may take to open it, in milliseconds. */
const usualHold = 1200;
const limitMs = 5000;

const suffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const empty = { contentType: 'text/html', body: '<!doctype html><title>A page</title>' };

/** @returns the values after an option of a call */
function valuesOf({ args }: Call, option: string): string[] {
  return args.flatMap((word, index) => (args[index - 1] === option ? [word] : []));
}

/** The origins in DOMAINS of a call's project. */
function listed({ cwd }: Call): string[] {
  const path = join(cwd ?? '', '.env');
  // Reading a named pipe would not end.
  if (cwd === undefined || !existsSync(path) || !statSync(path).isFile()) {
    return [];
  }
  const found = /^DOMAINS=(.*)$/m.exec(readFileSync(path, 'utf8'));
  return (found?.[1] ?? '').split(',').filter((origin) => origin !== '');
}

/** What a client opens, as doctor was told. */
export interface Opening {
  url: string;
  /** Of the server itself, or the one in the project's DOMAINS. */
  origin: string;
  protocols: string[];
  cookie: string;
  /** Only programs send them. */
  headers: Record<string, string>;
  /** An open socket is watched for as long as doctor watches one. */
  holdMs: number;
  limitMs: number;
  call: Call;
}

/** @returns the subject of a call of doctor; `url` is the one that it checked */
export function openingOf(call: Call, url: string): Opening {
  const own = new URL(url.replace(/^ws/, 'http')).origin;
  const typed = call.args[0] ?? '';
  // A typed URL may be of another server than the project's.
  const origins = typed === url ? [] : listed(call);
  const [idle] = valuesOf(call, '--idle');
  return {
    // The report leaves out user name and password.
    url: /^wss?:.*@/.test(typed) ? typed : url,
    origin: origins.includes(own) ? own : (origins[0] ?? own),
    protocols: valuesOf(call, '--protocol').flatMap((names) => names.split(',')),
    cookie: valuesOf(call, '--cookie').join('; '),
    headers: Object.fromEntries(
      valuesOf(call, '--header').map((line) => line.split(/:\s*(.*)/).slice(0, 2)),
    ),
    holdMs: idle === undefined ? usualHold : Number(idle) * 1000,
    limitMs,
    call,
  };
}

/** Runs in a page. @returns `open` if the socket opens and stays open, or else the result */
function stateOf({ url, protocols, cookie, holdMs, limitMs: most }: Opening): Promise<string> {
  return new Promise((resolve) => {
    for (const each of cookie === '' ? [] : cookie.split('; ')) {
      Reflect.get(globalThis, 'document').cookie = each;
    }
    try {
      const socket = new WebSocket(url, protocols);
      setTimeout(() => {
        resolve('nothing');
        // Firefox lets other handshakes with the host wait for this one.
        socket.close();
      }, most + holdMs);
      socket.addEventListener('open', () => setTimeout(() => resolve('open'), holdMs));
      socket.addEventListener('close', ({ code }) => resolve(`closed with ${code}`));
    } catch (error) {
      resolve(error instanceof Error ? error.name : String(error));
    }
  });
}

/** What both browsers can do with a page. */
interface Page {
  goto: (url: string) => Promise<unknown>;
  evaluate: (work: typeof stateOf, opening: Opening) => Promise<string>;
}

/** Opens a socket from the page that doctor was given, or from an empty page of the origin that it sends. */
async function openFrom(
  page: Page,
  opening: Opening,
  intercept: () => Promise<unknown>,
): Promise<string> {
  const { call, origin } = opening;
  const [url] = valuesOf(call, '--page');
  if (url === undefined) {
    // The server may be broken, so its page is not requested.
    await intercept();
  }
  try {
    await page.goto(url ?? valuesOf(call, '--origin')[0] ?? origin);
  } catch (error) {
    if (url !== undefined) {
      throw error;
    }
    // No page can be opened on a port that browsers block.
    await page.goto('https://localhost/');
  }
  return page.evaluate(stateOf, opening);
}

/** A short form of what Chromium's console says about a socket. */
function reasonIn(said: string[]): string {
  const text = said.join(' ');
  return /net::(\w+)|Unexpected response code: \d+|Content Security Policy/.exec(text)?.[0] ?? '';
}

/** A client of the table; it says `open`, or why no socket is open. */
export interface RealClient {
  name: ClientName;
  /** What doctor calls it. */
  kind: Client;
  opens: (opening: Opening) => Promise<string>;
  close?: () => Promise<void>;
}

/** Chromium reads its trust store only at its start, so it is restarted when that has changed. */
function chromium({ sandbox }: Scene): RealClient {
  const running: { browser?: Browser; trusts?: string } = {};
  const close = async (): Promise<void> => running.browser?.close();
  const get = async (): Promise<Browser> => {
    const file = readFileSync(join(placesIn(sandbox).xdg, 'cert9.db'));
    const trusts = createHash('sha256').update(file).digest('hex');
    if (running.browser === undefined || running.trusts !== trusts) {
      await close();
      running.browser = await openBrowser(sandbox);
      running.trusts = trusts;
    }
    return running.browser;
  };
  const opens = async (opening: Opening): Promise<string> => {
    const context = await (await get()).newContext();
    try {
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      const outcome = await openFrom(page, opening, async () => {
        // An intercepted page counts as public.
        await context.grantPermissions(['local-network-access']);
        await page.route('**/*', (route) => route.fulfill(empty));
      });
      return outcome === 'open' ? outcome : `${outcome} ${reasonIn(said)}`.trim();
    } finally {
      await context.close();
    }
  };
  return { name: 'Chromium', kind: 'browser', opens, close };
}

/** One Firefox, with a profile of the sandbox that trusts the CAs of a file. */
function firefox({ sandbox }: Scene, authorities: string[]): RealClient {
  const profile = join(sandbox.home, '.mozilla/firefox/test.default');
  authorities.forEach((file, index) =>
    addTo(profile, { name: `ca ${index}`, file, flags: 'CT,,' }),
  );
  const starting = openFirefox({ sandbox, profile });
  const opens = async (opening: Opening): Promise<string> => {
    const context = await (await starting).createBrowserContext();
    try {
      const page = await context.newPage();
      return await openFrom(page, opening, async () => {
        await page.setRequestInterception(true);
        // A handshake is a request, too.
        page.on('request', (request) =>
          request.isNavigationRequest() ? request.respond(empty) : request.continue(),
        );
      });
    } finally {
      await context.close();
    }
  };
  return { name: 'Firefox', kind: 'browser', opens, close: async () => (await starting).close() };
}

/** The environment of a program, which may trust only the CAs of a file. */
function environmentOf({ sandbox }: Scene, { call }: Opening): Environment {
  const [file] = valuesOf(call, '--ca-file');
  const only = {
    NODE_OPTIONS: '--use-openssl-ca',
    SSL_CERT_FILE: file,
    NODE_EXTRA_CA_CERTS: undefined,
  };
  const { NODE_OPTIONS: _preload, ...given } = call.env ?? {};
  return { ...sandbox.env, ...given, ...(file === undefined ? {} : only) };
}

function headersOf({ origin, cookie, headers }: Opening): Record<string, string> {
  return { origin, ...headers, ...(cookie === '' ? {} : { cookie }) };
}

/** A client in its own process: ws, or the WebSocket that a release of Node.js has built in. */
function node(scene: Scene, name: ClientName, release: number, isBuiltIn: boolean): RealClient {
  const program = join(nodeFolder(release), 'node');
  const script = join(root, 'test/support/socket-client.mjs');
  const opens = async (opening: Opening): Promise<string> => {
    const what = JSON.stringify({ ...opening, headers: headersOf(opening), isBuiltIn });
    const { stdout, stderr } = await runProgram([program, script, what], {
      cwd: root,
      env: environmentOf(scene, opening),
      limitMs: 30_000,
    });
    return stdout === '' ? stderr.slice(-200) : stdout;
  };
  return { name, kind: 'node', opens };
}

/** Sends a handshake with curl, which does not look at what follows the answer. */
function curl(scene: Scene): RealClient {
  const opens = (opening: Opening): Promise<string> => {
    const key = randomBytes(16).toString('base64');
    const wanted = createHash('sha1')
      .update(key + suffix)
      .digest('base64');
    const offers = opening.protocols.length > 0;
    const headers = {
      ...headersOf(opening),
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      ...(offers ? { 'sec-websocket-protocol': opening.protocols.join(', ') } : {}),
    };
    const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const words = ['-sSiN', '--http1.1', '-m', String(limitMs / 1000), ...lines];
    return new Promise((resolve) => {
      const child = spawn('curl', [...words, opening.url.replace(/^ws/, 'http')], {
        env: environmentOf(scene, opening),
      });
      let [out, problem] = ['', ''];
      child.stderr.on('data', (chunk) => void (problem += chunk));
      child.stdout.on('data', (chunk) => {
        out += chunk;
        if (/^HTTP\/\S+ +101\b[^]*?\r?\n\r?\n/m.test(out)) {
          const isRight =
            out.includes(wanted) && (offers || !/^sec-websocket-protocol:/im.test(out));
          resolve(isRight ? 'open' : 'an answer 101 for another handshake');
          child.kill();
        }
      });
      child.on('close', () =>
        resolve(/^HTTP\S+ +\d+/.exec(out)?.[0] ?? problem.trim().slice(0, 100)),
      );
    });
  };
  return { name: 'curl', kind: 'system', opens };
}

/**
 * The clients of doctor's table.
 * @param authorities files with the CAs that Firefox trusts; the others trust what the scene says
 */
export function clientsOf(scene: Scene, authorities: string[]): RealClient[] {
  return [
    chromium(scene),
    firefox(scene, authorities),
    node(scene, 'ws', ownMajor, false),
    node(scene, 'Node.js 24', 24, true),
    curl(scene),
  ];
}
