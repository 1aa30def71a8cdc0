import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { publishOwn } from '../support/own-package.js';
import { identity, type Sandbox } from '../support/sandbox.js';
import { openTerminal, type Terminal } from '../support/terminal.js';
import { asUsual, type Wanted } from './normal.js';

/** What a user sees after the first run: the terminal with its colours, and the page. */
export interface Seen {
  /** With escape sequences, and the paths of a usual machine. */
  screen: string;
  /** A PNG with twice the density. */
  page: Buffer;
  /** Of the files of the page. */
  hash: string;
}

export const columns = 88;
const message = 'Hello over wss://';

/** Types the command into a shell, as a user does. Any port but the usual one is an option. */
function commandFor({ port }: Wanted): string {
  const create = 'npm create fastify-wss@latest';
  return port === 3000 ? create : `${create} -- --port ${port}`;
}

/** @returns how many questions there are, once this one is asked */
async function totalAt(terminal: Terminal, question: number): Promise<number> {
  const screen = await terminal.waitFor(new RegExp(`◆[^◆]*\\(${question} of \\d+\\)`));
  return Number(/◆[^◆]*\(\d+ of (\d+)\)/.exec(screen)?.[1]);
}

/** @returns the screen as soon as the service has started, before it logs any requests */
async function answerAll(terminal: Terminal): Promise<string> {
  for (let question = 1, total = 1; question <= total; question += 1) {
    total = await totalAt(terminal, question);
    await terminal.press('Enter');
  }
  const screen = await terminal.waitFor(/Page: https:\S+| failed\.$/m);
  if (!screen.includes('Page: ')) {
    throw new Error(`The service did not start.\n${screen}`);
  }
  return terminal.styled('-J');
}

/** Opens the page, sends a message and waits for its echo. */
async function screenshot(browser: Browser, address: string): Promise<Buffer> {
  const page = await browser.newPage({
    viewport: { width: 480, height: 640 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
  });
  await page.goto(address);
  await page.locator('body[data-state=open]').waitFor();
  await page.locator('input[name=message]').fill(message);
  await page.keyboard.press('Enter');
  await page.getByText(`Echo: ${message}`).waitFor();
  return page.screenshot({ animations: 'disabled', caret: 'hide' });
}

/** @returns a hash of the files that the page consists of */
function hashOfPage({ folder }: Sandbox): string {
  const files = join(folder, 'fastify-wss-app/public');
  const hash = createHash('sha256');
  for (const name of readdirSync(files).toSorted()) {
    hash.update(`${name}\n`).update(readFileSync(join(files, name)));
  }
  return hash.digest('hex');
}

async function openPage({ place, port }: Wanted): Promise<Buffer> {
  const browser = await openBrowser(place);
  try {
    return await screenshot(browser, `https://localhost:${port}/`);
  } finally {
    await browser.close();
  }
}

/** Publishes this package to a test registry, and opens a shell that uses it. */
async function openShell({
  place,
}: Wanted): Promise<{ terminal: Terminal; close: () => Promise<void> }> {
  const { registry } = await publishOwn(place);
  const terminal = await openTerminal({
    command: ['bash', '--noprofile', '--norc'],
    cwd: place.folder,
    columns,
    env: { ...place.env, ...identity, npm_config_registry: registry.url, PS1: '$ ' },
    socketFolder: place.home,
  });
  const close = async (): Promise<void> => {
    await terminal.close();
    await registry.stop();
  };
  return { terminal, close };
}

/** Runs the published package with the defaults, in a real terminal and a real browser. */
export async function firstRun(wanted: Wanted): Promise<Seen> {
  const { terminal, close } = await openShell(wanted);
  try {
    await terminal.waitFor('$');
    await terminal.type(commandFor(wanted));
    await terminal.press('Enter');
    await terminal.waitFor('Ok to proceed?');
    await terminal.press('Enter');
    const screen = asUsual(await answerAll(terminal), wanted);
    return { screen, page: await openPage(wanted), hash: hashOfPage(wanted.place) };
  } finally {
    await close();
  }
}
