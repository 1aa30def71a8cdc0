import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fp from 'fastify-plugin';

// Not @fastify/static for a few files: it adds 20 packages and 10 MB, and one needs Node 22.
const files = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/socket.js', file: 'socket.js', type: 'text/javascript; charset=utf-8' },
  // {{#if auth}}
  { url: '/login.js', file: 'login.js', type: 'text/javascript; charset=utf-8' },
  { url: '/login.css', file: 'login.css', type: 'text/css; charset=utf-8' },
  { url: '/ticket.js', file: 'ticket.js', type: 'text/javascript; charset=utf-8' },
  // {{/if}}
  { url: '/style.css', file: 'style.css', type: 'text/css; charset=utf-8' },
  { url: '/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
  // {{#if rooms}}
  { url: '/rooms.html', file: 'rooms.html', type: 'text/html; charset=utf-8' },
  { url: '/rooms-page.js', file: 'rooms-page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/rooms.js', file: 'rooms.js', type: 'text/javascript; charset=utf-8' },
  { url: '/rooms.css', file: 'rooms.css', type: 'text/css; charset=utf-8' },
  // {{/if}}
];

/** A page for trying the socket. Delete this file and `public/` when you have your own page. */
export default fp(
  async (app) => {
    // public/ is next to the parent folder of routes/.
    const folder = join(import.meta.dirname, '..', '..', 'public');
    for (const { url, file, type } of files) {
      // Read for each request, so that changes show without a restart.
      app.get(url, async (_request, reply) => {
        reply.type(type).header('cache-control', 'no-cache');
        return readFile(join(folder, file));
      });
    }
  },
  { name: 'page', dependencies: ['helmet'], encapsulate: true },
);
