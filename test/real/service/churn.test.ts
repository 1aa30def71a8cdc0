import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureRounds } from '../../churn/rounds.js';
import { renderService, type Rendered } from '../../support/service.js';

const place: { rendered?: Rendered } = {};

beforeAll(async () => {
  place.rendered = await renderService();
});
afterAll(() => place.rendered?.remove());

// `npm run churn` measures the memory, in rounds that are long enough for that.
it('keeps nothing of connections that were closed, reset or never completed', async () => {
  if (place.rendered === undefined) {
    throw new Error('The service was not rendered.');
  }
  const measures = await measureRounds(place.rendered, { rounds: 2, connections: 300 });
  expect(measures.map(({ left }) => left)).toEqual([[], [], [], []]);
});
