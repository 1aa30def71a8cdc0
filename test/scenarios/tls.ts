import 'reflect-metadata';
import { createSecureServer } from 'node:http2';
import { createServer as createSecure, type ServerOptions } from 'node:https';
import { KeyUsageFlags, KeyUsagesExtension } from '@peculiar/x509';
import { clientUsage, make, serverUsage, type Issued } from '../support/pki.js';
import { secureEcho } from './echo.js';
import { at, localHosts, type Call, type Scenario, type Scene } from './scene.js';

/** Serves a certificate, with a chain if one is given. */
export async function serve(
  scene: Scene,
  { cert, key }: Pick<Issued, 'cert' | 'key'>,
  more: ServerOptions = {},
  host = 'localhost',
): Promise<Call> {
  const port = await scene.listen(secureEcho({ key, cert, ...more }));
  return at(`wss://${host}:${port}/`);
}

/** A certificate of the trusted CA with one difference. */
function leafWith(scene: Scene, differing: Partial<Parameters<typeof make>[0]>): Promise<Issued> {
  const usual = { name: 'CN=leaf', hosts: localHosts, by: scene.ca, usage: serverUsage };
  return make({ ...usual, ...differing });
}

/** A certificate that is valid except for its name, which is only in its subject. */
function bare(scene: Scene): Promise<Issued> {
  return make({ name: 'CN=localhost', by: scene.ca, usage: serverUsage });
}

/** A server without HTTP/1.1 that announces WebSockets over HTTP/2. */
async function speakHttp2(scene: Scene, opens: boolean): Promise<Call> {
  const { cert, key } = scene.leaf;
  const server = createSecureServer({ cert, key, settings: { enableConnectProtocol: true } });
  server.on('tlsClientError', () => undefined);
  server.on('connect', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] === 'CONNECT' && opens) {
      stream.respond({ ':status': 200 });
      return;
    }
    stream.respond({ ':status': 404 });
    stream.end();
  });
  return at(`wss://localhost:${await scene.listen(server)}/`);
}

export const tlsScenarios: Scenario[] = [
  {
    name: 'the key and the certificate are of different types',
    codes: ['no-usable-certificate'],
    likely: true,
    build: async (scene) => {
      const { cert } = await leafWith(scene, { bits: 2048 });
      return serve(scene, { cert, key: scene.leaf.key });
    },
  },
  {
    name: 'the server has no certificate at all',
    codes: ['no-usable-certificate'],
    likely: true,
    build: async (scene) => at(`wss://127.0.0.1:${await scene.listen(secureEcho({}))}/`),
  },
  {
    name: 'a megabyte of certificates is sent',
    codes: ['no-usable-certificate'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      return serve(scene, { cert: cert + scene.ca.cert.repeat(2500), key });
    },
  },
  {
    name: 'the port only supports HTTP/2',
    codes: ['http2-only'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      const server = createSecureServer({ cert, key });
      server.on('tlsClientError', () => undefined);
      return at(`wss://localhost:${await scene.listen(server)}/`);
    },
  },
  {
    name: 'the port only supports HTTP/2, and WebSockets over it',
    codes: ['http2-only'],
    except: { Chromium: 'it opens no page of the host, which it needs for a session' },
    build: async (scene) => speakHttp2(scene, true),
  },
  {
    name: 'the port only supports HTTP/2, and WebSockets over it, for a page of another host',
    codes: ['http2-only'],
    build: async (scene) => {
      const pages = createSecure(scene.leaf, (_request, response) => {
        response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
      });
      const page = `https://localhost:${await scene.listen(pages)}/`;
      const { args } = await speakHttp2(scene, true);
      return { args: [...args, '--page', page] };
    },
  },
  {
    name: 'the port only supports HTTP/2, announces WebSockets over it, and refuses them',
    codes: ['http2-only'],
    build: (scene) => speakHttp2(scene, false),
  },
  {
    name: 'the server only supports TLS 1.1 and older',
    codes: ['tls-version'],
    build: (scene) =>
      serve(scene, scene.leaf, {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
  },
  {
    name: 'a client certificate is required, with TLS 1.3',
    codes: ['client-certificate-required'],
    build: (scene) =>
      serve(scene, scene.leaf, { requestCert: true, rejectUnauthorized: true, ca: scene.ca.cert }),
  },
  {
    name: 'a client certificate is required, with TLS 1.2',
    codes: ['client-certificate-required'],
    likely: true,
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      const options = { cert, key, ca: scene.ca.cert, maxVersion: 'TLSv1.2' } as const;
      return serve(scene, scene.leaf, { ...options, requestCert: true, rejectUnauthorized: true });
    },
  },
  {
    name: 'the certificate has expired',
    codes: ['expired'],
    build: async (scene) => serve(scene, await leafWith(scene, { from: -30, to: -1 })),
  },
  {
    name: 'an intermediate certificate has expired',
    codes: ['expired'],
    build: async (scene) => {
      const by = await make({ name: 'CN=Old', isCa: true, by: scene.ca, from: -30, to: -1 });
      const { cert, key } = await leafWith(scene, { by });
      return serve(scene, { cert: cert + by.cert, key });
    },
  },
  {
    name: 'the certificate is not valid before tomorrow',
    codes: ['not-yet-valid'],
    build: async (scene) => serve(scene, await leafWith(scene, { from: 1 })),
  },
  {
    name: 'the certificate is for another name',
    codes: ['name-mismatch'],
    build: async (scene) => serve(scene, await leafWith(scene, { hosts: ['app.test'] })),
  },
  {
    name: 'the certificate is for a name, but the URL has an address',
    codes: ['name-mismatch'],
    build: async (scene) =>
      serve(scene, await leafWith(scene, { hosts: ['localhost'] }), {}, '127.0.0.1'),
  },
  {
    name: 'the certificate has its name only in its subject',
    codes: ['no-subject-alt-name'],
    build: async (scene) => serve(scene, await bare(scene)),
  },
  {
    name: 'the certificate is for clients',
    codes: ['not-a-server-certificate'],
    build: async (scene) => serve(scene, await leafWith(scene, { usage: clientUsage })),
  },
  {
    name: 'the key has 1024 bits',
    codes: ['weak-key'],
    build: async (scene) => {
      const weak = await leafWith(scene, { bits: 1024 });
      return serve(scene, weak, { ciphers: 'DEFAULT@SECLEVEL=0' });
    },
  },
  {
    name: 'the certificate is signed with SHA-1',
    codes: ['weak-key'],
    build: async (scene) => {
      const by = await make({
        name: 'CN=Old hash',
        isCa: true,
        by: scene.ca,
        bits: 2048,
        hash: 'SHA-1',
      });
      const weak = await leafWith(scene, { by, hash: 'SHA-1', bits: 2048 });
      const chain = { cert: weak.cert + by.cert, key: weak.key };
      return serve(scene, chain, { ciphers: 'DEFAULT@SECLEVEL=0' });
    },
  },
  {
    name: 'the ingress controller sends its placeholder',
    codes: ['proxy-unknown-host'],
    build: async (scene) => {
      const name = 'O=Acme Co,CN=Kubernetes Ingress Controller Fake Certificate';
      return serve(scene, await make({ name, hosts: ['ingress.local'] }));
    },
  },
  {
    name: 'the RSA key is only for encipherment',
    codes: ['browser-refuses-certificate'],
    build: async (scene) => {
      const more = [new KeyUsagesExtension(KeyUsageFlags.keyEncipherment, true)];
      return serve(scene, await leafWith(scene, { bits: 2048, more }));
    },
  },
  {
    name: 'the certificate is valid for three years',
    codes: ['apple-refuses-certificate', 'healthy'],
    likely: true,
    build: async (scene) => serve(scene, await leafWith(scene, { to: 1095 })),
  },
  {
    name: 'the certificate has no extended key usage',
    codes: ['apple-refuses-certificate', 'healthy'],
    likely: true,
    build: async (scene) =>
      serve(scene, await make({ name: 'CN=leaf', hosts: localHosts, by: scene.ca })),
  },
  {
    name: 'the server only supports a group that Chromium does not know',
    codes: ['no-common-tls'],
    build: (scene) => serve(scene, scene.leaf, { ecdhCurve: 'P-521' }),
  },
  {
    name: 'the server asks for a client certificate, and needs none',
    codes: ['client-certificate-requested'],
    build: (scene) =>
      serve(scene, scene.leaf, {
        requestCert: true,
        rejectUnauthorized: false,
        ca: scene.ca.cert,
      }),
  },
  {
    name: 'the intermediate certificate is not of a CA',
    codes: ['chain-refused'],
    build: async (scene) => {
      const by = await make({ name: 'CN=No CA', by: scene.ca });
      const { cert, key } = await leafWith(scene, { by });
      return serve(scene, { cert: cert + by.cert, key });
    },
  },
  {
    name: 'expired, for another name and of an untrusted CA, all at once',
    codes: ['expired', 'name-mismatch', 'self-signed'],
    build: async (scene) =>
      serve(
        scene,
        await make({ name: 'CN=own', hosts: ['app.test'], from: -30, to: -1, usage: serverUsage }),
      ),
  },
];
