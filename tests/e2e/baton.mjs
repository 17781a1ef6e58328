// Starts the product's own binary the way a person would, and reads the addresses it prints.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BINARY = process.env.BATON_BINARY ?? fileURLToPath(new URL('../../target/debug/baton', import.meta.url));
const START_MS_MAX = 120_000;
const STOP_MS_MAX = 20_000;
const LOG_LINES_KEPT = 40;

/** A demo shop with its inbox, on a free port and in a folder of its own. */
export async function startDemo(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-e2e-'));
  const running = await start(['demo', '--port', '0', '--data', folder], settings, /^Sign in as (\S+) with the password (.+)$/);
  const [, email, password] = running.matched;
  const origin = running.printed.match(/^Inbox:\s+(http:\/\/[^/\s]+)\/inbox/m)[1];
  return { origin, email, password, log: running.log, stop: () => running.stop().finally(() => forget(folder)) };
}

/** A new installation that nobody has set up yet. */
export async function startEmpty() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-e2e-'));
  const key = await answerOf(['doctor', '--new-key']);
  const settings = {
    BATON_MASTER_KEY: key, BATON_LISTEN: '127.0.0.1:0', BATON_DATABASE_URL: `sqlite:${join(folder, 'baton.db')}`,
  };
  const running = await start(['serve'], settings, /^Baton listens on (http:\/\/\S+)$/);
  return { origin: running.matched[1], log: running.log, stop: () => running.stop().finally(() => forget(folder)) };
}

function forget(folder) {
  return rm(folder, { recursive: true, force: true });
}

// Settings of the person who runs the tests must not leak into what is tested.
function environment(settings) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BATON_'));
  return { ...Object.fromEntries(inherited), ...settings };
}

function answerOf(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(BINARY, args, { env: environment({}), stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk) => { printed += chunk; });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(printed.trim()) : reject(new Error(`baton ${args.join(' ')} ended with ${code}`))));
  });
}

/** Resolves once a printed line matches `ready`. */
function start(args, settings, ready) {
  const child = spawn(BINARY, args, { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line);
    if (log.length > LOG_LINES_KEPT) log.shift();
  });
  const ended = new Promise((resolve) => { child.once('close', (code, signal) => resolve(code ?? signal)); });
  process.once('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    const refuse = (why) => reject(new Error(`baton ${args.join(' ')} ${why}\n${log.join('\n')}`));
    const late = setTimeout(() => { child.kill('SIGKILL'); refuse(`printed no address within ${START_MS_MAX} ms`); }, START_MS_MAX);
    child.once('error', (error) => refuse(error.message));
    ended.then((code) => refuse(`ended with ${code}`));
    let printed = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed += `${line}\n`;
      const matched = line.match(ready);
      if (!matched) return;
      clearTimeout(late);
      resolve({ matched, printed, log, stop: () => stop(child, ended, log) });
    });
  });
}

/** Asks politely, as an orchestrator does; a process that does not end then is a failure. */
async function stop(child, ended, log) {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  const code = await ended;
  clearTimeout(late);
  if (code !== 0) throw new Error(`baton ended with ${code} when asked to stop\n${log.join('\n')}`);
}
