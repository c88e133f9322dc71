/** The fake login node as a process of its own, so that its cost is nobody else's. Started by `fork`. */
import { FakeLoginNode } from './fake-login-node.js';

const fake = new FakeLoginNode(process.env.FAKE_HOST_KEY ?? '');
process.on('message', () => process.send?.(fake.read()));
process.on('disconnect', () => process.exit());
process.send?.({ port: await fake.listen() });
