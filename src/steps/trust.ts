import { makeCaRoot } from '../ca/ca-permissions.js';
import { isTrusted } from '../trust/check.js';
import { installTrust } from '../trust/install.js';
import { already, keptOutput, needed, type Kind } from './kind.js';

/** Makes this machine's trust stores trust mkcert's CA. */
export const trust: Kind<'trust'> = {
  state: async () => ((await isTrusted()) ? already : needed),
  perform: async (_step, performing) => {
    const { directory: cwd, cancel } = performing;
    makeCaRoot();
    const { ok, advice } = await installTrust({ cwd, output: keptOutput(performing), cancel });
    return { ok, output: advice };
  },
  proof: (_step, { output }) => output,
};
