import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tokenHeaders } from '../../../src/create/verify/token.js';
import { caPathOf } from '../../support/authority.js';
import { openBrowser, trustAuthority } from '../../support/browser.js';
import { createProfile, openFirefox } from '../../support/firefox.js';
import { root } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { create, serve } from '../../support/project.js';
import type { Running } from '../../support/running.js';
import { sandbox } from '../../support/sandbox.js';
import { addTo } from '../../support/stores.js';

/** Runs in the page, and defines `talk`. */
const script = readFileSync(join(root, 'test/support/talk-in-room.js'), 'utf8');

/** What two people on the page see. */
const expected = {
  states: ['Connected · 2 in the room', 'Connected · 2 in the room'],
  sent: ['Good morning, <b>Grace</b>'],
  received: ['Good morning, <b>Grace</b>'],
  overflows: false,
};

const tools = ['chromium', 'firefox-esr', 'certutil', 'mkcert'];

describeWith(tools, 'two people in a room, with a token', () => {
  const place = sandbox();
  const state: { services: Running[]; address: string; script: string } = {
    services: [],
    address: '',
    script: '',
  };

  beforeAll(async () => {
    const flags = ['--rooms', '--auth', '--no-git'];
    const project = await create({ sandbox: place, way: 'mkcert', language: 'js', flags });
    state.services = await serve(project, 'dev');
    state.address = `${project.origin}/rooms.html`;
    const token = tokenHeaders(project.folder)['authorization']?.replace('Bearer ', '');
    state.script = `${script}\ntalk('${token}')`;
  });
  afterAll(async () => {
    await Promise.all(state.services.map(({ stop }) => stop()));
    await place.remove();
  });

  it.each([1280, 390])('talk in Chromium in a window of %i pixels', async (width) => {
    trustAuthority(place);
    const browser = await openBrowser(place);
    try {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      await page.goto(state.address);
      expect(await page.evaluate(state.script)).toEqual(expected);
    } finally {
      await browser.close();
    }
  });

  it('talk in Firefox', async () => {
    const firefox = { sandbox: place, profile: join(place.home, 'profile') };
    await createProfile(firefox);
    addTo(firefox.profile, { name: 'mkcert', file: caPathOf(place) });
    const browser = await openFirefox(firefox);
    try {
      const page = await browser.newPage();
      await page.goto(state.address);
      expect(await page.evaluate(state.script)).toEqual(expected);
    } finally {
      await browser.close();
    }
  });
});
