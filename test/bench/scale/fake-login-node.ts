import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { type Answer, type FakeJob, FakeSlurm } from './fake-slurm.js';

const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** What has reached the fake since it started. */
export interface FakeCounters {
  readonly connectionsNow: number;
  readonly connectionsEver: number;
  /** The most connections that one account had at a time. */
  readonly mostOfOneAccount: number;
  /** Slurm commands by tool. */
  readonly slurm: Readonly<Record<string, number>>;
  /** squeue that ask where jobs stand. */
  readonly queueQueries: number;
  readonly otherCommands: number;
  /** Commands that the fake does not know; it answered them with 127. */
  readonly unknown: readonly string[];
  readonly running: number;
}

/** A login node that is none: SSH is real, everything behind it is made up and in memory. */
export class FakeLoginNode {
  readonly #slurm = new FakeSlurm((job) => this.#announce(job));
  /** The folders of servers, by account and name. */
  readonly #folders = new Map<string, { secret: string; endpoint?: string }>();
  readonly #ssh: ssh2.Server;
  readonly #notebooks = createServer((request, response) => {
    const { job } = request.socket as unknown as { job: FakeJob };
    const secret = this.#folders.get(keyOf(job))?.secret;
    const mayPass = request.headers.authorization === `token ${secret}`;
    response.writeHead(mayPass ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ fake: true, kernels: 0, connections: 0 }));
  });
  readonly #accounts = new Map<string, number>();
  readonly #tools: Record<string, number> = {};
  readonly #unknown: string[] = [];
  #ever = 0;
  #most = 0;
  #queueQueries = 0;
  #others = 0;

  constructor(hostKey: string) {
    this.#ssh = new ssh2.Server({ hostKeys: [hostKey], ident: 'juhub-fake-login-node' }, (client) =>
      this.#serve(client),
    );
  }

  /** @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#ssh.listen(0, '127.0.0.1', resolve));
    return (this.#ssh.address() as AddressInfo).port;
  }

  read(): FakeCounters {
    return {
      connectionsNow: [...this.#accounts.values()].reduce((sum, count) => sum + count, 0),
      connectionsEver: this.#ever,
      mostOfOneAccount: this.#most,
      slurm: { ...this.#tools },
      queueQueries: this.#queueQueries,
      otherCommands: this.#others,
      unknown: this.#unknown.slice(0, 5),
      running: [...this.#slurm.jobs.values()].filter((job) => job.state === 'RUNNING').length,
    };
  }

  #announce(job: FakeJob): void {
    const folder = this.#folders.get(keyOf(job));
    if (folder !== undefined) folder.endpoint = JSON.stringify({ host: job.node, port: job.port, restart: 0 });
  }

  #serve(client: Connection): void {
    let account = '';
    client.on('error', () => {});
    client.on('authentication', (attempt) => {
      account = attempt.username;
      if (attempt.method === 'publickey') attempt.accept();
      else attempt.reject(['publickey']);
    });
    client.on('ready', () => {
      this.#ever += 1;
      const count = (this.#accounts.get(account) ?? 0) + 1;
      this.#accounts.set(account, count);
      this.#most = Math.max(this.#most, count);
      client.once('close', () => this.#accounts.set(account, (this.#accounts.get(account) ?? 1) - 1));
    });
    client.on('session', (accept) => {
      accept().on('exec', (takeExec, _refuse, { command }) => void this.#exec(takeExec(), account, command));
    });
    client.on('tcpip', (accept, refuse, { destPort }) => {
      const job = this.#slurm.at(destPort);
      if (job === undefined) {
        refuse();
        return;
      }
      const channel: Duplex = accept();
      channel.on('error', () => {});
      Object.assign(channel, { job });
      this.#notebooks.emit('connection', channel);
    });
  }

  async #exec(channel: ServerChannel, account: string, command: string): Promise<void> {
    let isGone = false;
    channel.once('close', () => {
      isGone = true;
    });
    channel.on('error', () => {});
    const chunks: Buffer[] = [];
    // No `for await`: it would close the channel before it is answered.
    channel.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => channel.once('end', resolve));
    const stdin = Buffer.concat(chunks).toString();
    const answer = await this.#answer(splitWords(command), { account, stdin, isGone: () => isGone });
    if (isGone) return;
    channel.stderr.write(answer.stderr ?? '');
    channel.write(answer.stdout);
    channel.exit(answer.exitCode);
    channel.end();
  }

  async #answer(words: readonly string[], call: Call): Promise<Answer> {
    const [program = '', ...rest] = words[0] === 'exec' ? words.slice(1) : words;
    if (program === 'true') return { stdout: '', exitCode: 0 };
    if (program === 'env') {
      const start = rest.findIndex((word, at) => word !== '-u' && rest[at - 1] !== '-u' && !/^[A-Z_]+=/.test(word));
      const [tool = '', ...args] = rest.slice(start);
      this.#tools[tool] = (this.#tools[tool] ?? 0) + 1;
      if (tool === 'squeue' && args.includes('--states=all') && !args.some((arg) => arg.startsWith('--name='))) {
        this.#queueQueries += 1;
      }
      return this.#slurm.answer(tool, args, call.account) ?? this.#refuse(words);
    }
    this.#others += 1;
    return (
      (program === 'sh' ? await this.#runScript(rest[1] ?? '', rest.slice(3), call) : undefined) ?? this.#refuse(words)
    );
  }

  /** The scripts of the hub are known by what only they do. */
  async #runScript(script: string, args: readonly string[], call: Call): Promise<Answer | undefined> {
    const [folder = ''] = args;
    const key = `${call.account} ${folder}`;
    if (script.includes('secret.tmp')) {
      this.#folders.set(key, { secret: call.stdin });
      return { stdout: '', exitCode: 0 };
    }
    if (script.includes('$dir/endpoint')) return this.#waitForEndpoint(args, call);
    if (script.startsWith('rm -rf')) {
      this.#folders.delete(key);
      return { stdout: '', exitCode: 0 };
    }
    if (script.includes('tail -c')) return { stdout: '', exitCode: 0 };
    if (script.includes('for f in failed ended')) return { stdout: '\n\n', exitCode: 0 };
    if (script.includes('names=$(ls)')) return { stdout: this.#listFolders(call.account), exitCode: 0 };
    return undefined;
  }

  #listFolders(account: string): string {
    return [...this.#folders.keys()]
      .filter((key) => key.startsWith(`${account} `))
      .map((key) => `${key.split('/').at(-1)}\n`)
      .join('');
  }

  async #waitForEndpoint(folders: readonly string[], { account, isGone }: Call): Promise<Answer> {
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline && !isGone()) {
      const found = folders.flatMap((folder) => {
        const endpoint = this.#folders.get(`${account} ${folder}`)?.endpoint;
        return endpoint === undefined ? [] : [`${folder} ${endpoint}\n`];
      });
      if (found.length > 0) return { stdout: found.join(''), exitCode: 0 };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return { stdout: '', exitCode: 0 };
  }

  #refuse(words: readonly string[]): Answer {
    this.#unknown.push(words.join(' ').slice(0, 300));
    return { stdout: '', stderr: 'the fake login node does not know this command\n', exitCode: 127 };
  }
}

interface Call {
  readonly account: string;
  readonly stdin: string;
  readonly isGone: () => boolean;
}

function keyOf(job: FakeJob): string {
  return `${job.user} .juhub/servers/${job.name.replace('juhub-', '')}`;
}

/** The words of a command line as the connector quotes it: plain, or in single quotes. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'\\]|'[^']*'|\\')+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\'/g, (_, inside: string | undefined) => inside ?? "'"),
  );
}
