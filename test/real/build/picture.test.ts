import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../src/create/verify/server.js';
import { hashOfPicture, madeFrom, madeFromPath, picturePath } from '../../picture/made-from.js';
import type { MadeFrom } from '../../picture/made-from.js';
import { firstRun } from '../../picture/run.js';
import { describeWith } from '../../support/needs.js';
import { sandbox } from '../../support/sandbox.js';

const source: MadeFrom = JSON.parse(readFileSync(madeFromPath, 'utf8'));
const place = sandbox();
afterAll(() => place.remove());

describe('the picture of the README', () => {
  it('is the one that the last run of `npm run picture` made', () => {
    expect(hashOfPicture()).toBe(source.picture);
  });

  it('is small, and has twice the density', () => {
    const picture = readFileSync(picturePath);
    expect(picture.length).toBeLessThan(250_000);
    // The width of a PNG follows its signature and the head of its first chunk.
    expect(picture.readUInt32BE(16)).toBeGreaterThan(1600);
  });

  it('shows no path of the machine that made it, and the step that asks for trust', () => {
    const text = source.terminal.join('\n');
    expect(text.match(/\/(tmp|root|home(?!\/me\/)|work|var)\b/g)).toBeNull();
    expect(text).toMatch(/Trust mkcert's CA on this machine\?[^◇]*Yes/);
    expect(text).toContain('Page: https://localhost:3000/');
  });
});

const needs = ['tmux', 'mkcert', 'certutil', 'chromium', 'git'];

describeWith(needs, 'a new first run', () => {
  it('looks like the picture', async () => {
    const seen = await firstRun({ place, port: await freePort() });
    const { picture: _made, ...expected } = source;
    expect(madeFrom(seen), 'Run: npm run picture').toEqual(expected);
  });
});
