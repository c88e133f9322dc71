import type { RunningProxy } from '@juhub/proxy';
import { Gauge, type Registry } from 'prom-client';

/** Puts what the proxy carries among the figures. */
export function addProxyFigures(registry: Registry, proxy: Pick<RunningProxy, 'load'>): void {
  const registers = [registry];
  new Gauge({
    name: 'juhub_proxy_routes',
    help: 'Routes of the proxy, with the one to the hub',
    registers,
    collect() {
      this.set(proxy.load().routes);
    },
  });
  new Gauge({
    name: 'juhub_proxy_exchanges',
    help: 'Requests that are being answered and WebSockets that are open',
    registers,
    collect() {
      this.set(proxy.load().exchanges);
    },
  });
}
