import type { ExtraName } from './extras.js';
import type { PackageManager } from './package-managers.js';

/**
 * The answers for a project. An answer without its condition is absent: a project without HTTPS has
 * no `certSource`.
 */
export interface Answers extends Record<ExtraName, boolean> {
  /** Path of the project as it was typed, relative to the working directory or absolute. */
  directory: string;
  language: 'ts' | 'js';
  https: boolean;
  certSource?: 'mkcert' | 'files' | 'proxy';
  /** PEM paths, relative to the working directory or absolute. */
  keyFile?: string;
  certFile?: string;
  caFile?: string;
  /** Names and addresses on the development certificate. */
  hosts?: string[];
  reverseProxy?: 'caddy' | 'nginx';
  domain?: string;
  port: number;
  host: string;
  /** Exact origins, `scheme://host[:port]`. */
  origins: string[];
  /** A folder or a package with a team's templates; empty if it was refused. */
  overlay?: string;
  packageManager: PackageManager;
  install: boolean;
  git: boolean;
  mkcertInstall?: boolean;
}

export type OptionName = keyof Answers;
export type AnswerValue = string | number | boolean | string[];

/** The world of a project that exists: nothing of this machine counts. */
export const nowhere: World = { packageManager: 'npm', mkcert: false, trusted: false };

/** What defaults and questions may know about the machine. */
export interface World {
  /** The package manager that runs this command. */
  packageManager: PackageManager;
  /** Whether mkcert is installed, so `mkcert -install` can be offered. */
  mkcert: boolean;
  /** Whether every store that mkcert can change already trusts the CA. */
  trusted: boolean;
  /** @returns the names on the certificate in a file; empty if it cannot be read */
  namesIn?: (certFile: string) => string[];
}
