/**
 * A wire of a given length: what comes on its port goes on to the port in the first argument after the milliseconds in
 * the second one, in either direction, in order and as fast as it came. It stands in for a network that is far away,
 * where the kernel has no `tc netem`; TCP's own windows are not stretched by it, those of SSH are. Prints its port.
 */

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [target = '', delayMs = ''] = process.argv.slice(2).map(Number);

function lay(from: Socket, to: Socket): void {
  from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), Number(delayMs)));
  from.on('end', () => setTimeout(() => to.end(), Number(delayMs)));
  from.on('error', () => from.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), Number(delayMs)));
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  const far = connect({ port: Number(target), host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  lay(socket, far);
  lay(far, socket);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
