import type { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairFolder, pairPaths } from '../core/paths.js';
import { readRegularFile } from '../io/read-file.js';
import { hasLeftOver } from '../io/staging.js';
import { caPath } from '../ca/ca-root.js';
import {
  covers,
  crypto,
  endOf,
  isIssuedBy,
  issuerOf,
  parseCertificate,
  partOf,
  subjectOf,
} from '../ca/read-certificate.js';
import { caName, owner } from '../ca/ca-name.js';
import type { CertificateRequest } from './request.js';

/** The state of a development certificate: `ours` may be replaced, `foreign` may not. */
export interface Judgement {
  state: 'absent' | 'good' | 'ours' | 'foreign';
  /** Why the files are not good: a sentence. */
  why: string;
}

const dayMs = 24 * 60 * 60 * 1000;

function caHere(): X509Certificate | undefined {
  try {
    return parseCertificate(readRegularFile(caPath()));
  } catch {
    // There is no CA, or none that could have signed.
    return undefined;
  }
}

function isSignedHere(certificate: X509Certificate): boolean {
  const ca = caHere();
  return ca !== undefined && isIssuedBy(certificate, ca);
}

/** Signed by this machine's CA, or by an earlier one of the same user on the same machine. */
function isOurs(certificate: X509Certificate): boolean {
  const maker = partOf(subjectOf(certificate), 'OU') ?? '';
  const isMaker = maker === owner() || maker.startsWith(`${owner()} (`);
  return isSignedHere(certificate) || (partOf(issuerOf(certificate), 'O') === caName && isMaker);
}

function isFromAnotherCa(certificate: X509Certificate): boolean {
  return partOf(issuerOf(certificate), 'O') === caName && !isSignedHere(certificate);
}

/** @returns whether this machine's CA has signed the certificate in a folder's `certs/` */
export function isIssuedHere(directory: string): boolean {
  return isSignedHere(parseCertificate(readFileSync(join(directory, pairPaths.certFile))));
}

/** A certificate is renewed a week before it expires, a short one when a third of its days is left. */
function endsSoon(certificate: X509Certificate): boolean {
  const end = endOf(certificate);
  const lifetime = end - Date.parse(certificate.validFrom);
  return end - Date.now() < Math.min(7 * dayMs, lifetime / 3);
}

function daysOf(certificate: X509Certificate): number {
  return Math.round((endOf(certificate) - Date.parse(certificate.validFrom)) / dayMs);
}

/** What a certificate may lack, with a sentence for each. */
function lackOf(
  certificate: X509Certificate,
  { hosts, days }: CertificateRequest,
): string | undefined {
  const { certFile } = pairPaths;
  const uncovered = hosts.filter((host) => !covers(certificate, host));
  const issuer = issuerOf(certificate);
  const lacks: [boolean, string][] = [
    [uncovered.length > 0, `${certFile} does not cover ${uncovered.join(', ')}.`],
    [endsSoon(certificate), `${certFile} expires on ${certificate.validTo}.`],
    [
      isFromAnotherCa(certificate),
      `${certFile} was signed by another CA: ${partOf(issuer, 'CN') ?? partOf(issuer, 'OU')}.`,
    ],
    [
      days !== undefined && daysOf(certificate) !== days,
      `${certFile} is valid for ${daysOf(certificate)} days.`,
    ],
  ];
  return lacks.find(([lacking]) => lacking)?.[1];
}

/** A file with the wrong contents; the message is a sentence for users. */
class Unusable extends Error {}

/** @throws Unusable */
function readAs<T>(kind: string, path: string, parse: (bytes: Buffer) => T): T {
  try {
    return parse(readRegularFile(path));
  } catch (error) {
    throw new Unusable(`${path} contains no readable ${kind}.`, { cause: error });
  }
}

/** @throws Unusable */
function judgeFiles(directory: string, request: CertificateRequest): Judgement {
  const { keyFile, certFile } = pairPaths;
  const [keyPath, certPath] = [join(directory, keyFile), join(directory, certFile)];
  if (!existsSync(certPath)) {
    return existsSync(keyPath)
      ? { state: 'foreign', why: `${keyFile} exists without a certificate.` }
      : { state: 'absent', why: 'There is no certificate yet.' };
  }
  const certificate = readAs('certificate', certPath, parseCertificate);
  const state = isOurs(certificate) ? 'ours' : 'foreign';
  if (!existsSync(keyPath)) {
    return { state, why: `${keyFile} is missing.` };
  }
  const key = readAs('private key', keyPath, (bytes) => crypto().createPrivateKey(bytes));
  if (!certificate.checkPrivateKey(key)) {
    // The key is from elsewhere, unless a run was killed between the two files.
    const broken = hasLeftOver(join(directory, pairFolder));
    return { state: broken ? state : 'foreign', why: `${keyFile} does not belong to ${certFile}.` };
  }
  const lack = lackOf(certificate, request);
  return lack === undefined ? { state: 'good', why: '' } : { state, why: lack };
}

/**
 * Judges the key and the certificate in `certs/`.
 * @param directory of the project
 * @returns their state; unreadable files were not created here, and may be important to the user
 */
export function judgePair(directory: string, request: CertificateRequest): Judgement {
  try {
    return judgeFiles(directory, request);
  } catch (error) {
    if (error instanceof Unusable) {
      return { state: 'foreign', why: error.message };
    }
    throw error;
  }
}
