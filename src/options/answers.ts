import type { ExtraName } from './extras.js';
import type { PackageManager } from './package-managers.js';

/**
 * What a project is made of. An answer whose condition does not hold is absent: a project
 * without HTTPS has no `certSource`.
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
  packageManager: PackageManager;
  install: boolean;
  git: boolean;
  mkcertInstall?: boolean;
}

export type OptionName = keyof Answers;
export type AnswerValue = string | number | boolean | string[];

/** What the options' defaults and questions may know of the machine. */
export interface World {
  /** The package manager that runs us. */
  packageManager: PackageManager;
  /** Whether `mkcert -install` can be offered: mkcert is there. */
  mkcert: boolean;
  /** Whether there is nothing left that it could make trust the CA. */
  trusted: boolean;
}
