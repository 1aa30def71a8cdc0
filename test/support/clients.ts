import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Call, Scene } from '../scenarios/scene.js';
import { openBrowser } from './browser.js';
import { root, runProgram } from './cli.js';
import { placesIn } from './stores.js';

/** How long an open socket is watched, and how long one is waited for, in milliseconds. */
const usualHold = 400;
const limit = 2500;

/** @returns the value behind an option of a call */
function valueOf({ args }: Call, option: string): string | undefined {
  const place = args.indexOf(option);
  return place < 0 ? undefined : args[place + 1];
}

/** The origins that the project of a call lists. */
function listed({ cwd }: Call): string[] {
  if (cwd === undefined || !existsSync(join(cwd, '.env'))) {
    return [];
  }
  const found = /^DOMAINS=(.*)$/m.exec(readFileSync(join(cwd, '.env'), 'utf8'));
  return (found?.[1] ?? '').split(',').filter((origin) => origin !== '');
}

/** What clients are asked to open. */
export interface Opening {
  url: string;
  /** A page of the server itself, or the one that its project lists. */
  origin: string;
  call: Call;
}

/** @returns what a call of doctor is about; `url` is the one that it looked at */
export function openingOf(call: Call, url: string): Opening {
  const own = new URL(url.replace(/^ws/, 'http')).origin;
  // A URL that is typed may be of another server than the project's.
  const origins = call.args[0] === url ? [] : listed(call);
  return { url, origin: origins.includes(own) ? own : (origins[0] ?? own), call };
}

/** A silent socket is watched for as long as doctor watches one. */
function holdOf(call: Call): number {
  const seconds = valueOf(call, '--idle');
  return seconds === undefined ? usualHold : Number(seconds) * 1000;
}

/** One Chromium, which is started again where what it trusts has changed: it reads that once. */
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

/** Opens the page that doctor was told of, or an empty one of the origin that doctor claims. */
async function openPage(page: Page, { call, origin }: Opening): Promise<void> {
  const url = valueOf(call, '--page');
  if (url !== undefined) {
    await page.goto(url);
    return;
  }
  // The server may be broken: its page is not asked for. One from nowhere counts as public.
  await page.context().grantPermissions(['local-network-access']);
  const body = '<!doctype html><title>A page</title>';
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body }));
  try {
    await page.goto(valueOf(call, '--origin') ?? origin);
  } catch {
    // There is no page on a port that browsers block.
    await page.goto('https://localhost/');
  }
}

/** @returns `open` where Chromium opens the socket and keeps it, else what became of it */
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

/** What the console says of a socket, in short. */
function reasonIn(said: string[]): string {
  const text = said.join(' ');
  return /net::(\w+)|Unexpected response code: \d+|Content Security Policy/.exec(text)?.[0] ?? '';
}

/**
 * Asks a Node.js client of ws, in a process of its own, with the scenario's environment. It claims
 * what it likes: an origin that the server takes.
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
