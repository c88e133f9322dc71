import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, type ClusterHost, canMakeCluster, downCluster, execOn, upCluster } from '../cluster/cluster.js';
import { TemplateJob } from './template-job.js';

const can = canMakeCluster();
const NAME = 'juhub-jupyterlab';
/** Debian 12 has no JupyterLab: there the classic notebook takes its place. */
const suite = process.env.JUHUB_CLUSTER_SUITE === 'bookworm' ? 'bookworm' : 'trixie';

describe.skipIf(!can.ok)('the template jupyterlab on the real cluster', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await upCluster({ name: NAME, suite });
  });
  afterAll(() => downCluster(NAME));

  async function onHost(host: ClusterHost, command: string): Promise<string> {
    return (await execOn(cluster, host, ['bash', '-c', command])).stdout;
  }

  /** Processes of alice and folders of juhub on a host. */
  function remainsOn(host: ClusterHost): Promise<string> {
    return onHost(host, 'ps -u alice -o pid=,args=; ls -d /tmp/juhub-* 2>/dev/null');
  }

  describe('with two GPUs', () => {
    let job: TemplateJob;
    beforeAll(async () => {
      job = await new TemplateJob(cluster, { partition: 'gpus', gpus: '2', minutes: '30' }).start();
    });
    afterAll(() => job.cancel());

    test('announces the node and a port where the server answers to its secret alone', async () => {
      const endpoint = await job.endpoint();
      expect(endpoint).toEqual({ host: 'gpu1', port: expect.any(Number), job: job.jobId, restart: 0 });
      expect(await job.ask(endpoint, 'api/status')).toContain('HTTP/1.1 200');
      expect(await job.ask(endpoint, 'api/status', { secret: 'another' })).toContain('HTTP/1.1 403');
    });

    test('the server sees two devices', async () => {
      await job.endpoint();
      const environments = await onHost('gpu1', 'cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"');
      expect(environments).toMatch(new RegExp(`^JUHUB_SERVER=${job.id}$`, 'm'));
      expect(environments).toMatch(/^CUDA_VISIBLE_DEVICES=0,1$/m);
    });

    test('the secret is in no argv on the node, not in the script that Slurm keeps and not in the log', async () => {
      const endpoint = await job.endpoint();
      await job.ask(endpoint, 'api/kernels', { method: 'POST' });
      expect(await onHost('gpu1', 'ps -efww')).toContain(`base_url=${job.basePath}`);
      expect(await onHost('gpu1', 'ps -efww')).not.toContain(job.secret);
      const script = await job.shell('scontrol write batch_script "$1" -', [job.jobId]);
      expect(script).toContain(job.id);
      expect(script).not.toContain(job.secret);
      expect(await job.file('log')).not.toContain(job.secret);
      expect(await job.file('log')).toContain('The server answers on gpu1');
    });

    test.skipIf(suite === 'bookworm')('the page asks nobody outside for news', async () => {
      const page = await job.ask(await job.endpoint(), 'lab');
      expect(page).toContain('HTTP/1.1 200');
      expect(page).toMatch(/"news": \{"disabled": true\}/);
    });
  });

  test('two servers on one node have ports of their own, and one ends without the other', async () => {
    const form = { partition: 'gpus', gpus: '1', minutes: '30' };
    const jobs = [new TemplateJob(cluster, form), new TemplateJob(cluster, form)] as const;
    await Promise.all(jobs.map((job) => job.start()));
    const [one, other] = await Promise.all([jobs[0].endpoint(), jobs[1].endpoint()]);
    expect(one.host).toBe(other.host);
    expect(one.port).not.toBe(other.port);
    await jobs[0].cancel();
    expect(await jobs[1].ask(other, 'api/status')).toContain('HTTP/1.1 200');
    await jobs[1].cancel();
  });

  test('scancel leaves nothing of the server on its node, its kernel included, and keeps log and secret', async () => {
    const job = await new TemplateJob(cluster, { partition: 'batch', minutes: '30' }).start();
    const endpoint = await job.endpoint();
    expect(await job.ask(endpoint, 'api/kernels', { method: 'POST' })).toContain('HTTP/1.1 201');
    const node = endpoint.host as ClusterHost;
    expect(await remainsOn(node)).toMatch(/ipykernel(.|\n)*\/tmp\/juhub-/);
    await job.cancel();
    expect(await remainsOn(node)).toBe('');
    expect((await job.shell('ls "$1"', [job.dir])).split('\n')).toEqual(['log', 'secret', '']);
    expect(await job.file('log')).toContain('because it was asked to');
  });

  test('a job that Slurm puts back into the queue announces itself anew, to the same secret', async () => {
    const job = await new TemplateJob(cluster, { partition: 'gpus', minutes: '30' }).start();
    await job.endpoint();
    await job.shell('scontrol requeue "$1"', [job.jobId]);
    // Slurm waits two minutes before it starts a requeued job again, unless told not to; while the first run is still
    // being cleaned up it does not listen, so it is told until the second one runs.
    const again = `until squeue -h -j "$1" -O State:20,RestartCnt:5 | grep -q '^RUNNING *1'; do
      scontrol update JobId="$1" StartTime=now 2>/dev/null; sleep 1; done`;
    await job.shell(again, [job.jobId]);
    const endpoint = await job.endpoint(1);
    expect(await job.ask(endpoint, 'api/status')).toContain('HTTP/1.1 200');
    await job.cancel();
  });

  test('a job of one minute ends its server by itself, cleanly and in time', async () => {
    const job = await new TemplateJob(cluster, { partition: 'batch', minutes: '1' }).start();
    await job.endpoint();
    const { state, exitCode, seconds } = await job.outcome();
    expect({ state, exitCode }).toEqual({ state: 'COMPLETED', exitCode: '0:0' });
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThan(60);
    expect(JSON.parse(await job.file('ended'))).toEqual({ reason: 'wall-time' });
  });

  test('on the login node it is a plain process that can be reached from there only, and ends on TERM', async () => {
    const job = await new TemplateJob(cluster, { partition: 'login-node', minutes: '30' }).start();
    const endpoint = await job.endpoint();
    expect(endpoint).toMatchObject({ host: '127.0.0.1', job: job.jobId });
    expect(await job.ask(endpoint, 'api/kernels', { method: 'POST' })).toContain('HTTP/1.1 201');
    expect(await onHost('login', 'ss -ltn')).toContain(`127.0.0.1:${endpoint.port}`);
    await job.shell('kill "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done', [job.jobId]);
    expect(await remainsOn('login')).toBe('');
  });

  describe('with settings of the user’s own', () => {
    const form = { partition: 'login-node', minutes: '30' };

    async function startWith(settings: string): Promise<TemplateJob> {
      const job = new TemplateJob(cluster, form);
      const write = 'mkdir -p ~/.jupyter && sed "s/APP/c.$1/" > ~/.jupyter/jupyter_"$2"_config.py';
      await job.shell(write, ['ServerApp', 'server'], settings);
      await job.shell(write, ['NotebookApp', 'notebook'], settings);
      return job.start();
    }
    afterAll(() => new TemplateJob(cluster, form).shell('rm -r ~/.jupyter'));

    test('for a public server, the way through the hub is kept', async () => {
      const own = [
        'ip = "0.0.0.0"',
        'port = 9999',
        'password = "sha1:x:y"',
        'certfile = "/none.pem"',
        'base_url = "/mine"',
      ];
      const job = await startWith(own.map((line) => `APP.${line}`).join('\n'));
      const endpoint = await job.endpoint();
      expect(endpoint.port).not.toBe(9999);
      expect(await job.ask(endpoint, 'api/status')).toContain('HTTP/1.1 200');
      await job.shell('kill "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done', [job.jobId]);
    });

    test('for a token, the job says what stands in the way', async () => {
      const job = await startWith('APP.token = "mine"');
      expect(await job.endpoint()).toMatchObject({
        message: expect.stringContaining('a token or password of its own'),
      });
      expect(await remainsOn('login')).toBe('');
    });
  });
});
