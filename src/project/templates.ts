import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Templates } from '../core/template-types.js';

/** @returns the templates next to the bundle */
export function loadTemplates(): Templates {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'templates.json'), 'utf8'));
}
