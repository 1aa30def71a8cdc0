/**
 * Generates the load in its own process. Its parent sends one job at a time and gets the result.
 */
import { answerLength, open, openMany, textFrame } from './client.js';

/** @typedef {import('./client.js').Target} Target */

/** @type {import('./client.js').Connection[]} */
let held = [];

/** Answers to echoes so far. */
let answers = 0;

/** Whether answers are currently ignored. */
let rests = true;

/** @type {(ms: number) => Promise<void>} */
let work = async () => {};

/** @returns {number} microseconds */
function cpuNow() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function wait(/** @type {number} */ ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Opens connections for echoes, with a number of unanswered messages on each.
 *
 * @param {{ target: Target, connections: number, inFlight: number, ask: string, answer: string,
 *   greeting?: string }} job
 */
async function meet({ target, connections, inFlight, ask, answer, greeting }) {
  const opened = await openMany(target, connections);
  held = opened;
  if (greeting !== undefined) {
    for (const { stream } of opened) {
      stream.write(textFrame(greeting));
    }
    // What comes before the answers has no known length, so it is skipped.
    await wait(500);
  }
  const size = answerLength(answer);
  const frame = textFrame(ask);
  const burst = Buffer.concat(Array.from({ length: inFlight }, () => frame));
  const due = opened.map(() => inFlight);
  const send = (/** @type {number} */ index) => {
    const count = due[index];
    due[index] = 0;
    if (count > 0) {
      opened[index].stream.write(burst.subarray(0, count * frame.length));
    }
  };
  opened.forEach((connection, index) => {
    let rest = 0;
    connection.stream.on('error', () => {});
    connection.onBytes = (length) => {
      const bytes = rest + length;
      const whole = Math.floor(bytes / size);
      rest = bytes - whole * size;
      answers += whole;
      due[index] += whole;
      if (!rests) {
        send(index);
      }
    };
  });
  work = async (ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      rests = false;
      opened.forEach((_, index) => send(index));
      await wait(60);
      rests = true;
      await wait(30);
    }
  };
}

/**
 * Sends and counts for a while. It pauses for a third of the time, so that the load generator is
 * not the bottleneck. What arrives during a pause is answered afterwards.
 *
 * @param {{ seconds: number }} job
 */
async function echo({ seconds }) {
  answers = 0;
  const before = { cpu: cpuNow(), at: performance.now() };
  await work(seconds * 1000);
  return { answers, cpu: (cpuNow() - before.cpu) / 1000 / (performance.now() - before.at) };
}

/**
 * Opens connections that stay open, and answers pings.
 *
 * @param {{ target: Target, connections: number, greeting?: string }} job
 */
async function hold({ target, connections, greeting }) {
  held = await openMany(target, connections);
  for (const { stream } of held) {
    stream.on('error', () => {});
    if (greeting !== undefined) {
      stream.write(textFrame(greeting));
    }
  }
  // The answers to greetings are not counted.
  await wait(greeting === undefined ? 0 : 2000);
  return held.length;
}

/** @returns how many were still open */
function release() {
  const { length } = held.filter(({ stream }) => !stream.destroyed);
  for (const { stream } of held) {
    stream.destroy();
  }
  held = [];
  return length;
}

/**
 * One of the open connections sends, and all receive. The next sends after all have received and
 * the pause is over.
 *
 * @param {{ messages: number, pauseMs: number, ask: string, answer: string }} job
 */
async function broadcast({ messages, pauseMs, ask, answer }) {
  const all = held.length * answerLength(answer);
  let bytes = 0;
  let wake = () => {};
  for (const connection of held) {
    connection.onBytes = (length) => {
      bytes += length;
      if (bytes === all) {
        wake();
      }
    };
  }
  const [{ stream: sender }] = held;
  const frame = textFrame(ask);
  const send = () => {
    bytes = 0;
    const arrived = new Promise((resolve) => {
      wake = () => resolve(undefined);
    });
    sender.write(frame);
    return arrived;
  };
  const before = { cpu: cpuNow(), at: performance.now() };
  for (let sent = 0; sent < messages; sent += 1) {
    await send();
    await wait(pauseMs);
  }
  return { cpu: (cpuNow() - before.cpu) / 1000 / (performance.now() - before.at) };
}

/**
 * One client sends as fast as possible, and never reads.
 *
 * @param {{ target: Target, seconds: number, text: string }} job
 * @returns {Promise<{ cut: boolean, ms: number }>}
 */
async function neverRead({ target, seconds, text }) {
  const { stream } = await open(target);
  stream.pause();
  const frames = Buffer.concat(Array.from({ length: 64 }, () => textFrame(text)));
  const at = performance.now();
  stream.on('error', () => {});
  while (!stream.closed && performance.now() - at < seconds * 1000) {
    if (stream.writableLength < 1_000_000) {
      stream.write(frames);
    }
    await wait(0);
  }
  const cut = stream.closed;
  const ms = performance.now() - at;
  stream.destroy();
  return { cut, ms };
}

const jobs = { meet, echo, hold, release, broadcast, neverRead };

process.on('message', async (/** @type {any} */ { job, ...details }) => {
  try {
    process.send?.({ result: await jobs[/** @type {keyof typeof jobs} */ (job)](details) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
