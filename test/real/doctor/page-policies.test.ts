import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localNetworkAccess } from '../../../src/doctor/rules/local-network-access.js';
import { openScene, type Scene } from '../../scenarios/scene.js';
import { describeWith } from '../../support/needs.js';
import { pageEvidence } from '../../support/page-evidence.js';
import { judged, policiesOf, policyRows, type PolicyRow } from '../../support/policies.js';
import { browserIn, openAll, openPolicyRoom, type PolicyRoom } from '../../support/policy-room.js';

const html = '<!doctype html><title>A page</title>';

/** The parts of the row where the rules and Chromium differ. */
async function differences(row: PolicyRow, page: Page): Promise<string[]> {
  const chromium = await openAll(page, row.urls);
  const about = [row.page, ...row.headers, row.html].join(' ');
  return judged(row).flatMap((ours, index) =>
    ours === chromium[index]
      ? []
      : [`${about} ${row.urls[index]}: ${ours}; Chromium: ${chromium[index]}`],
  );
}

/** The result of the rule for local networks, for a socket to a loopback address. */
function localAccess(row: PolicyRow): string {
  const address = row.page.includes('far.') ? '203.0.113.7' : '127.0.0.1';
  const page = { url: row.page, address, policies: policiesOf(row) };
  const finding = localNetworkAccess.page?.(pageEvidence({ url: row.urls[0] ?? '', page }));
  if (finding === undefined) {
    return 'free';
  }
  return (finding.alternatives ?? []).length > 0 ? 'asked for' : 'refused';
}

describeWith(['chromium', 'certutil'], 'the rules of pages', () => {
  const places: { scene: Scene; room: PolicyRoom; browser: Browser }[] = [];
  const here = () => {
    const [place] = places;
    if (place === undefined) {
      throw new Error('There is no room yet.');
    }
    return place;
  };
  beforeAll(async () => {
    const scene = await openScene();
    const room = await openPolicyRoom(scene);
    places.push({ scene, room, browser: await browserIn(room, scene) });
  });
  afterAll(async () => {
    const { scene, browser } = here();
    await browser.close();
    await scene.end();
    await scene.sandbox.remove();
  });

  it('match the sockets that Chromium opens', async () => {
    const { room, browser } = here();
    const page = await browser.newPage();
    const found: string[] = [];
    for (const row of policyRows) {
      room.show(row);
      await page.goto(row.page);
      found.push(...(await differences(row, page)));
    }
    const pairs = policyRows.flatMap(({ urls }) => urls).length;
    process.stdout.write(`${pairs - found.length} of ${pairs} sockets: as in Chromium.\n`);
    expect(found).toEqual([]);
    expect(pairs).toBeGreaterThan(60);
  });

  it.each([
    ['http://app.example/', undefined, 'free'],
    ['https://app.example/', undefined, 'free'],
    ['http://far.example/', undefined, 'refused'],
    ['https://far.example/', undefined, 'asked for'],
    ['http://app.example/', 'treat-as-public-address', 'refused'],
    ['https://app.example/', 'treat-as-public-address', 'asked for'],
    ['http://localhost/', 'Treat-As-Public-Address', 'asked for'],
    ['https://app.example/', 'connect-src wss:, treat-as-public-address', 'asked for'],
  ])('say for %s with %j that a local address is %s', async (url, policy, access) => {
    const { room, browser } = here();
    const headers = policy === undefined ? [] : [policy];
    const row: PolicyRow = { page: url, headers, html, urls: ['wss://api.example/'] };
    expect(localAccess(row)).toBe(access);
    room.show(row);
    const said: (string | undefined)[] = [];
    for (const permissions of [[], ['local-network-access']]) {
      const context = await browser.newContext();
      await context.grantPermissions(permissions);
      const page = await context.newPage();
      await page.goto(url);
      said.push(...(await openAll(page, row.urls)));
      await context.close();
    }
    const opens = 'open wss://api.example/';
    const outcomes: Record<string, string[]> = {
      free: [opens, opens],
      'asked for': ['closed', opens],
      refused: ['closed', 'closed'],
    };
    expect(said).toEqual(outcomes[access]);
  });

  it.each([
    ['sandbox', []],
    ['sandbox allow-scripts', ['null']],
    ['sandbox allow-scripts allow-same-origin', ['https://app.example']],
  ])('say for "%s" that scripts of the page open sockets to %j', async (policy, origins) => {
    const { room, browser } = here();
    const path = `/${encodeURIComponent(policy)}`;
    const script = `<script>new WebSocket('wss://api.example${path}');</script>`;
    room.show({ headers: [policy], html: `${html}${script}<img src="/seen">` });
    const page = await browser.newPage();
    const seen = page.waitForRequest('**/seen');
    await page.goto('https://app.example/');
    await seen;
    room.show({ headers: [], html });
    const other = await browser.newPage();
    await other.goto('https://app.example/');
    await openAll(other, ['wss://api.example/later']);
    const opened = room.opened.filter((each) => each.path === path);
    expect(opened.map(({ origin }) => origin)).toEqual(origins);
    await Promise.all([page.close(), other.close()]);
  });
});
