import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;
let token: string;

beforeEach(async () => {
  room = await startPageHub({ sites: 2 });
  ask = createAskApi(room);
  ({ token } = await issueToken(room));
});

afterEach(() => room.close());

interface NodeTypeBody {
  name: string;
}

describe('Sites', () => {
  it('are listed with the account that one has there', async () => {
    expect((await ask('GET', '/sites', { token })).body).toEqual([
      { name: 'cluster', title: 'Demo cluster', scheduler: 'slurm', account: 'alice1' },
      { name: 'other', title: 'Other cluster', scheduler: 'slurm', account: 'alice1' },
    ]);
  });

  it('say what they offer now, what of it is free, and how old that is', async () => {
    const { body } = await ask('GET', '/sites/cluster', { token });
    expect(body.nodeTypes.map(({ name }: NodeTypeBody) => name)).toEqual(['batch', 'gpus', 'old', 'login-node']);
    const [batch, gpus, old] = body.nodeTypes;
    expect(batch).toMatchObject({ isDefault: true, totalNodes: 2, idleNodes: 1, maxMinutes: 1440, gpuType: null });
    expect(gpus).toMatchObject({ gpusPerNode: 4, gpuType: 'a100', freeGpus: 1, maxMinutes: 120 });
    expect(old).toMatchObject({ isUp: false });
    expect(body).toMatchObject({ problem: null, entitlements: { projects: ['zam', 'hai'] } });
    expect(body.ageSeconds).toBeLessThan(60);
  });

  it('name of a node type only those projects that are one’s own', async () => {
    const [batch, ...rest] = room.cluster.partitions;
    if (batch !== undefined) {
      room.cluster.partitions = [{ ...batch, allowAccounts: ['hai', 'secret-project'] }, ...rest];
    }
    const { body, text } = await ask('GET', '/sites/cluster', { token });
    expect(body.nodeTypes[0].projects).toEqual(['hai']);
    expect(text).not.toContain('secret-project');
  });

  it('that cannot be asked say why, and nothing else fails', async () => {
    room.cluster.goAway();
    const { status, body } = await ask('GET', '/sites/cluster', { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ askedAt: null, ageSeconds: null, nodeTypes: [], entitlements: null });
    expect(body.problem).toContain('login1 does not answer');
    expect(body.problemHop).toBe('site');
    expect(body.entitlementsProblem).toContain('login1 does not answer');
  });
});

describe('Templates', () => {
  it('are listed with the fields of their forms, and without what they do', async () => {
    const { body, text } = await ask('GET', '/templates', { token });
    expect(body).toMatchObject([{ name: 'jupyterlab', title: 'JupyterLab', sites: null }]);
    expect(body[0].fields[2]).toMatchObject({ name: 'nodes', type: 'integer', default: 1, min: 1, required: true });
    expect(text).not.toContain('#SBATCH');
  });
});
