import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { make, serverUsage, type Issued } from '../support/pki.js';
import { addTo, placesIn } from '../support/stores.js';
import { localHosts, type Call, type Scenario, type Scene } from './scene.js';
import { serve } from './tls.js';

/** A certificate of mkcert, whose CA is in its own folder. */
function byMkcert({ sandbox }: Scene, caRoot: string): Pick<Issued, 'cert' | 'key'> {
  mkdirSync(caRoot, { recursive: true });
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(caRoot, `leaf-${name}`));
  const files = ['-cert-file', cert ?? '', '-key-file', key ?? ''];
  execFileSync('mkcert', [...files, ...localHosts], {
    env: { ...sandbox.env, CAROOT: caRoot },
    stdio: 'pipe',
  });
  const [certPem = '', keyPem = ''] = [cert, key].map((path) => readFileSync(path ?? '', 'utf8'));
  return { cert: certPem, key: keyPem };
}

function here({ sandbox }: Scene): string {
  return sandbox.caRoot;
}

function elsewhere({ sandbox }: Scene): string {
  return join(sandbox.home, 'other-ca');
}

/** Only the sandbox's browser trusts the CA of mkcert. */
async function trustedByBrowsers(scene: Scene): Promise<Call> {
  const leaf = byMkcert(scene, here(scene));
  const file = join(here(scene), 'rootCA.pem');
  addTo(placesIn(scene.sandbox).xdg, { name: 'mkcert', file });
  scene.later(() =>
    execFileSync('certutil', ['-D', '-d', `sql:${placesIn(scene.sandbox).xdg}`, '-n', 'mkcert']),
  );
  return serve(scene, leaf);
}

/** A CA that no client trusts. */
function unknownCa(name = 'CN=Company CA'): Promise<Issued> {
  return make({ name, isCa: true });
}

function leafOf(by: Issued, more: Partial<Parameters<typeof make>[0]> = {}): Promise<Issued> {
  return make({ name: 'CN=leaf', hosts: localHosts, by, usage: serverUsage, ...more });
}

/** The environment in which only browsers trust the scenario's CA. */
const unknownToNode = { NODE_EXTRA_CA_CERTS: undefined };
const unknownToSystem = { SSL_CERT_FILE: undefined };

/** Browsers of a test have their own trust stores, with other CAs than the file of --ca-file. */
const ownStores = {
  Chromium: 'its trust store has other CAs',
  Firefox: 'its trust store has other CAs',
};

export const trustScenarios: Scenario[] = [
  {
    name: 'no client trusts the CA of mkcert',
    codes: ['ca-not-trusted'],
    needs: ['mkcert'],
    build: async (scene) => serve(scene, byMkcert(scene, here(scene))),
  },
  {
    name: 'only browsers trust the CA of mkcert',
    codes: ['ca-not-trusted', 'healthy'],
    needs: ['mkcert'],
    build: trustedByBrowsers,
  },
  {
    name: 'another CA of the same name signed the certificate',
    codes: ['other-mkcert-ca'],
    needs: ['mkcert'],
    build: async (scene) => {
      byMkcert(scene, here(scene));
      return serve(scene, byMkcert(scene, elsewhere(scene)));
    },
  },
  {
    name: 'a CA of mkcert signed the certificate, and there is none on this machine',
    codes: ['other-mkcert-ca'],
    needs: ['mkcert'],
    build: async (scene) => {
      const call = await serve(scene, byMkcert(scene, elsewhere(scene)));
      return { ...call, env: { CAROOT: join(scene.sandbox.home, 'no-ca') } };
    },
  },
  {
    name: 'the certificate is self-signed',
    codes: ['self-signed'],
    build: async (scene) =>
      serve(scene, await make({ name: 'CN=own', hosts: localHosts, usage: serverUsage })),
  },
  {
    name: 'a self-signed certificate that is trusted',
    codes: ['healthy'],
    build: async (scene) => {
      const own = await make({ name: 'CN=own', hosts: localHosts, usage: serverUsage });
      const file = scene.file('own.pem', own.cert);
      const { xdg } = placesIn(scene.sandbox);
      addTo(xdg, { name: 'own', file, flags: 'P,,' });
      scene.later(() => execFileSync('certutil', ['-D', '-d', `sql:${xdg}`, '-n', 'own']));
      const call = await serve(scene, own);
      return { ...call, env: { NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE: file } };
    },
  },
  {
    name: 'a private CA signed the certificate, and is sent',
    codes: ['private-ca'],
    build: async (scene) => {
      const ca = await unknownCa();
      const { cert, key } = await leafOf(ca);
      return serve(scene, { cert: cert + ca.cert, key });
    },
  },
  {
    name: 'the intermediate certificate of a private CA is sent, and no client trusts its root',
    codes: ['private-ca'],
    build: async (scene) => {
      const by = await make({ name: 'CN=Between', isCa: true, by: await unknownCa() });
      const { cert, key } = await leafOf(by);
      return serve(scene, { cert: cert + by.cert, key });
    },
  },
  {
    name: 'an earlier CA of the same name signed the certificate',
    codes: ['private-ca'],
    build: async (scene) => serve(scene, await leafOf(await unknownCa('CN=Scenario CA'))),
  },
  {
    name: 'the intermediate certificate is not sent',
    codes: ['missing-intermediate'],
    likely: true,
    build: async (scene) => {
      const by = await make({ name: 'CN=Between', isCa: true, by: scene.ca });
      return serve(scene, await leafOf(by));
    },
  },
  {
    name: 'the intermediate certificate of a public certificate is not sent',
    codes: ['missing-intermediate'],
    build: async (scene) => {
      const by = await make({ name: 'CN=Between', isCa: true, by: scene.ca });
      const leaf = await leafOf(by, { logged: true, issuerUrl: 'http://ca.invalid/between.der' });
      return serve(scene, leaf);
    },
  },
  {
    name: 'the intermediate certificate is sent, and its root is trusted',
    codes: ['healthy'],
    build: async (scene) => {
      const by = await make({ name: 'CN=Between', isCa: true, by: scene.ca });
      const { cert, key } = await leafOf(by);
      return serve(scene, { cert: cert + by.cert, key });
    },
  },
  {
    name: 'an expired certificate is sent that no client needs',
    codes: ['healthy'],
    build: async (scene) => {
      const by = await make({ name: 'CN=Between', isCa: true, by: scene.ca });
      const old = await make({ name: 'CN=Old root', isCa: true, from: -30, to: -1 });
      // The same CA as the trusted one, but signed by an older one.
      const cross = await make({
        name: scene.ca.name,
        isCa: true,
        by: old,
        keys: scene.ca.keys,
        from: -30,
        to: -1,
      });
      const { cert, key } = await leafOf(by);
      return serve(scene, { cert: cert + by.cert + cross.cert, key });
    },
  },
  {
    name: 'the CA that is sent has the name of the issuer, but another key',
    codes: ['missing-intermediate'],
    likely: true,
    build: async (scene) => {
      const [one, other] = [await unknownCa('CN=Twin'), await unknownCa('CN=Twin')];
      const { cert, key } = await leafOf(one);
      return serve(scene, { cert: cert + other.cert, key });
    },
  },
  {
    name: 'browsers and the system trust the CA, and Node.js does not',
    codes: ['private-ca', 'healthy'],
    build: async (scene) => {
      const { cert, key } = scene.leaf;
      const call = await serve(scene, { cert: cert + scene.ca.cert, key });
      return { ...call, env: unknownToNode };
    },
  },
  {
    name: "a client with the CA's file trusts it, and doctor is given that file",
    codes: ['healthy'],
    except: ownStores,
    build: async (scene) => {
      const ca = await unknownCa();
      const call = await serve(scene, await leafOf(ca));
      return { ...call, args: [...call.args, '--ca-file', scene.file('company.pem', ca.cert)] };
    },
  },
  {
    name: 'doctor is given the file of another CA, though all other clients trust the right one',
    codes: ['missing-intermediate'],
    likely: true,
    except: ownStores,
    build: async (scene) => {
      const other = await unknownCa();
      const call = await serve(scene, scene.leaf);
      return { ...call, args: [...call.args, '--ca-file', scene.file('other.pem', other.cert)] };
    },
  },
  {
    name: 'Node.js verifies no certificates',
    codes: ['verification-disabled', 'healthy'],
    build: async (scene) => {
      const call = await serve(scene, scene.leaf);
      return { ...call, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
    },
  },
  {
    name: 'nothing is wrong',
    codes: ['healthy'],
    build: (scene) => serve(scene, scene.leaf),
  },
  {
    name: 'only the system does not trust the CA',
    codes: ['private-ca', 'healthy'],
    build: async (scene) => {
      const call = await serve(scene, scene.leaf);
      return { ...call, env: unknownToSystem };
    },
  },
];
