import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const files = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/socket.js', file: 'socket.js', type: 'text/javascript; charset=utf-8' },
  { url: '/style.css', file: 'style.css', type: 'text/css; charset=utf-8' },
  { url: '/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
];

// Nothing but the files above may be loaded, and 'self' covers wss:// on the same host and port.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** A page to try the socket with. Delete this file and `public/` when you have your own. */
export async function page(app: FastifyInstance): Promise<void> {
  // This file runs from src/routes/ and from dist/routes/: public/ is two levels above both.
  const folder = join(import.meta.dirname, '..', '..', 'public');
  for (const { url, file, type } of files) {
    // Read for each request: a change shows without a restart.
    app.get(url, async (_request, reply) =>
      reply
        .type(type)
        .headers(headers)
        .send(await readFile(join(folder, file))),
    );
  }
}
