import { transform } from 'esbuild';
import fsExtra from 'fs-extra';
import { defineConfig } from 'tsup';
import manifest from '../../package.json' with { type: 'json' };
import { notices } from './notices.js';
import { reportSentence } from './report-sentence.js';
import { compileTemplates } from './templates.js';

export default defineConfig({
  entry: { cli: 'src/cli.ts', render: 'src/render.ts' },
  // esbuild only splits ES modules; they become CommonJS below.
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  minify: true,
  removeNodeProtocol: false,
  esbuildOptions(options) {
    // Its CommonJS build requires its parts in a way that no bundler follows.
    options.alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
  },
  // Everything is bundled: the package has no dependencies.
  noExternal: [/.*/],
  esbuildPlugins: [notices('dist/THIRD-PARTY-NOTICES.txt')],
  plugins: [
    {
      // Node.js starts a CommonJS program in about three quarters of the time.
      name: 'commonjs',
      renderChunk: (code) =>
        transform(code, {
          format: 'cjs',
          target: 'node20',
          minify: true,
          supported: { 'dynamic-import': false },
          define: { 'import.meta.dirname': '__dirname' },
        }),
    },
  ],
  define: {
    PACKAGE_VERSION: JSON.stringify(manifest.version),
    REPORT_SENTENCE: JSON.stringify(reportSentence(manifest)),
  },
  async onSuccess() {
    fsExtra.writeJsonSync('dist/package.json', { type: 'commonjs' });
    fsExtra.writeJsonSync('dist/templates.json', await compileTemplates());
  },
});
