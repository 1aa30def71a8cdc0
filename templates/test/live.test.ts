import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, extension, start } from './helper.js';

// The only test of what /live does.
test(`/live echoes messages (change this test with src/routes/live${extension})`, async (t) => {
  const { connect } = await start(t);
  const socket = await connect('/live');
  assert.equal(await ask(socket, 'Grüße'), 'Echo: Grüße');
  const bytes = Buffer.from([0, 255, 128]);
  assert.deepEqual(await ask(socket, bytes), bytes);
});
