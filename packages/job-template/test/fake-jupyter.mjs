// Stands in for jupyter-lab where the job script is tested: it takes the same settings and asks for the same token. How
// it misbehaves is in the file `behaviour` of its home.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const behaviour = existsSync('behaviour') ? readFileSync('behaviour', 'utf8').split(/\s+/) : [];
const is = (word) => behaviour.includes(word);
const settings = new Map(process.argv.slice(2).map((argument) => argument.replace(/^--/, '').split('=', 2)));
const token = readFileSync(process.env.JUPYTER_TOKEN_FILE, 'utf8');
writeFileSync(join(process.env.JUPYTER_RUNTIME_DIR, 'cookie-secret'), token);

if (is('dies')) {
  process.exit(7);
}
if (is('leaves-a-child')) {
  // In a session of its own, and not a child of ours for long.
  spawn('bash', ['-c', 'setsid sleep 600 & echo $! > child'], { stdio: 'ignore' });
}
if (is('has-another-port')) {
  createServer((_, answer) => answer.writeHead(200).end()).listen(0, '127.0.0.2');
  createServer((_, answer) => answer.writeHead(404).end()).listen(0, '127.0.0.1');
}
if (is('ignores-term')) {
  process.on('SIGTERM', () => console.log('no'));
} else {
  process.on('SIGTERM', () => process.exit(0));
}

const server = createServer((request, answer) => {
  const isRight = request.headers.authorization === `token ${token}` && !is('refuses');
  if (request.url === '/end') {
    process.exit(3);
  }
  answer.writeHead(isRight && request.url === `${settings.get('ServerApp.base_url')}api/status` ? 200 : 403).end();
});
server.listen(Number(settings.get('ServerApp.port')), settings.get('ServerApp.ip'), () => {
  writeFileSync('real-port', String(server.address().port));
});
