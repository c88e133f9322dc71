import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';
import { PART_NAMES, type PartName } from '../part-name.js';
import { askStatus } from './ask-status.js';
import { describeHealth, type Health } from './open-status.js';
import type { Trouble } from './trouble.js';

type Figures = MetricObjectWithValues<MetricValue<string>>[];

/** What the hub tells of all processes, to administrators. */
export class HubStatus {
  constructor(
    private readonly own: Registry,
    private readonly sockets: Readonly<Record<PartName, string>>,
    private readonly findTroubles: () => Promise<readonly Trouble[]>,
  ) {}

  /** What is wrong, as the hub sees it. */
  async health(): Promise<Health> {
    return describeHealth(await this.findTroubles());
  }

  /**
   * The figures of all processes in Prometheus's text format. `juhub_part_up` says which could be asked: one that is
   * away must not hide what the others say.
   */
  async writeMetrics(): Promise<string> {
    const found = await Promise.all(
      PART_NAMES.map(
        async (part): Promise<Figures | undefined> =>
          part === 'hub'
            ? this.#ownFigures()
            : askStatus<Figures>(this.sockets[part], '/figures').catch(() => undefined),
      ),
    );
    const up = found.map((figures, index) => ({
      labels: { part: PART_NAMES[index] ?? '' },
      value: figures === undefined ? 0 : 1,
    }));
    const upFigure = {
      name: 'juhub_part_up',
      help: 'Whether a process of juhub answers',
      type: 'gauge',
      aggregator: 'first',
      values: up,
    };
    const all = [[upFigure] as unknown as Figures, ...found.filter((figures) => figures !== undefined)];
    return AggregatorRegistry.aggregate(all).metrics();
  }

  async #ownFigures(): Promise<Figures> {
    return (await this.own.getMetricsAsJSON()) as Figures;
  }
}
