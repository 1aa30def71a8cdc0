import { certificate } from '../steps/certificate.js';
import { git } from '../steps/git.js';
import { install } from '../steps/install.js';
import { needed, type Kinds } from '../steps/kind.js';
import type { StepGroup } from '../steps/plan/step.js';
import { trust } from '../steps/trust.js';

/** The kinds of the steps after rendering; the verification is only loaded if needed. */
export const stepKinds: Kinds<StepGroup> = {
  certificate,
  trust,
  install,
  git,
  verify: {
    state: () => needed,
    perform: async ({ answers, root, command }, { directory, cancel }) => {
      const { verify } = await import('./verify/verify.js');
      return verify({ directory, root, answers, command, cancel });
    },
    proof: (_step, { output }) => output,
  },
};
