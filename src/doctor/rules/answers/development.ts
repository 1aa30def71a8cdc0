import type { KnownAnswer } from './known-answer.js';

/** The fix for a front end's development server that answers in place of the service. */
const proxied: Partial<KnownAnswer> = {
  fix: "Proxy the path in the development server with ws: true. Vite: server: { proxy: { '{path}': { target: 'http://localhost:3000', ws: true } } }.",
  alternatives: ['upgrade-stripped'],
};

/** Development servers of front ends that answer a handshake with a page. */
export const developmentAnswers: KnownAnswer[] = [
  {
    match: { status: [200, 404], phrase: /\/@vite\/client|\/@react-refresh/ },
    code: 'upgrade-ignored',
    who: 'Vite',
    source:
      'vitejs/vite: packages/vite/src/node/server/middlewares/indexHtml.ts; documentation, server.proxy',
    cause: 'Vite answers the handshake with its own page.',
    ...proxied,
  },
  {
    match: { headers: { 'x-powered-by': /Next\.js/i }, status: [200, 404, 405] },
    code: 'upgrade-ignored',
    who: 'Next.js',
    source: 'vercel/next.js: documentation, Custom server',
    cause: 'Next.js answers the handshake like a plain request: its routes have no WebSockets.',
    fix: 'Use the address of the WebSocket service, or a custom server that handles `upgrade`.',
    alternatives: ['wrong-path'],
  },
  {
    match: { status: 404, phrase: /__NEXT_DATA__|This page could not be found/ },
    code: 'upgrade-ignored',
    who: 'Next.js',
    source: 'vercel/next.js: packages/next/src/pages/_error.tsx',
    cause: 'Next.js answers the handshake like a plain request: its routes have no WebSockets.',
    fix: 'Use the address of the WebSocket service, or a custom server that handles `upgrade`.',
    alternatives: ['wrong-path'],
  },
  {
    match: {
      status: 200,
      phrase:
        /webpackHotUpdate|webpack-dev-server|\/static\/js\/bundle\.js|<app-root>|You need to enable JavaScript to run this app|<div id="(root|app)">\s*<\/div>/,
    },
    code: 'upgrade-ignored',
    who: 'A front end',
    source:
      'webpack/webpack-dev-server and vitejs/vite: history fallback; create-react-app, Angular and Vue: index.html',
    cause: 'The server of the front end answers the handshake with its page.',
    ...proxied,
  },
];
