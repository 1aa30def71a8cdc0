import { writeFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import manifest from '../../package.json' with { type: 'json' };
import { builtins } from './builtins.js';
import { notices } from './notices.js';
import { reportSentence } from './report-sentence.js';
import { compileTemplates } from './templates.js';

// A separate block, so that its names do not clash with those of the bundle.
const tooOld = `{
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error('create-fastify-wss needs Node.js 20.19 or newer; this is ' + process.versions.node + '. Download it at https://nodejs.org.');
  process.exit(1);
}}`;

export default defineConfig({
  entry: { cli: 'src/cli.ts' },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  minify: true,
  removeNodeProtocol: false,
  // Everything is bundled: the package has no dependencies.
  noExternal: [/.*/],
  esbuildPlugins: [builtins, notices('dist/THIRD-PARTY-NOTICES.txt')],
  define: {
    PACKAGE_VERSION: JSON.stringify(manifest.version),
    REPORT_SENTENCE: JSON.stringify(reportSentence(manifest)),
  },
  banner: { js: tooOld.replaceAll('\n', ' ').trim() },
  async onSuccess() {
    writeFileSync('dist/templates.json', JSON.stringify(await compileTemplates()));
  },
});
