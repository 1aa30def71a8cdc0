import { readFileSync } from 'node:fs';
import { UserError, messageOf } from './core/errors.js';
import { loadTemplates } from './project/templates.js';
import { renderDocument, renderVersion } from './project/document.js';
import { printJson } from './io/ui.js';

declare const PACKAGE_VERSION: string;

/** Reads one JSON document from stdin, prints one, and touches nothing else. */
async function main(): Promise<void> {
  try {
    const text = readFileSync(0, 'utf8');
    printJson(await renderDocument(text, PACKAGE_VERSION, loadTemplates()));
  } catch (error) {
    const fix = error instanceof UserError ? error.fix : '';
    printJson({ render: renderVersion, error: { message: messageOf(error), fix } });
    process.exitCode = 1;
  }
}

void main();
