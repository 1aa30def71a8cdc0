import { expect, it } from 'vitest';
import { missingSettings, unusedSettings } from '../../../src/update/env-settings.js';

const base = 'PORT=3000\nDOMAINS=https://localhost:3000\nROOM_MAX_MEMBERS=9\n';
const theirs = 'PORT=3001\nDOMAINS=https://localhost:3001\nREDIS_PREFIX=chat\nREDIS_MODE=single\n';

it('of .env are needed if it has another value, or if the service has another default', () => {
  const missing = missingSettings(base, theirs, base);
  expect(new Map(missing.map(({ name, value, needed }) => [name, [value, needed]]))).toEqual(
    new Map([
      ['PORT', ['3001', true]],
      ['DOMAINS', ['https://localhost:3001', true]],
      ['REDIS_PREFIX', ['chat', true]],
      ['REDIS_MODE', ['single', false]],
    ]),
  );
  expect(unusedSettings(base, theirs, base)).toEqual(['ROOM_MAX_MEMBERS']);
});

it('are not listed if .env has them', () => {
  expect(missingSettings(base, theirs, theirs)).toEqual([]);
  expect(missingSettings(base, base, '')).toEqual([]);
});
