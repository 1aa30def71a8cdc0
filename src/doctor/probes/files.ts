import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import type { FileEvidence, Role } from '../project-evidence.js';
import { contentsOf } from './file-contents.js';
import { readWhole } from './read-file.js';

/** A file with what could be read from it. */
export interface Looked {
  evidence: FileEvidence;
  /** Its contents, as far as they can be read. */
  text: string;
  key?: KeyObject;
  certificate?: X509Certificate;
}

/** Where a file is, and what it is for. */
export interface Place {
  directory: string;
  /** Relative to it. */
  path: string;
  role: Role;
}

const block = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]+-----END \1-----/g;

/** @returns the certificates in a PEM text, without unreadable ones */
export function certificatesIn(text: string): X509Certificate[] {
  return [...text.matchAll(block)].flatMap(([pem]) => {
    try {
      return new X509Certificate(pem);
    } catch {
      // OpenSSL reports the reason when it reads the whole chain.
      return [];
    }
  });
}

const wholeKey = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----\r?\n[^]*?\n-----END \1-----/;

/** Whether an unreadable key is complete, so only its passphrase is wrong. */
function isEncrypted(text: string): boolean {
  return wholeKey.exec(text)?.[0].includes('ENCRYPTED') === true;
}

/** Parses text, not bytes, as the service does: X509Certificate would also accept DER. */
function parse(text: string, role: Role, passphrase: string): Pick<Looked, 'key' | 'certificate'> {
  return role === 'key'
    ? { key: createPrivateKey({ key: text, passphrase }) }
    : { certificate: new X509Certificate(text) };
}

function look(bytes: Buffer, { path, role }: Place, passphrase: string): Looked {
  const text = bytes.toString('utf8');
  try {
    return { evidence: { role, path, state: 'good' }, text, ...parse(text, role, passphrase) };
  } catch {
    // The contents of the file show why.
    const state = role === 'key' && isEncrypted(text) ? 'encrypted' : 'wrong';
    const wrong = state === 'wrong' ? { contents: contentsOf(bytes, role) } : {};
    return { evidence: { role, path, state, ...wrong }, text };
  }
}

/** Reads one of the files for TLS. Never throws. */
export function lookAt(place: Place, passphrase: string): Looked {
  const { directory, path, role } = place;
  const found = readWhole(resolve(directory, path));
  if ('bytes' in found) {
    return look(found.bytes, place, passphrase);
  }
  return { evidence: { role, path, state: 'unreadable', error: found.error }, text: '' };
}
