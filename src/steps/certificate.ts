import { join } from 'node:path';
import { caRoot } from '../ca/ca-root.js';
import { pairFolder } from '../core/paths.js';
import { clearLeftOver } from '../io/staging.js';
import { issue } from '../pair/issue.js';
import { judgePair } from '../pair/judge.js';
import { already, keptOutput, needed, skipped, type Kind, type State } from './kind.js';
import type { Step } from './plan/step.js';

/** A key or a certificate from elsewhere is only overwritten on request. */
function stateOf({ request }: Step<'certificate'>, directory: string): State {
  const { state, why } = judgePair(directory, request);
  if (state === 'good' && request.overwrite !== true) {
    // A run that was killed at its very end has left its staging folder.
    clearLeftOver(join(directory, pairFolder));
    return already;
  }
  return state === 'foreign' && request.overwrite !== true
    ? skipped(
        `${why} It was not issued here, so it is kept. Move the files in ${pairFolder}/ away.`,
      )
    : needed;
}

/** Creates the development certificate. */
export const certificate: Kind<'certificate'> = {
  state: stateOf,
  perform: ({ request, issuer }, performing) => {
    const { directory, cancel } = performing;
    return issue({ directory, request, issuer, output: keptOutput(performing), cancel });
  },
  proof: ({ issuer }, { output }) =>
    [issuer === 'built-in' ? `signed with the CA in ${caRoot()}` : '', output]
      .filter((text) => text !== '')
      .join('; '),
};
