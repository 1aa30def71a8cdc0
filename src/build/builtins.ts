import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

const builtinImport = /^import \{([^}]+)\} from '(node:[a-z0-9_/]+)';$/gm;

/** The names of an import without its types, as a destructuring names them. */
function bindings(names: string): string {
  const values = names.split(',').filter((name) => name.trim() !== '' && !/^\s*type /.test(name));
  return values.map((name) => name.trim().replace(' as ', ': ')).join(', ');
}

/**
 * Loads Node's own modules with `process.getBuiltinModule`. In this package's sources, instead of `import`:
 * an ESM import of one runs all its lazy getters, which costs up to a fifth of the start-up of Node.
 * In libraries, instead of `require`, which an ESM bundle does not have.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        builtinImport,
        (_whole, names: string, name: string) =>
          `const { ${bindings(names)} } = process.getBuiltinModule('${name}');`,
      ),
      loader: 'ts',
    }));
    build.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z]+)?$/ }, ({ path, kind }) =>
      kind === 'require-call' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
      loader: 'js',
    }));
  },
};
