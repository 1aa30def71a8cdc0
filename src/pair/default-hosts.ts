import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionNamed } from '../options/options.js';
import { pairPaths, recordPath } from '../core/paths.js';
import { readJsonValue } from '../options/values.js';
import { parseCertificate, namesOn } from '../ca/read-certificate.js';
import { judgePair } from './judge.js';

/** @returns the names that the project was generated with; none for other projects */
export function recordedHosts(directory: string): string[] {
  try {
    const record = JSON.parse(readFileSync(join(directory, recordPath), 'utf8'));
    return [readJsonValue(optionNamed('hosts'), record.answers.hosts)].flat().map(String);
  } catch {
    // Not a generated project, or one without a certificate.
    return [];
  }
}

/** @returns the names on the existing certificate, if it was issued here */
function certified(directory: string): string[] | undefined {
  const { state } = judgePair(directory, { hosts: [] });
  return state === 'good' || state === 'ours'
    ? namesOn(parseCertificate(readFileSync(join(directory, pairPaths.certFile))))
    : undefined;
}

/**
 * @returns the default names for a certificate in this folder: those of the certificate that was
 * issued here, unless it lacks one of the project's names
 */
export function defaultHosts(directory: string): string[] {
  const ofProject = recordedHosts(directory);
  const ofCertificate = certified(directory) ?? [];
  const isRenewal = ofProject.every((host) => ofCertificate.includes(host));
  const found = isRenewal ? ofCertificate : ofProject;
  return found.length > 0 ? found : [optionNamed('hosts').default].flat().map(String);
}
