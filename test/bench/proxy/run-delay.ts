/** A long wire to the port in the first argument, of so many milliseconds in either direction. Prints its port. */

import type { AddressInfo } from 'node:net';
import { layLongWire } from '../../../packages/connector/test/long-wire.js';

const [port = 0, delayMs = 0] = process.argv.slice(2).map(Number);
const wire = await layLongWire(port, delayMs);
process.stdout.write(`${(wire.address() as AddressInfo).port}\n`);
