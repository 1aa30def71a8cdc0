import type { Control } from './controls.js';

/** The longest that a stage may take, in seconds. */
export const mostTimeout = 60;
/** The longest time to watch idle sockets, in seconds: an hour. */
export const mostIdle = 3600;
/** The default time limit of a stage, in seconds. */
export const usualTimeout = 5;

/** The options of `doctor`. Times are in seconds. */
export interface DoctorControls {
  origin?: string;
  caFile?: string;
  page?: string;
  idle?: number;
  timeout?: number;
  json: boolean;
  verbose: boolean;
  help: boolean;
  version: boolean;
}

export interface DoctorControl extends Omit<Control, 'name'> {
  name: keyof DoctorControls;
}

export const doctorControls: DoctorControl[] = [
  {
    name: 'origin',
    placeholder: 'ORIGIN',
    summary: 'page that opens the socket: scheme://host[:port]',
  },
  {
    name: 'caFile',
    placeholder: 'PATH',
    summary: 'judge trust for a client with only these CAs',
  },
  {
    name: 'page',
    placeholder: 'URL',
    summary: 'also check what browsers allow this page',
  },
  {
    name: 'idle',
    placeholder: 'SECONDS',
    summary: 'keep an idle socket open for this long',
  },
  {
    name: 'timeout',
    placeholder: 'SECONDS',
    summary: `time limit of each stage (default: ${usualTimeout})`,
  },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'verbose', summary: 'show error stacks' },
  { name: 'help', short: 'h', summary: 'print this help' },
  { name: 'version', short: 'v', summary: 'print the version' },
];
