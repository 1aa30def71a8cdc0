import { basename, resolve } from 'node:path';
import type { Gathered } from '../options/complete.js';
import type { Templates } from '../core/template-types.js';
import { namesIn } from './disk/compare.js';
import { pemPaths } from './inputs.js';
import { planProject, type Plan } from './plan/plan.js';
import { projectName } from './plan/project-name.js';
import { projectHosts } from '../pair/default-hosts.js';
import { issuerHere } from '../pair/issue.js';

interface Making extends Gathered {
  /** The version of this package. */
  version: string;
  /** The words that start this program. */
  program: string[];
  templates: Templates;
  /** Whether to verify the project at the end. */
  verify: boolean;
}

/**
 * @returns the plan of a run in this process's folder; nothing is written
 * @throws UserError for a folder or a path that a project cannot have
 */
export function makePlan({ answers, warnings, version, program, templates, verify }: Making): Plan {
  const directory = resolve(answers.directory);
  const folder = basename(directory);
  const paths = pemPaths(directory, answers);
  const project = { name: projectName(folder), answers, version, templates, paths };
  const existing = namesIn(directory);
  const hosts = projectHosts(directory, answers.hosts ?? []);
  const place = { directory, folder, existing, hosts, program, issuer: issuerHere() };
  return planProject({ project, ...place, warnings, verify, env: process.env });
}
