import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type * as app from '../src/app.js';
import { readSettings } from '../src/settings.js';
import { extension, project, start } from './helper.js';

const folders = ['plugins', 'routes'];
/** The name of a route if a plugin already has the name of its file. */
const nameOfRoute = (name: string) => `${name}-route`;

test('each file of plugins/ and routes/ is loaded', async (t) => {
  const service = await start(t);
  for (const folder of folders) {
    for (const file of readdirSync(join(project, 'src', folder))) {
      const { name } = parse(file);
      // False for a file without a default export, and for a name that two files use.
      const names = [name, ...(folder === 'routes' ? [nameOfRoute(name)] : [])];
      assert.ok(
        names.some((each) => service.app.hasPlugin(each)),
        `${folder}/${file}`,
      );
    }
  }
});

test('without a plugin that a route depends on, the service does not start', async (t) => {
  for (const guard of ['origins', 'limits']) {
    const source = copySource(t);
    rmSync(join(source, 'plugins', `${guard}${extension}`));
    const copy: typeof app = await import(pathToFileURL(join(source, `app${extension}`)).href);
    const built = copy.buildApp(readSettings({ HTTPS: 'false' }), { level: 'silent' });
    await assert.rejects(built, new RegExp(`'${guard}'`), guard);
  }
});

/** Copies src/ to a folder where imports resolve, and which git and linters ignore. */
function copySource(t: TestContext): string {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  const folder = mkdtempSync(join(project, 'node_modules', '.test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(project, 'src'), join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return join(folder, 'src');
}
