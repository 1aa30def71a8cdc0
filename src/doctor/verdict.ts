import type { Browser } from '../core/browsers.js';
import type { Client } from './client.js';
import type { Evidence } from './evidence.js';

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

/** The code of a rule. It is no closed type, so that rules need not know the list of all rules. */
export type Code = string;

/** What to do about a cause. */
export interface Advice {
  /** Whole sentences. */
  fix: string;
  /** What to write as it is, such as the directives of a proxy: each on a line of its own. */
  lines?: string[];
}

/** Another possible cause, if the evidence does not decide. */
export interface Other extends Required<Advice> {
  code: Code;
  meaning: string;
}

/** One cause, with its evidence and its fix. */
export interface Verdict extends Required<Advice> {
  code: Code;
  stage: StageName;
  /** `info` is only for `healthy`. */
  severity: 'blocking' | 'warning' | 'info';
  certainty: 'certain' | 'likely';
  /** The affected clients. */
  clients: Client[];
  /** The affected browsers, if not all are. */
  browsers?: Browser[];
  /** Whole sentences. */
  cause: string;
  evidence: string;
  /** The commands of the fix. */
  commands: string[][];
  /** Other possible causes, if the evidence does not decide. */
  alternatives: Code[];
  /** How to fix or test each of them. */
  others: Other[];
}

/** What a rule finds; by default it blocks, affects all clients, and is likely if it has alternatives. */
export type Finding = Pick<Verdict, 'cause' | 'evidence' | 'fix'> &
  Partial<Omit<Verdict, 'code' | 'others'>>;

/** Judges the evidence at a stage. Its verdict belongs to this stage, unless the finding has another. */
export type Judge = (evidence: Evidence) => Finding | undefined;

/** One cause, and how each stage that can show it judges the evidence. */
export interface Rule extends Partial<Record<StageName, Judge>> {
  code: Code;
  /** For the README, and for verdicts that have this code as an alternative. */
  meaning: string;
  /** How to fix or test it in a few words, where it is only an alternative. */
  advice?: string | ((evidence: Evidence) => Advice);
}

const severities: Verdict['severity'][] = ['blocking', 'warning', 'info'];

/** @returns 0 for what blocks; more for what matters less */
export function weightOf({ severity }: Pick<Verdict, 'severity'>): number {
  return severities.indexOf(severity);
}

/** The result of a stage. */
export interface StageResult {
  stage: StageName;
  state: 'passed' | 'failed' | 'warned' | 'not-reached' | 'not-asked';
  /** What was seen, in a few words; empty if nothing was. */
  seen: string;
}
