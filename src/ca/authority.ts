import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { errorCode, notWritable, reasonOf } from '../io/reasons.js';
import { addName, clearLeftOver, makeFolders, makeStaging, removeStaging } from '../io/staging.js';
import { authorityPath, caRoot, certificateName } from './ca-root.js';
import { crypto, endOf, parseCertificate } from './certificate.js';
import { owner } from './owner.js';
import { certifyAuthority, newKey } from './x509.js';

/** A CA that can sign. */
export interface Authority {
  /** In PEM. */
  certificate: string;
  key: KeyObject;
}

const keyName = 'rootCA-key.pem';
const elsewhere = 'Set CAROOT to another folder, and a CA is made there.';

function unusable(message: string, fix: string, cause?: unknown): UserError {
  return new UserError(message, fix, { code: 'unreadable-file', stage: 'apply', cause });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    const fix = 'It may belong to another user: set CAROOT to a folder of your own.';
    throw unusable(`${path} cannot be read: ${reasonOf(error)}.`, fix, error);
  }
}

function parseKey(text: string, path: string): KeyObject {
  try {
    return crypto().createPrivateKey(text);
  } catch (error) {
    throw unusable(`${path} holds no private key that can be used.`, elsewhere, error);
  }
}

/** @throws UserError for a CA whose certificates nobody would take */
function check(certificate: string, key: KeyObject): void {
  const path = authorityPath();
  try {
    const parsed = parseCertificate(certificate);
    if (!parsed.ca || !parsed.checkPrivateKey(key)) {
      throw unusable(
        `${path} is not the certificate of the CA whose key lies beside it.`,
        elsewhere,
      );
    }
    if (endOf(parsed) < Date.now()) {
      const fix =
        'Move it away with its key, or set CAROOT: a new CA is made, which browsers have to trust anew.';
      throw unusable(`The CA ${path} ended on ${parsed.validTo}.`, fix);
    }
  } catch (error) {
    throw error instanceof UserError
      ? error
      : unusable(`${path} holds no certificate.`, elsewhere, error);
  }
}

/** Writes a file of the CA whole or not at all; one that another run wrote first is left. */
function place(staging: string, name: string, { text, mode }: { text: string; mode: number }) {
  const staged = join(staging, name);
  writeFileSync(staged, text, { mode });
  try {
    addName(staged, join(caRoot(), name));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
}

/** The key comes first: one that a broken run has left, or another run made, is what is certified. */
async function make(staging: string): Promise<void> {
  if (!existsSync(join(caRoot(), keyName))) {
    const text = String(newKey().export({ type: 'pkcs8', format: 'pem' }));
    place(staging, keyName, { text, mode: 0o400 });
  }
  const path = join(caRoot(), keyName);
  const key = parseKey(read(path) ?? '', path);
  place(staging, certificateName, { text: await certifyAuthority(key, owner()), mode: 0o644 });
}

/** Makes a CA where mkcert keeps its own and in its form: `mkcert -install` adopts it later. */
async function makeAuthority(): Promise<void> {
  const folder = caRoot();
  try {
    makeFolders(folder);
    await clearLeftOver(folder);
    const staging = makeStaging(folder);
    try {
      await make(staging);
    } finally {
      await removeStaging(staging);
    }
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const { message, code, stage } = notWritable(folder, error);
    const fix = 'Set CAROOT to a folder of your own, or change its permissions.';
    throw new UserError(message, fix, { code, stage, cause: error });
  }
}

/**
 * Opens the CA of this user, where mkcert keeps it; where there is none one is made. One that is
 * there is never replaced.
 * @throws UserError where it cannot be read, cannot sign, or cannot be made
 */
export async function openAuthority(): Promise<Authority> {
  const [certificatePath, keyPath] = [authorityPath(), join(caRoot(), keyName)];
  if (read(certificatePath) === undefined) {
    await makeAuthority();
  }
  const certificate = read(certificatePath) ?? '';
  const keyText = read(keyPath);
  if (keyText === undefined) {
    const fix = `Copy the key of that CA beside it, or: ${elsewhere}`;
    throw unusable(`${keyPath} is missing, so the CA beside it cannot sign.`, fix);
  }
  const key = parseKey(keyText, keyPath);
  check(certificate, key);
  return { certificate, key };
}
