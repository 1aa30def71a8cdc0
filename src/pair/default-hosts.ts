import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionNamed } from '../options/options.js';
import { pairPaths } from '../core/paths.js';
import { isProject, readRecord } from '../io/record.js';
import { readJsonValue } from '../options/values.js';
import { parseCertificate, namesOn } from '../ca/read-certificate.js';
import { judgePair } from './judge.js';

/** @returns the names that the project was generated with; none for other projects */
export function recordedHosts(directory: string): string[] {
  try {
    const { hosts } = Object(readRecord(directory).answers);
    return [readJsonValue(optionNamed('hosts'), hosts)].flat().map(String);
  } catch {
    // Not a generated project, or one without a certificate.
    return [];
  }
}

/** @returns the names on the existing certificate, if it was issued here */
function certifiedHosts(directory: string): string[] {
  const { state } = judgePair(directory, { hosts: [] });
  return state === 'good' || state === 'ours'
    ? namesOn(parseCertificate(readFileSync(join(directory, pairPaths.certFile))))
    : [];
}

/**
 * @returns the default names for a certificate in this folder: those of the project, and those on the
 * certificate that was issued here, so that a renewal keeps added names
 */
function defaultHosts(directory: string): string[] {
  const found = [...new Set([...recordedHosts(directory), ...certifiedHosts(directory)])];
  return found.length > 0 ? found : [optionNamed('hosts').default].flat().map(String);
}

/**
 * @param hosts the names of a project that is created, or created again
 * @returns the names for its certificate: also the names that were added since, unless `hosts` changes
 */
export function projectHosts(directory: string, hosts: string[]): string[] {
  const isAgain = hosts.join() === recordedHosts(directory).join();
  return isAgain ? defaultHosts(directory) : hosts;
}

/** The names for a certificate. */
interface WantedHosts {
  hosts: string[];
  /** The given names, if they were added to those of a project. */
  added: string[];
}

/**
 * @param given names; in a project, they are added to its own
 * @param only whether they replace them
 */
export function wantedHosts(directory: string, given: string[], only: boolean): WantedHosts {
  const isAdding = isProject(directory) && !only;
  if (given.length > 0 && !isAdding) {
    return { hosts: given, added: [] };
  }
  const own = defaultHosts(directory);
  const added = given.filter((host) => !own.includes(host));
  return { hosts: [...own, ...added], added };
}
