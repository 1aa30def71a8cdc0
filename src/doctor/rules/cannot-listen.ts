import type { Evidence } from '../evidence.js';
import type { ListeningEvidence } from '../project-evidence.js';
import type { Rule } from '../verdict.js';
import { placeOf } from './shared/project-files.js';

/** The address on which the service could not listen, with one of these codes. */
function refusedBy({ project }: Evidence, codes: RegExp): ListeningEvidence | undefined {
  return project?.listening?.find(
    ({ state, code = '' }) => state === 'refused' && codes.test(code),
  );
}

function placeText({ address, port, code }: ListeningEvidence): string {
  return `Listening on ${address}, port ${port}, failed with ${code}.`;
}

export const cannotListen: Rule[] = [
  {
    code: 'port-forbidden',
    meaning: 'the port needs more privileges',
    address: (evidence) => {
      const place = refusedBy(evidence, /^(EACCES|EPERM)$/);
      return place === undefined
        ? undefined
        : {
            cause: `The service cannot start: this user may not listen on port ${place.port}.`,
            evidence: placeText(place),
            fix: `Set PORT ${placeOf(evidence.project, 'PORT')} to 1024 or more and use it in DOMAINS. For port 443, use a reverse proxy: the service need not run as root.`,
          };
    },
  },
  {
    code: 'address-not-available',
    meaning: 'the address to listen on does not belong to this machine',
    address: (evidence) => {
      const place = refusedBy(evidence, /^(EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTFOUND|EAI_.*)$/);
      return place === undefined
        ? undefined
        : {
            cause: `The service cannot start: HOST is ${evidence.project?.settings.HOST}, which is not an address of this machine.`,
            evidence: placeText(place),
            fix: `Set HOST ${placeOf(evidence.project, 'HOST')} to localhost, or to 0.0.0.0 for every address of the machine.`,
          };
    },
  },
];
