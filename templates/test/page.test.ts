import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './helper.js';

const files = [
  ['/', 'text/html; charset=utf-8'],
  ['/page.js', 'text/javascript; charset=utf-8'],
  ['/socket.js', 'text/javascript; charset=utf-8'],
  // {{#if auth}}
  ['/login.js', 'text/javascript; charset=utf-8'],
  ['/login.css', 'text/css; charset=utf-8'],
  ['/ticket.js', 'text/javascript; charset=utf-8'],
  // {{/if}}
  ['/style.css', 'text/css; charset=utf-8'],
  ['/icon.svg', 'image/svg+xml'],
  // {{#if rooms}}
  ['/rooms.html', 'text/html; charset=utf-8'],
  ['/rooms-page.js', 'text/javascript; charset=utf-8'],
  ['/rooms.js', 'text/javascript; charset=utf-8'],
  ['/rooms.css', 'text/css; charset=utf-8'],
  // {{/if}}
] as const;

test('the page and its files have the right types and a strict policy', async (t) => {
  const { app } = await start(t);
  for (const [url, type] of files) {
    const { statusCode, headers } = await app.inject(url);
    assert.equal(statusCode, 200, url);
    assert.equal(headers['content-type'], type, url);
    assert.match(String(headers['content-security-policy']), /^default-src 'none';/, url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['referrer-policy'], 'no-referrer', url);
  }
});

test('pages have no inline scripts or styles, which the policy would block', async (t) => {
  const { app } = await start(t);
  for (const [url] of files.filter(([, type]) => type.startsWith('text/html'))) {
    const { body } = await app.inject(url);
    assert.doesNotMatch(body, /<style|\sstyle=|<script>|\son\w+=|https?:\/\//, url);
  }
});

test('no other file is served', async (t) => {
  const { app } = await start(t);
  for (const url of ['/index.html', '/../package.json', '/%2e%2e/.env', '/.env']) {
    assert.equal((await app.inject(url)).statusCode, 404, url);
  }
});

test('the service is alive and ready', async (t) => {
  const { app } = await start(t);
  for (const url of ['/healthz', '/readyz']) {
    const response = await app.inject(url);
    assert.equal(response.statusCode, 200, url);
    assert.deepEqual(response.json(), { status: 'ok' }, url);
  }
});
