import { afterAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { openBrowser, trustAuthority } from '../../support/browser.js';
import { describeWith } from '../../support/needs.js';
import { create, serve, type Project } from '../../support/project.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { isProxied, moveProxy } from '../../support/ways.js';

/** What happens in the browser, for the message of a failed test. */
function watch(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  return said;
}

/** Opens the page of the project, sends a message and reads what the page shows. */
async function talk(page: Page, project: Project, message: string) {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.goto(project.origin);
  await page.locator('body[data-state=open]').waitFor({ timeout: 10_000 });
  await page.getByLabel('Message', { exact: true }).fill(message);
  await page.keyboard.press('Enter');
  const received = page.locator('#log .received p');
  await received.waitFor({ timeout: 10_000 });
  return {
    sockets,
    status: await page.getByRole('status').textContent(),
    address: await page.locator('h1').textContent(),
    received: await received.allTextContents(),
  };
}

async function inBrowser<T>(place: Sandbox, use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await openBrowser(place);
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}

async function served<T>(project: Project, use: () => Promise<T>): Promise<T> {
  const running = await serve(project, 'dev');
  try {
    return await use();
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}

const ways = ['mkcert', 'caddy', 'nginx'] as const;

describeWith(['chromium', 'certutil', 'mkcert', 'caddy', 'nginx'], 'the page in Chromium', () => {
  it.each(ways)('shows an open wss:// connection and an echo with %s', async (way) => {
    const place = sandbox();
    try {
      const project = await create({ sandbox: place, way, language: 'js', flags: ['--no-git'] });
      if (isProxied(project)) {
        moveProxy(project);
      }
      trustAuthority(place);
      const shown = await served(project, () =>
        inBrowser(place, async (page) => {
          const said = watch(page);
          const seen = await talk(page, project, 'hello');
          return { ...seen, said };
        }),
      );
      const url = `${project.origin.replace('https', 'wss')}/live`;
      expect(shown).toEqual({
        sockets: [url],
        status: 'Connected',
        address: url,
        received: ['Echo: hello'],
        said: [],
      });
    } finally {
      await place.remove();
    }
  });

  const place = sandbox();
  afterAll(() => place.remove());

  it('is refused while the CA is not trusted: these tests ignore no errors', async () => {
    const flags = ['--no-git'];
    const project = await create({ sandbox: place, way: 'mkcert', language: 'js', flags });
    await served(project, () =>
      inBrowser(place, async (page) => {
        await expect(page.goto(project.origin)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
      }),
    );
  });

  it('points to the log, which says why a socket was refused', async () => {
    const flags = ['--no-git', '--overwrite'];
    const made = await create({ sandbox: place, way: 'mkcert', language: 'js', flags });
    trustAuthority(place);
    // The page's own origin may not open a socket: only another one is listed.
    const project = { ...made, env: { ...made.env, DOMAINS: 'https://other.example' } };
    const [service] = await serve(project, 'dev');
    try {
      await inBrowser(place, async (page) => {
        await page.goto(project.origin);
        const status = page.getByText(`Is ${project.origin} listed in DOMAINS?`);
        await status.waitFor({ timeout: 10_000 });
        const code = await page.evaluate(
          (url) =>
            new Promise((resolve) => {
              const socket = new WebSocket(url, 'secret-token');
              socket.addEventListener('open', () => resolve('open'));
              socket.addEventListener('close', (event) => resolve(event.code));
            }),
          `${project.origin.replace('https', 'wss')}/live`,
        );
        expect(code).toBe(1006);
      });
      const said = service?.output() ?? '';
      expect(said).toContain(`The origin ${project.origin} is not listed in DOMAINS.`);
      expect(said).toContain('The client only offers unsupported subprotocols');
      expect(said).not.toContain('secret-token');
    } finally {
      await service?.stop();
    }
  });
});
