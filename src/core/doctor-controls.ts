import type { Control } from './controls.js';

/** The longest that a stage may take, in seconds. */
export const mostTimeout = 60;
/** The longest that silent sockets are watched, in seconds: an hour. */
export const mostIdle = 3600;
/** What a stage may take by default, in seconds. */
export const usualTimeout = 5;

/** What `doctor` is told besides the URL. Times are in seconds. */
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
    summary: 'judge trust for a client with these CAs alone',
  },
  {
    name: 'page',
    placeholder: 'URL',
    summary: 'look at what only a browser on that page meets',
  },
  {
    name: 'idle',
    placeholder: 'SECONDS',
    summary: 'hold a silent socket open for so long',
  },
  {
    name: 'timeout',
    placeholder: 'SECONDS',
    summary: `what each stage may take (default: ${usualTimeout})`,
  },
  { name: 'json', summary: 'print one JSON document' },
  { name: 'verbose', summary: 'show stacks of errors' },
  { name: 'help', short: 'h', summary: 'print this help' },
  { name: 'version', short: 'v', summary: 'print the version' },
];
