import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAskApi, issueToken } from '../api/api-client.js';
import type { TestBrowser } from '../web/start-test-hub.js';
import { JUPYTERLAB, makeTool } from './examples.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

const TOOL = makeTool('Tool').replace('fields:', 'groups: [deep, staff]\nfields:');

let room: PageHub;
let alice: TestBrowser;

beforeEach(async () => {
  room = await startPageHub({ templates: { 'jupyterlab.sbatch.hbs': JUPYTERLAB.source, 'tool.sbatch.hbs': TOOL } });
  alice = await room.enter();
});

afterEach(() => room.close());

/** What answers a request for a server of the template, and the page after a check. */
async function startTool(): Promise<{ status: number; text: string }> {
  await alice.get('/hub/start');
  return alice.post('/hub/start', { site: 'cluster', template: 'tool', name: 'mine', partition: 'batch', word: 'hi' });
}

async function listTemplates(): Promise<unknown[]> {
  const { token } = await issueToken(room);
  const { body } = await createAskApi(room)('GET', '/templates', { token });
  return body.map(({ name, sites }: { name: string; sites: string[] | null }) => [name, sites]);
}

describe('A template for some groups', () => {
  it('is offered to their members, and starts', async () => {
    room.cluster.groups = 'users deep';
    expect((await alice.get('/hub/start?template=tool')).text).toContain('name="template" value="tool"');
    expect((await startTool()).status).toBe(303);
    expect(await listTemplates()).toEqual([
      ['jupyterlab', null],
      ['tool', ['cluster']],
    ]);
  });

  it('is not there for anybody else, whatever a browser sends', async () => {
    room.cluster.groups = 'users deeper';
    const { text } = await alice.get('/hub/start?template=tool');
    expect(text).toContain('name="template" value="jupyterlab"');
    expect(text).not.toContain('Tool');
    const refused = await startTool();
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('There is no template called “tool”.');
    expect(refused.text).not.toContain('Tool');
    expect(await room.records.listByUser('alice')).toEqual([]);
    expect(await listTemplates()).toEqual([['jupyterlab', null]]);
  });

  it('is there for nobody whose groups the site does not tell', async () => {
    room.cluster.goAway();
    expect((await alice.get('/hub/start?template=tool')).text).not.toContain('value="tool"');
    expect((await startTool()).status).toBe(503);
  });
});
