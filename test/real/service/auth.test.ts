import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeToken } from '../../../templates/test/tokens.js';
import { launch, origin, type AppProcess } from '../../support/app-process.js';
import { renderApp, type App } from '../../support/app.js';
import { openBrowser, trustAuthority } from '../../support/browser.js';
import { root } from '../../support/cli.js';
import { authEnv, open, ticketOf } from '../../support/credentials.js';
import { describeWith } from '../../support/needs.js';
import { create, script, serve } from '../../support/project.js';
import { sandbox } from '../../support/sandbox.js';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('attacks on a service with authentication', () => {
  const made: { app?: App; service?: AppProcess } = {};
  /** Everything that was sent and must not be logged. */
  const sent: string[] = [];
  const service = (): AppProcess => {
    if (made.service === undefined) {
      throw new Error('The service was not started.');
    }
    return made.service;
  };
  const send = async (token: string): Promise<number> => {
    sent.push(token);
    return open(service().port, '', bearer(token));
  };

  beforeAll(async () => {
    made.app = await renderApp(['--auth']);
    const env = { ...authEnv, DOMAINS: `${origin},https://other.example` };
    made.service = await launch(made.app, { env });
  });
  afterAll(async () => {
    await made.service?.stop();
    made.app?.remove();
  });

  it('a token opens any number of sockets, and a truncated or changed one none', async () => {
    const token = makeToken();
    expect([await send(token), await send(token)]).toEqual([101, 101]);
    const parts = token.split('.');
    const lengths = [
      1,
      10,
      token.length - 1,
      parts[0]?.length ?? 0,
      parts.slice(0, 2).join().length,
    ];
    for (const length of lengths) {
      expect(await send(token.slice(0, length)), String(length)).toBe(401);
    }
  });

  it.each<[string, string]>([
    ['another issuer', makeToken({ iss: 'https://evil.example' })],
    ['another audience', makeToken({ aud: 'evil.example' })],
    ['another key', makeToken({}, { key: 'x'.repeat(40) })],
    ['no end', makeToken({ exp: undefined })],
    ['an end in the past', makeToken({ exp: 1 })],
    ['algorithm none', makeToken({}, { header: { alg: 'none' } }).replace(/[^.]+$/, '')],
  ])('a token with %s is refused', async (_what, token) => {
    expect(await send(token)).toBe(401);
  });

  it('a ticket opens one of many sockets at once, and none later', async () => {
    const ticket = await ticketOf(service());
    sent.push(ticket);
    const attempts = Array.from({ length: 50 }, () => open(service().port, `?ticket=${ticket}`));
    const statuses = await Promise.all(attempts);
    expect(statuses.toSorted()).toEqual([101, ...Array.from({ length: 49 }, () => 401)]);
    expect(await open(service().port, `?ticket=${ticket}`)).toBe(401);
  });

  it('a ticket for another origin or path is refused', async () => {
    const tickets = [
      await ticketOf(service(), '/live', 'https://other.example'),
      await ticketOf(service(), '/other'),
    ];
    sent.push(...tickets);
    for (const ticket of tickets) {
      expect(await open(service().port, `?ticket=${ticket}`)).toBe(401);
    }
  });

  it('a token in the URL is refused', async () => {
    const token = makeToken({ sub: 'url' });
    sent.push(token);
    expect(await open(service().port, `?access_token=${token}`)).toBe(400);
    expect(await open(service().port, `?ticket=${token}`)).toBe(400);
  });

  it('no token and no ticket is in the log, at level trace', async () => {
    expect(await service().stop()).toBe(0);
    const log = service().output();
    expect(log.split('\n').length).toBeGreaterThan(100);
    // The end of a token is its signature; its beginning is the same for all.
    const leaked = sent.filter(
      (text) => text.length > 20 && (log.includes(text) || log.includes(text.slice(-20))),
    );
    expect(leaked).toEqual([]);
  });
});

/** Signs in on the page, sends a message, and reads the answer. */
async function talk(page: Page, url: string, token: string) {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.goto(url);
  await page.getByLabel(/Paste an access token/).fill(token);
  await page.keyboard.press('Enter');
  await page.locator('body[data-state=open]').waitFor({ timeout: 30_000 });
  await page.getByLabel('Message', { exact: true }).fill('hello');
  await page.keyboard.press('Enter');
  const received = page.locator('#log .received p');
  await received.waitFor({ timeout: 30_000 });
  return { sockets, received: await received.allTextContents() };
}

/** The last line: npm prints the command before it. */
const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';

describeWith(
  ['chromium', 'certutil', 'mkcert'],
  'the page of a project with authentication',
  () => {
    it.each(['ts', 'js'] as const)('opens a socket with a ticket (%s)', async (language) => {
      const place = sandbox();
      try {
        symlinkSync(join(root, 'node_modules'), join(place.folder, 'node_modules'));
        const flags = ['--auth', '--no-install', '--no-git'];
        const project = await create({ sandbox: place, way: 'mkcert', language, flags });
        trustAuthority(place);
        const [service] = await serve(project, 'dev');
        const browser = await openBrowser(place);
        try {
          const token = lastLine(await script(project, 'token'));
          const page = await browser.newPage();
          const said: string[] = [];
          page.on('console', (message) => said.push(message.text()));
          page.on('pageerror', (error) => said.push(error.message));
          const { sockets, received } = await talk(page, project.origin, token);
          expect({ received, said }).toEqual({ received: ['Echo: hello'], said: [] });
          const [ticket = ''] = /[^=]+$/.exec(sockets[0] ?? '') ?? [];
          expect(ticket).toMatch(/^[\w-]{43}$/);
          expect(service?.output()).toContain('"user":"developer"');
          expect(service?.output()).not.toContain(ticket);
          expect(service?.output()).not.toContain(token.slice(-20));
        } finally {
          await browser.close();
          await service?.stop();
        }
      } finally {
        await place.remove();
      }
    });
  },
);
