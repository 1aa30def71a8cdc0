import { afterAll, beforeAll, expect, it } from 'vitest';
import { run, type Services } from '../../fuzz/run.js';
import { renderService, type Rendered } from '../../support/service.js';

const place: { rendered?: Rendered; services?: Services } = {};

beforeAll(async () => {
  place.rendered = await renderService();
  place.services = {
    ws: await place.rendered.start('ws'),
    wss: await place.rendered.start('wss'),
  };
});
afterAll(async () => {
  await place.services?.ws.stop();
  await place.services?.wss.stop();
  place.rendered?.remove();
});

it('answers malformed and unusual input as the RFCs require, and other clients are not affected', async () => {
  if (place.services === undefined) {
    throw new Error('The services do not run.');
  }
  const { failures, faults, played } = await run(place.services, { seed: 6455, cases: 1000 });
  // `npm run fuzz -- --seed 6455` runs the same cases first, and then more.
  expect(failures.map(({ number, name, fault }) => `${number}, ${name}: ${fault}`)).toEqual([]);
  expect(faults).toEqual([]);
  expect(played).toBe(1000);
});
