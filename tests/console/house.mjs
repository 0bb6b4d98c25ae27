// A house for the tests: a database with the demo shop and a day of conversations, accounts, and a shopper at a terminal
// with the console beside it. Everything is the real binary; nothing is replaced.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer } from 'node:net';

export const binary = resolve(process.env.XIAOER ?? 'target/release/xiaoer');

export function command(house, ...args) {
  const done = spawnSync(binary, [...args, '--config', house.config], { encoding: 'utf8', timeout: 540_000 });
  if (done.status !== 0) throw new Error(`xiaoer ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

function freePort() {
  return new Promise((give) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => give(port)); });
  });
}

// `XIAOER_CONSOLE_DATA` keeps the database from one run to the next.
export async function open() {
  const kept = process.env.XIAOER_CONSOLE_DATA;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'xiaoer-console-'));
  if (kept && !existsSync(kept)) mkdirSync(kept, { recursive: true });
  const port = await freePort();
  const house = { folder, config: join(folder, 'xiaoer.toml'), address: `http://127.0.0.1:${port}`, port, kept: !!kept };
  const path = (name) => JSON.stringify(join(folder, name));
  writeFileSync(house.config, `database = ${path('shop.db')}\nrecommender = ${path('recommender.bin')}\n`);
  command(house, 'demo', 'talk');
  return house;
}

export const invite = (house, login, role, name) =>
  command(house, 'staff', 'invite', login, '--role', role, '--name', name, '--address', house.address).split('\n').pop();

// A shopper at a terminal; `say` types, `heard` waits until the terminal shows a text.
export async function shopper(house) {
  const args = ['chat', '--as', '1', '--fresh', '--console', `127.0.0.1:${house.port}`, '--config', house.config];
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  child.stdout.on('data', (data) => { shown += data; });
  const until = async (done, what, limit = 60_000) => {
    for (const end = Date.now() + limit; Date.now() < end; await new Promise((go) => setTimeout(go, 20))) if (done()) return;
    throw new Error(`the terminal does not show ${what}:\n${shown}`);
  };
  await until(() => shown.includes(house.address), 'the console');
  for (let tries = 0; ; tries += 1) {
    try { await fetch(`${house.address}/sign-in`); break; } catch (error) { if (tries > 200) throw error; await new Promise((go) => setTimeout(go, 50)); }
  }
  return {
    say: (text) => child.stdin.write(`${text}\n`),
    heard: (text, limit) => until(() => shown.includes(text), text, limit),
    shown: () => shown,
    leave: () => new Promise((left) => { child.on('exit', left); child.stdin.write('/quit\n'); child.stdin.end(); setTimeout(() => child.kill(), 10_000).unref(); }),
  };
}

export function close(house) { if (!house.kept) rmSync(house.folder, { recursive: true, force: true }); }
