/**
 * How long the command takes compared with similar tools. Each run is paired with a run of `node -e
 * 0` just before it. The result is the ratio of the two, so it is comparable between fast, slow and
 * busy machines.
 *
 * Options: `--pairs N` (40 by default), `--no-peers` (fetches nothing).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Job
 * @property {string} name the package
 * @property {string} does what is measured, in words
 * @property {string[]} args the program and its arguments, for node
 * @property {string} [makes] the file that a run must create
 * @property {Record<string, string>} [env] variables that only this job gets
 */

/** @typedef {{ ratio: number, time: number }} Pair the time is in milliseconds */

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'dist/cli.js');
const peers = ['create-vite', 'create-vue', 'create-fastify'];

const answers = {
  common:
    'app --yes --language ts --port 3000 --host localhost --package-manager npm --no-install --no-git',
  http: '--no-https --origins http://localhost:3000',
  https:
    '--https --cert-source mkcert --hosts localhost,127.0.0.1,::1 ' +
    '--origins https://localhost:3000 --no-mkcert-install',
};

function hasMkcert() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, 'mkcert')));
}

/** @returns {Job[]} */
function ownJobs() {
  const name = 'create-fastify-wss';
  const project = (/** @type {string} */ scheme) => [
    bin,
    ...`${answers.common} ${scheme}`.split(' '),
  ];
  const makes = 'app/package.json';
  const withCertificate = {
    name,
    does: 'project, HTTPS by mkcert',
    args: project(answers.https),
    makes,
  };
  const without = {
    ...withCertificate,
    does: 'project, HTTPS without mkcert',
    makes: 'app/certs/cert.pem',
    env: { PATH: join(root, 'no-programs') },
  };
  const certificate = { name, does: 'certs', args: [bin, 'certs'], makes: 'certs/cert.pem' };
  return [
    { name, does: '--version', args: [bin, '--version'] },
    { name, does: '--help', args: [bin, '--help'] },
    { name, does: 'project, no HTTPS', args: project(answers.http), makes },
    ...(hasMkcert() ? [withCertificate] : []),
    without,
    certificate,
  ];
}

/**
 * Commands of similar tools: create-vite accepts --version only as a project without a name, and
 * create-fastify knows neither --version nor --help.
 *
 * @param {string} prefix where they are installed
 * @returns {Job[]}
 */
function peerJobs(prefix) {
  const program = (/** @type {string} */ name) => {
    const folder = join(prefix, 'node_modules', name);
    const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return join(folder, typeof bins === 'string' ? bins : bins[name]);
  };
  const [vite, vue, fastify] = peers.map(program);
  const makes = 'app/package.json';
  const typescript = ['app', '--template', 'vanilla-ts', '--no-interactive'];
  return [
    { name: 'create-vite', does: '--help', args: [vite, '--help'] },
    { name: 'create-vite', does: 'project', args: [vite, ...typescript], makes },
    { name: 'create-vue', does: '--version', args: [vue, '--version'] },
    { name: 'create-vue', does: '--help', args: [vue, '--help'] },
    { name: 'create-vue', does: 'project', args: [vue, 'app', '--ts'], makes },
    { name: 'create-fastify', does: 'project', args: [fastify, 'app', '--lang=ts'], makes },
  ];
}

/**
 * Runs npm with the settings of this machine, but with a temporary cache.
 *
 * @param {string[]} args
 * @param {string} folder a temporary folder
 */
function npm(args, folder) {
  const env = { ...process.env, npm_config_cache: join(folder, 'npm-cache') };
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`npm ${args[0]}: ${stderr}`);
  }
  return stdout;
}

/**
 * Starts a server in its own process, with its own certificate.
 *
 * @param {string} folder a temporary folder
 */
async function serve(folder) {
  const env = quietEnvironment(folder);
  const own = mkdtempSync(join(folder, 'server-'));
  spawnSync(process.execPath, [bin, 'certs'], { cwd: own, env, stdio: 'ignore' });
  const program = join(import.meta.dirname, 'echo.js');
  const child = spawn(process.execPath, [program, join(own, 'certs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  /** @type {Job} */
  const job = {
    name: 'create-fastify-wss',
    does: 'doctor, a healthy server',
    // The installed browsers differ between machines; all of them trust the file.
    args: [
      bin,
      'doctor',
      `wss://localhost:${String(said).trim()}/`,
      '--ca-file',
      join(folder, 'ca/rootCA.pem'),
    ],
  };
  return { job, stop: () => void child.kill() };
}

/** The environment of the programs: no home, trust store or npm cache of this machine. */
function quietEnvironment(/** @type {string} */ folder) {
  // Reading these files doubles the time of bare Node.js, and would flatter every ratio.
  const { NODE_EXTRA_CA_CERTS: _extra, SSL_CERT_FILE: _file, ...inherited } = process.env;
  return {
    ...inherited,
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    CAROOT: join(folder, 'ca'),
    TRUST_STORES: 'nss',
    npm_config_cache: join(folder, 'npm-cache'),
    npm_config_update_notifier: 'false',
  };
}

/**
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} surroundings
 */
function timed(args, { cwd, env }) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd, env, stdio: 'ignore' });
  return { ok: status === 0, time: performance.now() - start };
}

/**
 * Runs a job once in an empty folder, right after `node -e 0`.
 *
 * @param {Job} job
 * @param {string} folder a temporary folder
 * @returns {Pair | undefined} undefined if the job did not do what it is measured for
 */
function pair(job, folder) {
  const cwd = mkdtempSync(join(folder, 'run-'));
  const surroundings = { cwd, env: quietEnvironment(folder) };
  const bare = timed(['-e', '0'], surroundings);
  const env = { ...surroundings.env, ...job.env };
  const { ok, time } = timed(job.args, { cwd, env });
  const made = job.makes === undefined || existsSync(join(cwd, job.makes));
  rmSync(cwd, { recursive: true });
  return ok && made ? { ratio: time / bare.time, time } : undefined;
}

/**
 * @param {number[]} numbers
 * @param {number} share 0.5 for the median
 */
function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [low = 0, high = low] = sorted.slice(Math.floor(position), Math.floor(position) + 2);
  return low + (high - low) * (position % 1);
}

/**
 * @param {Job} job
 * @param {(Pair | undefined)[]} pairs
 */
function row({ name, does }, pairs) {
  const good = pairs.filter((each) => each !== undefined);
  if (good.length < pairs.length) {
    return [name, does, 'failed', `${pairs.length - good.length} of ${pairs.length}`, ''];
  }
  const ratios = good.map(({ ratio }) => ratio);
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(2));
  const times = good.map(({ time }) => time);
  return [name, does, median, `${low} to ${high}`, quantile(times, 0.5).toFixed(0)];
}

/** @param {string[][]} rows */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/**
 * Runs every job once, then every job again, so that a slow minute affects all of them.
 *
 * @param {Job[]} jobs
 * @param {{ pairs: number, folder: string }} run
 */
function measure(jobs, { pairs, folder }) {
  // The first run of each job fills the disk cache and does not count.
  jobs.forEach((job) => pair(job, folder));
  const rounds = Array.from({ length: pairs }, () => jobs.map((job) => pair(job, folder)));
  return jobs.map((job, index) =>
    row(
      job,
      rounds.map((round) => round[index]),
    ),
  );
}

/**
 * @param {Job[]} jobs
 * @param {{ pairs: number, folder: string }} run
 * @param {() => void} stop called afterwards in any case
 */
function measured(jobs, run, stop) {
  try {
    return measure(jobs, run);
  } finally {
    stop();
  }
}

function versionsOf(/** @type {string} */ prefix) {
  return peers.map((name) => {
    const path = join(prefix, 'node_modules', name, 'package.json');
    return `${name} ${JSON.parse(readFileSync(path, 'utf8')).version}`;
  });
}

function packedSize(/** @type {string} */ folder) {
  const [{ size, unpackedSize }] = JSON.parse(
    npm(['pack', '--dry-run', '--json', '--ignore-scripts'], folder),
  );
  const [packed, unpacked] = [size, unpackedSize].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`);
  return `create-fastify-wss: ${packed} packed, ${unpacked} unpacked`;
}

/** @param {{ pairs: number, withPeers: boolean, folder: string }} run */
async function bench({ pairs, withPeers, folder }) {
  const prefix = join(folder, 'peers');
  mkdirSync(prefix);
  if (withPeers) {
    npm(['install', '--prefix', prefix, '--no-audit', '--no-fund', ...peers], folder);
  }
  const { job, stop } = await serve(folder);
  const jobs = [...ownJobs(), job, ...(withPeers ? peerJobs(prefix) : [])];
  const heading = ['package', 'what it does', 'median', 'quartiles', 'ms'];
  const rows = measured(jobs, { pairs, folder }, stop);
  const versions = withPeers ? `${versionsOf(prefix).join(', ')}\n` : '';
  process.stdout.write(
    `Time as a multiple of node -e 0, ${pairs} pairs each, Node.js ${process.versions.node}\n\n` +
      `${table([heading, ...rows])}\n${versions}${packedSize(folder)}\n`,
  );
}

async function main() {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '40' },
      'no-peers': { type: 'boolean', default: false },
    },
  });
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1 || !existsSync(bin)) {
    process.stderr.write('Give --pairs a number from 1, and run npm run build before.\n');
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'create-fastify-wss-bench-'));
  try {
    await bench({ pairs, withPeers: values['no-peers'] !== true, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
