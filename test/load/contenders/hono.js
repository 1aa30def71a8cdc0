import { serve } from '@hono/node-server';
import { createNodeWebSocket } from '@hono/node-ws';
import { Hono } from 'hono';
import { createServer } from 'node:https';
import { address, echoOf, tls } from './contender.js';

const app = new Hono();
const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });

app.get(
  '/live',
  upgradeWebSocket(() => ({
    onMessage({ data }, socket) {
      socket.send(echoOf(data));
    },
  })),
);

const where = { fetch: app.fetch, hostname: address.host, port: address.port };
injectWebSocket(serve(tls ? { ...where, createServer, serverOptions: tls } : where));
