import { userInfo } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { connectorSiteSchema } from '../src/connector-site.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, SshWorld } from './real-sshd.js';
import { describeTransport } from './transport-contract.js';

const limits = { ...defaultConnectorLimits, maxOutputBytes: 4 * 1024 * 1024 };
const local = connectorSiteSchema.parse({ name: 'here', kind: 'local' });

describeTransport('local', async () => {
  const account = userInfo().username;
  return { account, transport: new Transports([local], limits, makeQuietLog()).find('here', account) };
});

describe('a site that is this machine', () => {
  const never = () => new AbortController().signal;

  it('hands on nothing of the environment that may be a secret', async () => {
    process.env.JUHUB_TEST_SECRET = 'hush';
    const transport = new Transports([local], limits, makeQuietLog()).find('here', userInfo().username);
    const { stdout } = await transport.run({ argv: ['env'] }, never());
    delete process.env.JUHUB_TEST_SECRET;
    expect(stdout).toContain('PATH=');
    expect(stdout).not.toContain('hush');
  });

  it("runs nobody else's commands as its own account", async () => {
    const transport = new Transports([local], limits, makeQuietLog()).find('here', 'somebody-else');
    await expect(transport.run({ argv: ['id'] }, never())).rejects.toMatchObject({ code: 'sign-in-refused' });
  });
});

describe.skipIf(explainMissingSshd())('on a real sshd', () => {
  let world: SshWorld;

  afterAll(() => world.stop());

  describeTransport('ssh', async () => {
    world = new SshWorld();
    const sshd = await world.startSshd();
    const site = connectorSiteSchema.parse(world.makeSite(sshd));
    return { account: 'alice', transport: new Transports([site], limits, makeQuietLog()).find('cluster', 'alice') };
  });
});
