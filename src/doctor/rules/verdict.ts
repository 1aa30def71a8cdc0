import type { Client } from '../client.js';
import type { Code } from './codes.js';
import type { Evidence } from '../evidence.js';

/** The steps of a connection, in order. */
export const stages = [
  'settings',
  'files',
  'name',
  'address',
  'tls',
  'certificate',
  'trust',
  'upgrade',
  'origin',
  'proxy',
  'frames',
  'idle',
  'page',
] as const;

export type StageName = (typeof stages)[number];

/** One cause, with its evidence and its fix. */
export interface Verdict {
  code: Code;
  stage: StageName;
  /** `info` is only for `healthy`. */
  severity: 'blocking' | 'warning' | 'info';
  certainty: 'certain' | 'likely';
  /** The affected clients. */
  clients: Client[];
  /** Whole sentences. */
  cause: string;
  evidence: string;
  fix: string;
  /** The commands of the fix. */
  commands: string[][];
  /** Other possible causes, if the evidence does not decide. */
  alternatives: Code[];
}

/** What a rule returns; by default it is blocking, certain, and affects all clients. */
export type Finding = Pick<Verdict, 'cause' | 'evidence' | 'fix'> &
  Partial<Omit<Verdict, 'code' | 'stage' | 'certainty'>>;

/** When the evidence shows this cause. A finding with alternatives is likely, not certain. */
export interface Rule {
  code: Code;
  stage: StageName;
  judge: (evidence: Evidence) => Finding | undefined;
}

/** The result of a stage. */
export interface StageResult {
  stage: StageName;
  state: 'passed' | 'failed' | 'warned' | 'not-reached' | 'not-asked';
  /** What was seen, in a few words; empty if nothing was. */
  seen: string;
}
