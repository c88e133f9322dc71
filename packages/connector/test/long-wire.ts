import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Has what comes on a new port here go on to `port` after `delayMs`, in either direction, in order and as fast as it
 * came. It stands in for a network that is far away, where the kernel has no `tc netem`; TCP's own windows are not
 * stretched by it, those of SSH are.
 */
export async function layLongWire(port: number, delayMs: number): Promise<Server> {
  const lay = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), delayMs));
    from.on('end', () => setTimeout(() => to.end(), delayMs));
    from.on('error', () => from.destroy());
    from.on('close', () => setTimeout(() => to.destroy(), delayMs));
  };
  const wire = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    lay(near, far);
    lay(far, near);
  }).listen(0, '127.0.0.1');
  await once(wire, 'listening');
  return wire;
}
