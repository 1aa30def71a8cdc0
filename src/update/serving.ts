import { hasDevelopmentCertificate, proxyCommands, serviceCommand } from '../project/plan/start.js';
import { pageUrl } from '../project/plan/template-values.js';
import type { Answers } from '../options/answers.js';
import type { Note } from './migrations.js';

/** What the owner has to do if the project is served in another way. */
export interface Serving {
  notes: Note[];
  /** Commands that make a certificate, and start the service and its proxy. */
  commands: string[][];
  /** The URL of the page; undefined if nothing has changed. */
  page?: string;
}

const ownFiles: Note = {
  path: '.env',
  advice: 'set PRIV_KEY and CERT_KEY to your key and certificate, CA_CERT to intermediate ones',
};

/**
 * @param recorded the answers in the record
 * @param program the words that start this program
 */
export function servingChange(recorded: object, answers: Answers, program: string[]): Serving {
  const old: Partial<Answers> = recorded;
  const names = ['https', 'certSource', 'reverseProxy'] as const;
  if (names.every((name) => old[name] === answers[name])) {
    return { notes: [], commands: [] };
  }
  const isNew = hasDevelopmentCertificate(answers) && !hasDevelopmentCertificate(old);
  const certs = isNew ? [[...program, 'certs']] : [];
  return {
    notes: answers.certSource === 'files' ? [ownFiles] : [],
    commands: [...certs, serviceCommand(answers), ...proxyCommands(answers)],
    page: pageUrl(answers),
  };
}
