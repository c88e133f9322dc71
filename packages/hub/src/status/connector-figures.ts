import type { Connector } from '@juhub/connector';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Puts what the connector knows of its SSH connections and tunnels among the figures; by site, never by account. */
export function addConnectorFigures(registry: Registry, connector: Pick<Connector, 'connections' | 'tunnels'>): void {
  addGauge(registry, {
    name: 'juhub_ssh_connections',
    help: 'Identities (accounts on sites) that the connector knows, by the state of their connection',
    labelNames: ['site', 'state'],
    count(gauge) {
      for (const { site, state } of connector.connections()) gauge.inc({ site, state });
    },
  });
  new Counter({
    name: 'juhub_ssh_reconnects_total',
    help: 'SSH connections that were lost and have come back',
    labelNames: ['site'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { site, reconnects } of connector.connections()) this.inc({ site }, reconnects);
    },
  });
  addLoad(registry, connector);
}

function addLoad(registry: Registry, connector: Pick<Connector, 'connections' | 'tunnels'>): void {
  addGauge(registry, {
    name: 'juhub_commands',
    help: 'Commands on sites that run now, or wait for a free channel',
    labelNames: ['site', 'state'],
    count(gauge) {
      for (const { site, commandsRunning, commandsWaiting } of connector.connections()) {
        gauge.inc({ site, state: 'running' }, commandsRunning);
        gauge.inc({ site, state: 'waiting' }, commandsWaiting);
      }
    },
  });
  addGauge(registry, {
    name: 'juhub_tunnels',
    help: 'Tunnels to servers, by whether their SSH connection is there',
    labelNames: ['site', 'state'],
    count(gauge) {
      for (const { site, state } of connector.tunnels()) gauge.inc({ site, state });
    },
  });
  addGauge(registry, {
    name: 'juhub_tunnel_connections',
    help: 'Open connections through tunnels',
    labelNames: ['site'],
    count(gauge) {
      for (const { site, connections } of connector.tunnels()) gauge.inc({ site }, connections);
    },
  });
}

interface CountedGauge<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Label[];
  /** Counts from zero. */
  count(gauge: Gauge<Label>): void;
}

/** A gauge that is counted anew each time that somebody looks. */
function addGauge<Label extends string>(registry: Registry, { count, ...about }: CountedGauge<Label>): void {
  new Gauge<Label>({
    ...about,
    registers: [registry],
    collect() {
      this.reset();
      count(this);
    },
  });
}
