import type { Connector } from '@juhub/connector';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Puts what the connector knows of its SSH connections and tunnels among the figures; by site, never by account. */
export function addConnectorFigures(registry: Registry, connector: Pick<Connector, 'connections' | 'tunnels'>): void {
  const registers = [registry];
  new Gauge({
    name: 'juhub_ssh_connections',
    help: 'Identities (accounts on sites) that the connector knows, by the state of their connection',
    labelNames: ['site', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { site, state } of connector.connections()) this.inc({ site, state });
    },
  });
  new Counter({
    name: 'juhub_ssh_reconnects_total',
    help: 'SSH connections that were lost and have come back',
    labelNames: ['site'],
    registers,
    collect() {
      this.reset();
      for (const { site, reconnects } of connector.connections()) this.inc({ site }, reconnects);
    },
  });
  addLoad(registry, connector);
}

function addLoad(registry: Registry, connector: Pick<Connector, 'connections' | 'tunnels'>): void {
  const registers = [registry];
  new Gauge({
    name: 'juhub_commands',
    help: 'Commands on sites that run now, or wait for a free channel',
    labelNames: ['site', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { site, commandsRunning, commandsWaiting } of connector.connections()) {
        this.inc({ site, state: 'running' }, commandsRunning);
        this.inc({ site, state: 'waiting' }, commandsWaiting);
      }
    },
  });
  new Gauge({
    name: 'juhub_tunnels',
    help: 'Tunnels to servers, by whether their SSH connection is there',
    labelNames: ['site', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { site, state } of connector.tunnels()) this.inc({ site, state });
    },
  });
  new Gauge({
    name: 'juhub_tunnel_connections',
    help: 'Open connections through tunnels',
    labelNames: ['site'],
    registers,
    collect() {
      this.reset();
      for (const { site, connections } of connector.tunnels()) this.inc({ site }, connections);
    },
  });
}
