import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { mkcertInstaller } from '../../../src/io/environment.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await place.remove();
});

it.each([
  [1000, 'apt-get', 'sudo apt-get install mkcert libnss3-tools'],
  [0, 'apt-get', 'apt-get install mkcert libnss3-tools'],
  [0, 'apk', 'apk add mkcert nss-tools'],
  [1000, 'brew', 'brew install mkcert nss'],
])('user %d gets mkcert from %s by: %s', (uid, program, command) => {
  mkdirSync(place.home, { recursive: true });
  writeFileSync(join(place.home, program), '');
  chmodSync(join(place.home, program), 0o755);
  vi.stubEnv('PATH', place.home);
  vi.spyOn(process, 'getuid').mockReturnValue(uid);
  expect(mkcertInstaller()?.join(' ')).toBe(command);
});
