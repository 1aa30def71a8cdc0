import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
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

function urlOf({ args }: Call): string {
  return args[0] ?? '';
}

function ownOrigin(call: Call): string {
  return new URL(urlOf(call).replace(/^ws/, 'http')).origin;
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
async function openPage(page: Page, call: Call): Promise<void> {
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
    await page.goto(valueOf(call, '--origin') ?? ownOrigin(call));
  } catch {
    // There is no page on a port that browsers block.
    await page.goto('https://localhost/');
  }
}

/** @returns `open` where Chromium opens the socket and keeps it, else what became of it */
export async function chromiumOpens(browser: Browser, call: Call): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await openPage(page, call);
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
      { url: urlOf(call), holdMs: holdOf(call), limitMs: limit },
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
 * what it likes: a page of the server itself.
 */
export async function nodeOpens({ sandbox }: Scene, call: Call): Promise<string> {
  const script = join(root, 'test/support/socket-client.mjs');
  const times = [holdOf(call), limit].map(String);
  const caFile = valueOf(call, '--ca-file');
  const trusting = caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile };
  const { stdout, stderr } = await runProgram(
    [process.execPath, script, urlOf(call), ownOrigin(call), ...times],
    { cwd: root, env: { ...sandbox.env, ...call.env, ...trusting }, limitMs: 30_000 },
  );
  return stdout === '' ? stderr.slice(-200) : stdout;
}
