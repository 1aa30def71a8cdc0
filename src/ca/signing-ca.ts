import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { writeWithMode } from '../io/modes.js';
import { readRegularFile } from '../io/read-file.js';
import { errorCode, notWritable, reasonOf } from '../io/system-errors.js';
import { addName, clearLeftOver, makeFolders, makeStaging, tryToRemove } from '../io/staging.js';
import { refuseSharedCa } from './ca-permissions.js';
import { caKeyPath, caPath, caRoot, certificateName, keyName } from './ca-root.js';
import { crypto, endOf, parseCertificate } from './read-certificate.js';
import { owner } from './ca-name.js';
import { certifyCa, newKey } from './sign.js';

/** A CA that can sign. */
export interface SigningCa {
  /** In PEM. */
  certificate: string;
  key: KeyObject;
}

const elsewhere = 'Set CAROOT to another folder to create a new CA there.';

function unusable(message: string, fix: string, cause?: unknown): UserError {
  return new UserError(message, fix, { code: 'unreadable-file', stage: 'apply', cause });
}

function read(path: string): string | undefined {
  try {
    return readRegularFile(path).toString();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    const fix = 'It may belong to another user. Set CAROOT to your own folder.';
    throw unusable(`${path} cannot be read: ${reasonOf(error)}.`, fix, error);
  }
}

function parseKey(text: string, path: string): KeyObject {
  try {
    return crypto().createPrivateKey(text);
  } catch (error) {
    throw unusable(`${path} contains no usable private key.`, elsewhere, error);
  }
}

/** @throws UserError for a CA whose certificates clients would refuse */
function check(certificate: string, key: KeyObject): void {
  const path = caPath();
  try {
    const parsed = parseCertificate(certificate);
    if (!parsed.ca || !parsed.checkPrivateKey(key)) {
      throw unusable(`${path} is not the CA certificate of the key next to it.`, elsewhere);
    }
    if (endOf(parsed) < Date.now()) {
      const fix =
        'Move it away with its key, or set CAROOT. That creates a new CA, which browsers must trust again.';
      throw unusable(`The CA ${path} expired on ${parsed.validTo}.`, fix);
    }
  } catch (error) {
    throw error instanceof UserError
      ? error
      : unusable(`${path} contains no certificate.`, elsewhere, error);
  }
}

/** Writes a file of the CA completely or not at all; keeps one that another run wrote first. */
function place(staging: string, name: string, { text, mode }: { text: string; mode: number }) {
  const staged = join(staging, name);
  writeWithMode(staged, text, mode);
  try {
    addName(staged, join(caRoot(), name));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
}

/** The key comes first: the certificate is for an existing key, left by a killed or another run. */
async function make(staging: string): Promise<void> {
  if (!existsSync(caKeyPath())) {
    const text = String(newKey().export({ type: 'pkcs8', format: 'pem' }));
    place(staging, keyName, { text, mode: 0o400 });
  }
  const path = caKeyPath();
  const key = parseKey(read(path) ?? '', path);
  place(staging, certificateName, { text: await certifyCa(key, owner()), mode: 0o644 });
}

/** Creates a CA in mkcert's folder and format: `mkcert -install` can use it later. */
async function createCa(): Promise<void> {
  const folder = caRoot();
  try {
    makeFolders(folder, 0o700);
    clearLeftOver(folder);
    const staging = makeStaging(folder);
    try {
      await make(staging);
    } finally {
      tryToRemove(staging);
    }
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const { message, code, stage } = notWritable(folder, error);
    const fix = 'Set CAROOT to your own folder, or change its permissions.';
    throw new UserError(message, fix, { code, stage, cause: error });
  }
}

/**
 * Opens the CA of this user in mkcert's folder, or creates one if there is none. Never replaces an
 * existing CA.
 * @throws UserError if it cannot be read, cannot sign, cannot be created, or if others can write to it
 */
export async function openCa(): Promise<SigningCa> {
  const [certificatePath, keyPath] = [caPath(), caKeyPath()];
  refuseSharedCa();
  if (read(certificatePath) === undefined) {
    await createCa();
  }
  const certificate = read(certificatePath) ?? '';
  const keyText = read(keyPath);
  if (keyText === undefined) {
    const fix = `Copy the key of that CA to this path. Or: ${elsewhere}`;
    throw unusable(`${keyPath} is missing, so the CA cannot sign.`, fix);
  }
  const key = parseKey(keyText, keyPath);
  check(certificate, key);
  return { certificate, key };
}
