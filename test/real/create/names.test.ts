import { afterAll, expect, it } from 'vitest';
import { folderProperty } from '../../properties/folders.js';
import type { Property } from '../../properties/property.js';
import { caddyProperty, nginxProperty } from '../../properties/sites.js';
import { describeWith } from '../../support/needs.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';

/** A short run of `npm run properties`. */
const runs = 2000;

const cases: [programs: string[], (place: Sandbox) => Property][] = [
  [[], folderProperty],
  [['caddy'], caddyProperty],
  [['nginx', 'mkcert'], nginxProperty],
];

for (const [programs, property] of cases) {
  describeWith(programs, `names and values, as ${programs[0] ?? 'the disk'} has them:`, () => {
    const place = sandbox();
    afterAll(() => place.remove());

    it('match the answers', async () => {
      const { check, share } = property(place);
      await expect(
        Promise.resolve(check({ numRuns: Math.ceil(runs * share) })),
      ).resolves.toBeUndefined();
    });
  });
}
