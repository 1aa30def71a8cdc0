import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Call, Scene } from '../scenarios/scene.js';
import { openBrowser } from './browser.js';
import { root, runProgram } from './cli.js';
import { placesIn } from './stores.js';

/** How long an open socket is watched, and how long the test waits for one, in milliseconds. */
const usualHold = 900;
const limit = 2500;

/** @returns the value after an option of a call */
function valueOf({ args }: Call, option: string): string | undefined {
  const place = args.indexOf(option);
  return place < 0 ? undefined : args[place + 1];
}

/** The origins in DOMAINS of a call's project. */
function listed({ cwd }: Call): string[] {
  if (cwd === undefined || !existsSync(join(cwd, '.env'))) {
    return [];
  }
  const found = /^DOMAINS=(.*)$/m.exec(readFileSync(join(cwd, '.env'), 'utf8'));
  return (found?.[1] ?? '').split(',').filter((origin) => origin !== '');
}

/** The URL for the clients, and its page. */
export interface Opening {
  url: string;
  /** A page of the server itself, or the one in the project's DOMAINS. */
  origin: string;
  call: Call;
}

/** @returns the subject of a call of doctor; `url` is the one that it checked */
export function openingOf(call: Call, url: string): Opening {
  const own = new URL(url.replace(/^ws/, 'http')).origin;
  // A typed URL may be of another server than the project's.
  const origins = call.args[0] === url ? [] : listed(call);
  return { url, origin: origins.includes(own) ? own : (origins[0] ?? own), call };
}

/** An idle socket is watched for as long as doctor watches one. */
function holdOf(call: Call): number {
  const seconds = valueOf(call, '--idle');
  return seconds === undefined ? usualHold : Number(seconds) * 1000;
}

/**
 * One Chromium. It reads its trust store only at its start, so it is restarted when that has
 * changed.
 */
export function chromiumOf({ sandbox }: Scene) {
  const running: { browser?: Browser; trusts?: string } = {};
  const trusted = (): string => {
    const file = readFileSync(join(placesIn(sandbox).xdg, 'cert9.db'));
    return createHash('sha256').update(file).digest('hex');
  };
  const close = async (): Promise<void> => running.browser?.close();
  return {
    close,
    get: async (): Promise<Browser> => {
      const trusts = trusted();
      if (running.browser === undefined || running.trusts !== trusts) {
        await close();
        running.browser = await openBrowser(sandbox);
        running.trusts = trusts;
      }
      return running.browser;
    },
  };
}

/** Opens the page that doctor was given, or an empty page of the origin that doctor sends. */
async function openPage(page: Page, { call, origin }: Opening): Promise<void> {
  const url = valueOf(call, '--page');
  if (url !== undefined) {
    await page.goto(url);
    return;
  }
  // The server may be broken, so its page is not requested. An intercepted page counts as public.
  await page.context().grantPermissions(['local-network-access']);
  const body = '<!doctype html><title>A page</title>';
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body }));
  try {
    await page.goto(valueOf(call, '--origin') ?? origin);
  } catch {
    // No page can be opened on a port that browsers block.
    await page.goto('https://localhost/');
  }
}

/** @returns `open` if Chromium opens the socket and keeps it open, or else the result */
export async function chromiumOpens(browser: Browser, opening: Opening): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await openPage(page, opening);
    const outcome = await page.evaluate(
      ({ url, holdMs, limitMs }) =>
        new Promise<string>((resolve) => {
          setTimeout(() => resolve('nothing'), limitMs + holdMs);
          try {
            const socket = new WebSocket(url);
            socket.addEventListener('open', () => setTimeout(() => resolve('open'), holdMs));
            socket.addEventListener('close', ({ code }) => resolve(`closed with ${code}`));
          } catch (error) {
            resolve(error instanceof Error ? error.name : String(error));
          }
        }),
      { url: opening.url, holdMs: holdOf(opening.call), limitMs: limit },
    );
    return outcome === 'open' ? outcome : `${outcome} ${reasonIn(said)}`.trim();
  } finally {
    await context.close();
  }
}

/** A short form of what the console says about a socket. */
function reasonIn(said: string[]): string {
  const text = said.join(' ');
  return /net::(\w+)|Unexpected response code: \d+|Content Security Policy/.exec(text)?.[0] ?? '';
}

/**
 * Runs a Node.js client with ws in its own process, with the scenario's environment. It can send
 * any origin, so it sends one that the server accepts.
 */
export async function nodeOpens({ sandbox }: Scene, opening: Opening): Promise<string> {
  const { url, origin, call } = opening;
  const script = join(root, 'test/support/socket-client.mjs');
  const times = [holdOf(call), limit].map(String);
  const caFile = valueOf(call, '--ca-file');
  const trusting = caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile };
  const { stdout, stderr } = await runProgram([process.execPath, script, url, origin, ...times], {
    cwd: root,
    env: { ...sandbox.env, ...call.env, ...trusting },
    limitMs: 30_000,
  });
  return stdout === '' ? stderr.slice(-200) : stdout;
}
