import { collectDefaultMetrics, Registry } from 'prom-client';
import type { PartName } from '../part-name.js';

/** Where one process keeps its figures: each carries the process's name, and event-loop lag, memory and CPU are there. */
export function createRegistry(part: PartName): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ part });
  collectDefaultMetrics({ register: registry });
  return registry;
}
