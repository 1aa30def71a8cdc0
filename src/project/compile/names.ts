import { features } from '../../options/features.js';
import { standardPaths, templateValues } from '../plan/template-values.js';
import { complete } from './sample-answers.js';
import type { Names } from './tags.js';

/** The values in templates: those of the default answers. */
const values: Record<string, string> = templateValues({
  name: 'fastify-wss-app',
  answers: complete,
  paths: standardPaths,
});

/** @returns what the template at a path may use */
export function namesFor(path: string): Names {
  return { path, values, flags: features.map(({ name }) => name) };
}
