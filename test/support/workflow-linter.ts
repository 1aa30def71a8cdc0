import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as LanguageService from '@actions/languageservice';
import { build } from 'esbuild';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { root } from './cli.js';

type Service = Pick<typeof LanguageService, 'validate' | 'registerLogger'>;

/** It imports JSON in a way that Node.js refuses, and bundlers accept. */
async function loadService(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-linter-'));
  const outfile = join(folder, 'service.cjs');
  const entryPoints = ['@actions/languageservice'];
  await build({ absWorkingDir: root, entryPoints, bundle: true, platform: 'node', outfile });
  const service: Service = createRequire(import.meta.url)(outfile);
  rmSync(folder, { recursive: true });
  return service;
}

/** It only logs its own failures. */
function fail(message: string): void {
  throw new Error(message);
}

function ignore(): void {}

/** @returns a function that returns what GitHub's own language service objects to in a workflow */
export async function workflowLinter(): Promise<(text: string) => Promise<string[]>> {
  const { validate, registerLogger } = await loadService();
  registerLogger({ error: fail, warn: fail, info: ignore, log: ignore });
  const seen: string[] = [];
  return async (text) => {
    // It remembers a document by its address.
    const address = `file:///${seen.push(text)}/.github/workflows/ci.yml`;
    const found = await validate(TextDocument.create(address, 'yaml', 1, text));
    return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
  };
}
