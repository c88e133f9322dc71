import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { checkChoices, loadTemplates, renderScript } from '@juhub/job-template';
import { type Cluster, type ClusterHost, execOn } from '../cluster/cluster.js';

/** What the job writes when its server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly job: string;
  readonly restart: number;
}

const USER = 'alice';
const TEMPLATES = fileURLToPath(new URL('../../slurm-templates/', import.meta.url));

/** A server of alice's made as the hub makes it: folder, secret, rendered script, submission. */
export class TemplateJob {
  readonly id = randomBytes(8).toString('hex');
  readonly secret = randomBytes(32).toString('hex');
  readonly dir = `.juhub/servers/${this.id}`;
  readonly basePath = `/user/${USER}/${this.id}/`;
  jobId = '';

  constructor(
    private readonly cluster: Cluster,
    private readonly form: Readonly<Record<string, string>>,
  ) {}

  get isScheduled(): boolean {
    return this.form.partition !== 'login-node';
  }

  /** Starts it, by sbatch or as a process of the login node. */
  async start(): Promise<this> {
    await this.shell('umask 077 && mkdir -p "$1" && cat > "$1/secret"', [this.dir], this.secret);
    const start = this.isScheduled
      ? 'sbatch --parsable'
      : 'cat > "$1/job"; setsid bash "$1/job" </dev/null >>"$1/log" 2>&1 & echo $!';
    this.jobId = (await this.shell(start, [this.dir], this.#render())).trim();
    return this;
  }

  /** Waits until the job has announced its server, or says why it cannot (then it is the message instead). */
  async endpoint(restart = 0): Promise<Endpoint> {
    const wait = `until grep -sq '"restart":'"$2" "$1/endpoint" || [ -s "$1/failed" ]; do sleep 0.05; done
      cat "$1/endpoint" 2>/dev/null || { cat "$1/failed"; cat "$1/log" >&2; }`;
    return JSON.parse(await this.shell(wait, [this.dir, String(restart)])) as Endpoint;
  }

  /** Asks the server from the login node. @returns status line and body */
  async ask(endpoint: Endpoint, path: string, options: { secret?: string; method?: string } = {}): Promise<string> {
    const config = [
      `url = "http://${endpoint.host}:${endpoint.port}${this.basePath}${path}"`,
      `header = "Authorization: token ${options.secret ?? this.secret}"`,
      `request = ${options.method ?? 'GET'}`,
      'silent',
      'include',
    ];
    return this.shell('curl --config -', [], config.join('\n'));
  }

  async file(name: string): Promise<string> {
    return this.shell('cat "$1"', [`${this.dir}/${name}`]);
  }

  /** Runs a shell command as alice. @returns its standard output @throws when it fails */
  async shell(command: string, args: readonly string[] = [], stdin = '', host: ClusterHost = 'login'): Promise<string> {
    const argv = ['bash', '-c', command, 'test', ...args];
    const { exitCode, stdout, stderr } = await execOn(this.cluster, host, argv, {
      user: USER,
      stdin,
      timeoutMs: 100_000,
    });
    if (exitCode !== 0) {
      throw new Error(`“${command}” ended with ${exitCode}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** Waits until Slurm has no more of the job than its accounting. @returns state, exit code and seconds */
  async outcome(): Promise<{ state: string; exitCode: string; seconds: number }> {
    const wait = `until [ -z "$(squeue -h -j "$1" -t PD,R,CG 2>/dev/null)" ]; do sleep 0.2; done
      until sacct -nXP -j "$1" -o State | grep -qv RUNNING; do sleep 0.2; done
      sacct -nXP -j "$1" -o State,ExitCode,ElapsedRaw`;
    const [state = '', exitCode = '', seconds = ''] = (await this.shell(wait, [this.jobId])).trim().split('|');
    return { state, exitCode, seconds: Number(seconds) };
  }

  async cancel(): Promise<void> {
    await this.shell('scancel "$1"', [this.jobId]);
    await this.outcome();
  }

  #render(): string {
    const template = loadTemplates(TEMPLATES).templates.get('jupyterlab');
    if (template === undefined) {
      throw new Error('The template jupyterlab cannot be loaded.');
    }
    const partition = { minNodes: 1, maxNodes: 2, gpusPerNode: 4 };
    const checked = checkChoices(template, this.form, {
      partitions: [
        { name: 'gpus', ...partition },
        { name: 'batch', ...partition },
        { name: 'login-node', kind: 'login', ...partition },
      ],
      accounts: ['climate'],
      qos: [],
    });
    if (!checked.ok) {
      throw new Error(JSON.stringify(checked.problems));
    }
    return renderScript(template, {
      server: { id: this.id, name: this.id, basePath: this.basePath, dir: this.dir },
      job: { name: `juhub-${this.id}`, scheduled: this.isScheduled },
      user: { name: USER },
      site: { name: 'cluster' },
      listen: this.isScheduled ? { bind: '0.0.0.0' } : { bind: '127.0.0.1', host: '127.0.0.1' },
      choices: checked.choices,
    });
  }
}
