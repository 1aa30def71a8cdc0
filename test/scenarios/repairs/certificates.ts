import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientUsage, make, serverUsage, type Issued } from '../../support/pki.js';
import { addTo, placesIn } from '../../support/stores.js';
import { secureEcho } from '../echo.js';
import { knowing } from '../network.js';
import { at, localHosts, type Scene } from '../scene.js';
import { adopt, emptyFolder, swap, type Repair } from './repair.js';

type Different = Partial<Parameters<typeof make>[0]>;

function leafWith(scene: Scene, different: Different = {}): Promise<Issued> {
  const usual = { name: 'CN=leaf', hosts: localHosts, by: scene.ca, usage: serverUsage };
  return make({ ...usual, ...different });
}

type Pair = Partial<Pick<Issued, 'cert' | 'key'>>;

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

interface Renewal {
  name: string;
  code: string;
  pair: (scene: Scene) => Promise<Pair>;
  host?: string;
}

/** The command of the fix makes a pair in the current folder; the server then uses it. */
function renewal({ name, code, pair: first, host = 'localhost' }: Renewal): Repair {
  return {
    name,
    code,
    words: /creates (\S+) and (\S+) in the current folder/,
    build: async (scene) => {
      adopt(scene);
      const cwd = emptyFolder(scene);
      const named = knowing(scene, { 'chat.test': ['127.0.0.1'] });
      const serve = async (pair: Pair) => {
        const port = await scene.listen(secureEcho({ ...pair }));
        return { ...at(`wss://${host}:${port}/`), ...named, cwd };
      };
      return {
        call: await serve(await first(scene)),
        type: async ([, key = '', cert = ''], run) => {
          await run();
          const [keyPem = '', certPem = ''] = [key, cert].map((path) => read(join(cwd, path)));
          return serve({ key: keyPem, cert: certPem });
        },
      };
    },
  };
}

const renewals = [
  renewal({
    name: 'a certificate of a server has expired',
    code: 'expired',
    pair: (scene) => leafWith(scene, { from: -20, to: -10 }),
  }),
  renewal({
    name: 'a certificate is for another host name',
    code: 'name-mismatch',
    host: 'chat.test',
    pair: (scene) => leafWith(scene),
  }),
  renewal({
    name: 'a certificate has no subjectAltName',
    code: 'no-subject-alt-name',
    pair: (scene) => leafWith(scene, { hosts: [] }),
  }),
  renewal({
    name: 'a certificate is for clients',
    code: 'not-a-server-certificate',
    pair: (scene) => leafWith(scene, { usage: clientUsage }),
  }),
  renewal({
    name: 'a key is short',
    code: 'weak-key',
    pair: (scene) => leafWith(scene, { bits: 1024 }),
  }),
  renewal({
    name: 'browsers do not take the kind of key',
    code: 'browser-refuses-certificate',
    pair: (scene) => leafWith(scene, { kind: 'Ed25519' }),
  }),
  renewal({
    name: 'a certificate is valid for too long',
    code: 'apple-refuses-certificate',
    pair: (scene) => leafWith(scene, { to: 3000 }),
  }),
  renewal({
    name: 'a certificate is self-signed',
    code: 'self-signed',
    pair: () => make({ name: 'CN=own', hosts: localHosts, usage: serverUsage }),
  }),
  renewal({
    name: 'another CA of mkcert signed a certificate',
    code: 'other-mkcert-ca',
    pair: async (scene) => {
      const name = 'O=mkcert development CA, CN=mkcert other@machine';
      return leafWith(scene, { by: await make({ name, isCa: true }) });
    },
  }),
];

/** A file with the CAs that Node.js and system tools trust. */
function trusting(scene: Scene, ...more: Issued[]) {
  const name = `trusted-${more.length}.pem`;
  const file = scene.file(name, [scene.ca, ...more].map(({ cert }) => cert).join(''));
  return { NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE: file };
}

/** An intermediate certificate of the trusted CA, and one that it has signed. */
async function byIntermediate(scene: Scene, different: Different = {}) {
  const between = await make({ name: 'CN=Between', isCa: true, by: scene.ca, ...different });
  return { between, leaf: await leafWith(scene, { by: between }) };
}

const place: { pair?: Awaited<ReturnType<typeof byIntermediate>> } = {};

const chains: Repair[] = [
  swap({
    name: 'a certificate is not valid before tomorrow',
    code: 'not-yet-valid',
    words: /get a new certificate/,
    before: async (scene) => secureEcho(await leafWith(scene, { from: 1 })),
    after: async (scene) => secureEcho(await leafWith(scene)),
  }),
  swap({
    name: 'the server sends no intermediate certificate',
    code: 'missing-intermediate',
    words: /with its own certificate first, then the intermediate/,
    before: async (scene) => {
      place.pair = await byIntermediate(scene);
      return secureEcho(place.pair.leaf);
    },
    after: async (scene) => {
      const { leaf, between } = place.pair ?? (await byIntermediate(scene));
      return secureEcho({ key: leaf.key, cert: leaf.cert + between.cert });
    },
  }),
  swap({
    name: 'a CA of the chain may not sign for servers',
    code: 'chain-refused',
    words: /get one from another CA/,
    before: async (scene) => {
      const { leaf, between } = await byIntermediate(scene, { usage: clientUsage });
      return secureEcho({ key: leaf.key, cert: leaf.cert + between.cert });
    },
    after: async (scene) => secureEcho(await leafWith(scene)),
  }),
  {
    name: 'a private CA signed a certificate',
    code: 'private-ca',
    needs: ['certutil'],
    words:
      /Install the root certificate of that CA on the clients: in the trust stores of the system and the browsers, and for Node\.js with (NODE_EXTRA_CA_CERTS)/,
    build: async (scene) => {
      const ca = await make({ name: 'CN=Company CA', isCa: true });
      const { cert, key } = await leafWith(scene, { by: ca });
      const port = await scene.listen(secureEcho({ key, cert: cert + ca.cert }));
      const call = at(`wss://localhost:${port}/`);
      return {
        call,
        type: () => {
          const { xdg } = placesIn(scene.sandbox);
          addTo(xdg, { name: 'company', file: scene.file('company.pem', ca.cert) });
          scene.later(() => execFileSync('certutil', ['-D', '-d', `sql:${xdg}`, '-n', 'company']));
          return { ...call, env: trusting(scene, ca) };
        },
      };
    },
  },
  {
    name: 'a browser does not trust the development CA',
    code: 'ca-not-trusted',
    needs: ['certutil'],
    build: async (scene) => {
      const ca = await make({ name: 'O=mkcert development CA, CN=mkcert me@here', isCa: true });
      adopt(scene, ca);
      const port = await scene.listen(secureEcho(await leafWith(scene, { by: ca })));
      return { call: { ...at(`wss://localhost:${port}/`), env: trusting(scene, ca) } };
    },
  },
];

export const certificateRepairs: Repair[] = [...renewals, ...chains];
