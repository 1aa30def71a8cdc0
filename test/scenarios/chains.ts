import 'reflect-metadata';
import type { ServerOptions } from 'node:https';
import {
  AuthorityKeyIdentifierExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509';
import { clientUsage, make, serverUsage, type Issued } from '../support/pki.js';
import { localHosts } from './scene.js';

/** A TLS server, and the roots that all clients trust. */
export interface Setup {
  cert: string;
  key: string;
  roots: Issued[];
  options?: ServerOptions;
  /** Takes the certificate for each connection, in turn. */
  turns?: { cert: string; key: string }[];
}

type Wanted = Parameters<typeof make>[0];

const emailUsage = '1.3.6.1.5.5.7.3.4';
const ocspUsage = '1.3.6.1.5.5.7.3.9';
const anyUsage = '2.5.29.37.0';

function extension(oid: string, hex: string, isCritical = false): Extension {
  return new Extension(oid, isCritical, Buffer.from(hex, 'hex'));
}

function usable(flags: KeyUsageFlags): KeyUsagesExtension {
  return new KeyUsagesExtension(flags, true);
}

/** Only names below example.test. */
const nameConstraints = extension(
  '2.5.29.30',
  `3012a010300e820c${Buffer.from('example.test').toString('hex')}`,
  true,
);
const explicitPolicy = extension('2.5.29.36', '3003800100', true);
const unknownCritical = extension('1.2.3.4.5', '0500', true);
const mustStaple = extension('1.3.6.1.5.5.7.1.24', '3003020105');

let roots = 0;

/** A new CA; its name is new, too. */
function root(more: Partial<Wanted> = {}): Promise<Issued> {
  roots += 1;
  return make({ name: `CN=Root ${roots}`, isCa: true, ...more });
}

function leafOf(by: Issued, more: Partial<Wanted> = {}): Promise<Issued> {
  return make({ name: 'CN=leaf', hosts: localHosts, by, usage: serverUsage, ...more });
}

/** A server with a leaf of a new root; both may differ from the usual. */
async function direct(leaf: Partial<Wanted>, ca: Partial<Wanted> = {}): Promise<Setup> {
  const by = await root(ca);
  const { cert, key } = await leafOf(by, leaf);
  return { cert, key, roots: [by] };
}

/** A server with an intermediate that differs from the usual. */
async function below(between: Partial<Wanted>, ca: Partial<Wanted> = {}): Promise<Setup> {
  const top = await root(ca);
  const by = await make({ name: 'CN=Between', isCa: true, by: top, ...between });
  const { cert, key } = await leafOf(by, between.hash === undefined ? {} : { bits: 2048 });
  return { cert: cert + by.cert, key, roots: [top] };
}

async function serving(options: ServerOptions, leaf: Partial<Wanted> = {}): Promise<Setup> {
  return { ...(await direct(leaf)), options };
}

const rsa = { bits: 2048 };
const weakest = { ciphers: 'DEFAULT@SECLEVEL=0' };

/** Set-ups that some client refuses, or all take; each client says itself which. */
export const setups: Record<string, () => Promise<Setup>> = {
  'a usual certificate': () => direct({}),
  'an RSA certificate': () => direct(rsa),
  'an expired root': () => direct({}, { from: -30, to: -1 }),
  'a root that is not valid yet': () => direct({}, { from: 2 }),
  'an expired intermediate': () => below({ from: -30, to: -1 }),
  'name constraints of the root': () => direct({}, { more: [nameConstraints] }),
  'name constraints of the intermediate': () => below({ more: [nameConstraints] }),
  'a path that is too long': () => below({}, { pathLength: 0 }),
  'an intermediate with CA:FALSE': () => below({ isCa: false }),
  'an intermediate without basicConstraints': () => below({ isBare: true }),
  'an intermediate without keyCertSign': () =>
    below({ more: [usable(KeyUsageFlags.digitalSignature)] }),
  'an intermediate for email': () => below({ usage: emailUsage }),
  'an intermediate for anything': () => below({ usage: anyUsage }),
  'a root for email': () => direct({}, { usage: emailUsage }),
  'a leaf for anything': () => direct({ usage: anyUsage }),
  'a leaf for clients': () => direct({ usage: clientUsage }),
  'a leaf for OCSP, too': () => direct({ usage: [serverUsage, ocspUsage] }),
  'a leaf with an unknown critical extension': () => direct({ more: [unknownCritical] }),
  'an intermediate with an unknown critical extension': () => below({ more: [unknownCritical] }),
  'an intermediate with SHA-1': async () => ({
    ...(await below({ hash: 'SHA-1', bits: 2048 }, rsa)),
    options: weakest,
  }),
  'an intermediate with 1024 bits': async () => ({
    ...(await below({ bits: 1024 })),
    options: weakest,
  }),
  'an intermediate with P-521': () => below({ kind: 'P-521' }),
  'an intermediate with Ed25519': () => below({ kind: 'Ed25519' }),
  'a root that requires policies': () => direct({}, { more: [explicitPolicy] }),
  'an Ed25519 key': () => direct({ kind: 'Ed25519' }),
  'a P-384 key': () => direct({ kind: 'P-384' }),
  'a P-521 key': () => direct({ kind: 'P-521' }),
  'an RSA key of 1024 bits': async () => ({ ...(await direct({ bits: 1024 })), options: weakest }),
  'an RSA key for encipherment': () =>
    direct({ ...rsa, more: [usable(KeyUsageFlags.keyEncipherment)] }),
  'an RSA key for encipherment, and RSA key exchange': async () => ({
    ...(await direct({ ...rsa, more: [usable(KeyUsageFlags.keyEncipherment)] })),
    options: { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
  }),
  'an RSA key for signatures, and RSA key exchange': async () => ({
    ...(await direct({ ...rsa, more: [usable(KeyUsageFlags.digitalSignature)] })),
    options: { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
  }),
  'an EC key for agreement': () => direct({ more: [usable(KeyUsageFlags.keyAgreement)] }),
  'a key for signing certificates': () => direct({ more: [usable(KeyUsageFlags.keyCertSign)] }),
  'a leaf with CA:TRUE': () => direct({ isCa: true }),
  'must-staple without a staple': () => direct({ more: [mustStaple] }),
  'no subject, critical names': () => direct({ name: '', hasCriticalNames: true }),
  'no subject, names that are not critical': () => direct({ name: '' }),
  'strange letters in the subject': () => direct({ name: 'CN=a\u202E\\, b/c=d,O=\u0000' }),
  'a name as a URI, and in the subject': () =>
    direct({
      name: 'CN=localhost',
      hosts: [],
      otherNames: [{ type: 'url', value: 'https://localhost/' }],
    }),
  'a name only in the subject': () => direct({ name: 'CN=localhost', hosts: [] }),
  'three years': () => direct({ to: 1000 }),
  'a root and intermediates in any order': async () => {
    const top = await root();
    const first = await make({ name: 'CN=First', isCa: true, by: top });
    const second = await make({ name: 'CN=Second', isCa: true, by: first });
    const { cert, key } = await leafOf(second);
    return { cert: cert + top.cert + first.cert + second.cert, key, roots: [top] };
  },
  'a cross certificate that has expired': async () => {
    const top = await root();
    const by = await make({ name: 'CN=Between', isCa: true, by: top });
    const cross = await make({
      name: top.name,
      isCa: true,
      by: await root({ from: -30, to: -1 }),
      keys: top.keys,
      from: -30,
      to: -1,
    });
    const { cert, key } = await leafOf(by);
    return { cert: cert + by.cert + cross.cert, key, roots: [top] };
  },
  'a certificate of another issuer between': async () => {
    const top = await root();
    const by = await make({ name: 'CN=Between', isCa: true, by: top });
    const { cert, key } = await leafOf(by);
    return { cert: cert + (await root()).cert + by.cert, key, roots: [top] };
  },
  'a wrong key identifier': async () => {
    const by = await root({ more: [new SubjectKeyIdentifierExtension('11'.repeat(20))] });
    const wrong = new AuthorityKeyIdentifierExtension('22'.repeat(20));
    const { cert, key } = await leafOf(by, { more: [wrong] });
    return { cert, key, roots: [by] };
  },
  'an intermediate that is not sent': async () => {
    const top = await root();
    const by = await make({ name: 'CN=Between', isCa: true, by: top });
    const { cert, key } = await leafOf(by);
    return { cert, key, roots: [top] };
  },
  'an unknown root': async () => ({ ...(await direct({})), roots: [] }),
  'an unknown root without a name': async () => ({
    ...(await direct({}, { name: '' })),
    roots: [],
  }),
  'a self-signed certificate that may not sign': async () => {
    const more = [usable(KeyUsageFlags.digitalSignature)];
    const own = await make({ name: 'CN=own', hosts: localHosts, usage: serverUsage, more });
    return { cert: own.cert, key: own.key, roots: [] };
  },
  'a client certificate that is optional, with TLS 1.3': () =>
    serving({ requestCert: true, rejectUnauthorized: false }),
  'a client certificate that is optional, with TLS 1.2': () =>
    serving({ requestCert: true, rejectUnauthorized: false, maxVersion: 'TLSv1.2' }),
  'TLS 1.1 only': () => serving({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ...weakest }, rsa),
  'DHE only': () =>
    serving({ maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto' }, rsa),
  'CBC with SHA-384 only': () =>
    serving({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-SHA384' }, rsa),
  'CBC with SHA-1 only': () =>
    serving({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA' }, rsa),
  'ECDHE-ECDSA-AES128-SHA only': () =>
    serving({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }),
  'CCM only': () => serving({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-CCM' }),
  'P-521 only': () => serving({ ecdhCurve: 'P-521' }),
  'X448 only': () => serving({ ecdhCurve: 'X448' }),
  'signatures with SHA-1 only': () =>
    serving({ maxVersion: 'TLSv1.2', sigalgs: 'RSA+SHA1', ...weakest }, rsa),
  'signatures with SHA-512 only': () => serving({ maxVersion: 'TLSv1.2', sigalgs: 'ECDSA+SHA512' }),
};
