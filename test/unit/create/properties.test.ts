import { describe, expect, it } from 'vitest';
import { properties } from '../../properties/all.js';
import { seed } from '../../support/sample.js';

/** A short run of `npm run properties`. */
const runs = 1000;

describe('for any input:', () => {
  it.each(properties.map((property) => [property.name, property] as const))(
    '%s',
    async (_name, { check, share }) => {
      await expect(
        Promise.resolve(check({ numRuns: Math.ceil(runs * share), seed })),
      ).resolves.toBeUndefined();
    },
  );
});
