import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionNamed } from '../options/options.js';
import { pairPaths } from '../core/paths.js';
import { readJsonValue } from '../options/values.js';
import { recordPath } from '../plan/project.js';
import { parseCertificate, namesOn } from '../ca/certificate.js';
import { judgePair } from './judge.js';

/** @returns the names that the project was made with; none where it is not one of ours */
export function recordedHosts(directory: string): string[] {
  try {
    const record = JSON.parse(readFileSync(join(directory, recordPath), 'utf8'));
    return [readJsonValue(optionNamed('hosts'), record.answers.hosts)].flat().map(String);
  } catch {
    // Not one of our projects, or one that had no certificate.
    return [];
  }
}

/** @returns the names on the certificate that is there, if it was issued here */
function certified(directory: string): string[] | undefined {
  const { state } = judgePair(directory, { hosts: [] });
  return state === 'good' || state === 'ours'
    ? namesOn(parseCertificate(readFileSync(join(directory, pairPaths.certFile))))
    : undefined;
}

/**
 * @returns the names that a certificate of this folder is for, where nobody names them: those of the
 * certificate that was issued here, unless it lacks one of the project's
 */
export function hostsHere(directory: string): string[] {
  const ofProject = recordedHosts(directory);
  const ofCertificate = certified(directory) ?? [];
  const isRenewal = ofProject.every((host) => ofCertificate.includes(host));
  const found = isRenewal ? ofCertificate : ofProject;
  return found.length > 0 ? found : [optionNamed('hosts').default].flat().map(String);
}
