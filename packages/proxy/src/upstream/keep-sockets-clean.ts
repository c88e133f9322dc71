import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Makes an agent drop a kept connection on which the target speaks unasked: what it says would else be taken for the
 * answer to the next request (response queue poisoning). Returns the same agent.
 */
export function keepSocketsClean<SomeAgent extends Agent>(agent: SomeAgent): SomeAgent {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.keepSocketAlive = (socket) => {
    const kept: unknown = keep(socket); // its declared type forgets the answer
    if (kept) socket.once('data', destroyThis);
    return kept as ReturnType<typeof keep>;
  };
  agent.reuseSocket = (socket, request) => {
    socket.off('data', destroyThis);
    reuse(socket, request);
  };
  return agent;
}

function destroyThis(this: Duplex): void {
  this.destroy();
}
