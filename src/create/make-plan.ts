import { basename, resolve } from 'node:path';
import type { Place } from '../core/place.js';
import type { Gathered } from '../options/complete.js';
import type { Templates } from '../core/template-types.js';
import { readRecord } from '../io/record.js';
import { namesIn } from '../disk/compare.js';
import { authSecret } from './auth-secret.js';
import { pemPaths } from './inputs.js';
import type { Overlay } from '../project/plan/lay-over.js';
import { planProject, type Plan } from './plan/plan.js';
import { isProjectName, projectName } from '../project/plan/project-name.js';
import { projectHosts } from '../pair/default-hosts.js';
import { issuerHere } from '../pair/issue.js';

interface Making extends Gathered {
  /** The version of this package. */
  version: string;
  /** The words that start this program. */
  program: string[];
  templates: Templates;
  overlay?: Overlay | undefined;
  /** Whether to verify the project at the end. */
  verify: boolean;
  /** Where the project lies. */
  place?: Place;
}

/** A clone may lie in a folder with another name than the project. */
function recordedName(directory: string): string | undefined {
  const { name } = readRecord(directory);
  return typeof name === 'string' && isProjectName(name) ? name : undefined;
}

/**
 * @returns the plan of a run in this process's folder; nothing is written
 * @throws UserError for a folder or a path that a project cannot have
 */
export function makePlan(making: Making): Plan {
  const { answers, warnings, version, program, templates, overlay, verify, place = {} } = making;
  const directory = resolve(answers.directory);
  const folder = basename(directory);
  const paths = pemPaths(directory, answers);
  const recorded = recordedName(directory);
  const name = recorded ?? projectName(folder);
  const secret = answers.auth ? authSecret(directory) : undefined;
  const project = { name, answers, version, templates, overlay, paths, authSecret: secret };
  const existing = namesIn(directory);
  const hosts = projectHosts(directory, answers.hosts ?? []);
  const here = {
    directory,
    folder: recorded ?? folder,
    place,
    existing,
    hosts,
    program,
    issuer: issuerHere(),
  };
  return planProject({ project, ...here, warnings, verify, env: process.env });
}
